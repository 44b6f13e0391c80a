/**
 * Measures training, embedding, losses and miners: `simd` with one and with all threads, the stock backends, and
 * PyTorch and pytorch-metric-learning where a Python here has them; and the interactive map in Chromium. Build the library first.
 *
 *   node bench/run.mjs [mnist] [bases] [losses] [pages] [--rounds 6] [--full] [--skip-stock] [--only mobileNet,dense]
 *   node bench/run.mjs soak [growing] [server] [training] [--threads 2]
 *
 * --skip-stock leaves out the stock backends, whose steps take seconds; --only chooses among bases, losses and miners.
 * --full runs the whole MNIST job, two epochs with validation, where the default extrapolates an epoch from steps.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startEngine } from './engine.mjs';
import { pytorch, tfjs, threadCounts } from './engines.mjs';
import { interleave, ratio } from './interleave.mjs';
import { measureLosses } from './losses.mjs';
import { machine } from './machine.mjs';
import { measurePages } from './pages.mjs';
import { figure, median, table } from './tables.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '6' },
    full: { type: 'boolean', default: false },
    'skip-stock': { type: 'boolean', default: false },
    only: { type: 'string' },
    threads: { type: 'string', default: '2' },
  },
});
const rounds = Number(values.rounds);
const soakScript = fileURLToPath(new URL('soak.mjs', import.meta.url));
const topics = {
  mnist,
  bases,
  losses: () => measureLosses(rounds, values.only?.split(',')),
  pages: measurePages,
};
const [first, ...rest] = positionals;

console.log(`${machine()}\n`);
if (first === 'soak') {
  const args = [soakScript, ...rest, '--threads', values.threads];
  execFileSync(process.execPath, args, { stdio: 'inherit' });
} else {
  for (const topic of first ? positionals : Object.keys(topics)) await topics[topic]();
}

/** The MNIST job: a step, an epoch, 10,000 embeddings. */
async function mnist() {
  const share = 2; // triplets of a step on the stock backend: it needs half a minute for 32
  const engines = await start([
    ...threadCounts.flatMap((threads) => [
      tfjs('mnist', 'simd', { threads }),
      pytorch('mnist', { threads }),
      pytorch('mnist', { threads, best: true }),
    ]),
    ...threadCounts.map((threads) => tfjs('mnist', 'simd', { threads, relaxed: true })),
    ...stock(tfjs('mnist', 'cpu', { batchSize: share }), tfjs('mnist', 'wasm')),
  ]);
  const isCpu = (engine) => engine.setup.backend === 'cpu';
  const trainers = engines.filter((engine) => engine.setup.backend !== 'wasm'); // it cannot train a convolution

  await interleave(trainers, 1, (engine) => steps(isCpu(engine) ? 1 : 10)); // warm up
  const step = await interleave(trainers, rounds, (engine) =>
    isCpu(engine) ? { ...steps(1), scale: 32 / share } : steps(10),
  );
  print(
    `Training step of the MNIST job: 32 triplets, 96 images of 28 x 28, Adam (stock cpu: ${share} triplets, times ${32 / share})`,
    step,
    'ms a step',
  );

  if (!values.full) {
    const perEpoch = 54_200 / 32;
    const epoch = new Map(
      [...step].map(([engine, ms]) => [engine, ms.map((m) => (m * perEpoch) / 1000)]),
    );
    print(
      'An epoch of 54,200 triplets, extrapolated from these steps, without validation',
      epoch,
      'seconds',
    );
  }

  const embed = (count) => ({ question: { task: 'embed', count } });
  await interleave(engines, 1, (engine) => embed(isCpu(engine) ? 20 : 2000));
  const embedding = await interleave(engines, rounds, (engine) =>
    isCpu(engine) ? { ...embed(50), scale: 200 } : embed(10_000),
  );
  print(
    'Embedding 10,000 images of 28 x 28, values read back (stock cpu: 50 images, times 200)',
    embedding,
    'ms',
    ['images a second', (ms) => 1e7 / ms],
  );
  stop(engines);
  if (values.full) await wholeJob();
}

/** Two epochs over 54,200 triplets, each with the loss on 8,910 held-out ones. */
async function wholeJob() {
  const engines = await start(
    threadCounts.flatMap((threads) => [
      tfjs('mnist', 'simd', { threads }),
      pytorch('mnist', { threads }),
      pytorch('mnist', { threads, best: true }),
    ]),
  );
  const seconds = new Map(engines.map((engine) => [engine, [0]]));
  const losses = new Map(engines.map((engine) => [engine, []]));
  for (const _ of ['first epoch', 'second epoch']) {
    for (const engine of engines) {
      const { ms, loss, valLoss } = await engine.ask({ task: 'epoch' });
      seconds.get(engine)[0] += ms[0] / 1000;
      losses.get(engine).push(`${loss.toFixed(4)} / ${valLoss.toFixed(4)}`);
    }
  }
  print('The whole MNIST job: two epochs of 54,200 triplets with validation', seconds, 'seconds');
  console.log(
    `${table(
      ['engine', 'threads', 'loss / held-out loss, epoch 1', 'epoch 2'],
      engines.map((engine) => [engine.name, engine.setup.threads, ...losses.get(engine)]),
    )}\n`,
  );
  stop(engines);
}

/** Other kinds of base, against the stock backend and PyTorch. */
async function bases() {
  const kinds = [
    ['dense', 32, 'Dense 128, Dense 32: a training step of 32 triplets, 96 vectors of 64 numbers'],
    [
      'transformer',
      32,
      'A transformer block of one head: a training step of 32 triplets, 96 sequences of 16 x 32',
    ],
    [
      'mobileNet',
      8,
      'MobileNet-type base, a training step of 8 triplets, 24 images of 32 x 32 x 3',
    ],
    [
      'text',
      32,
      'Word vectors, GRU 64, Dense 64: a training step of 32 triplets, 96 texts of 20 words',
    ],
    [
      'bidirectional',
      32,
      'Word vectors, GRU 64 in both directions, Dense 64: a training step of 32 triplets, 96 texts of 20 words',
    ],
  ];
  const chosen = values.only?.split(',') ?? kinds.map(([job]) => job);
  for (const [job, batchSize, title] of kinds.filter(([job]) => chosen.includes(job))) {
    const engines = await start([
      ...threadCounts.flatMap((threads) => [
        tfjs(job, 'simd', { threads, batchSize }),
        pytorch(job, { threads, batchSize }),
        pytorch(job, { threads, batchSize, best: true }),
      ]),
      ...stock(tfjs(job, 'cpu', { batchSize })),
    ]);
    const some = (count) => (engine) => steps(engine.setup.backend === 'cpu' ? 1 : count);
    await interleave(engines, 1, some(30)); // warm up
    const step = await interleave(engines, rounds, some(20));
    print(title, step, 'ms a step');
    stop(engines);
  }
}

function steps(count) {
  return { question: { task: 'train', count } };
}

function stock(...engines) {
  return values['skip-stock'] ? [] : engines;
}

function start(engines) {
  return Promise.all(engines.filter((engine) => engine !== undefined).map(startEngine));
}

function stop(engines) {
  for (const engine of engines) engine.stop();
}

/** One table: each engine's median over the rounds, beside PyTorch's and the stock cpu backend's where they ran. */
function print(title, measured, unit, [extra, extraOf] = []) {
  const timesOf = (match) => [...measured].find(([engine]) => match(engine))?.[1];
  const cpu = timesOf(({ setup }) => setup.backend === 'cpu');
  const torch = (name, threads) =>
    timesOf((engine) => engine.name === name && engine.setup.threads === threads);

  const columns = [
    ['engine', ({ name }) => name],
    ['threads', ({ setup }) => setup.threads],
    [unit, (_, times) => figure(median(times))],
  ];
  if (extra) columns.push([extra, (_, times) => figure(extraOf(median(times)))]);
  for (const name of ['PyTorch', 'PyTorch, best']) {
    if (!torch(name, 1)) continue;
    const inPyTorchs = ({ setup }, times) => figure(ratio(times, torch(name, setup.threads)));
    columns.push([`x ${name}, equal threads`, inPyTorchs]);
  }
  if (cpu) columns.push(['times as fast as stock cpu', (_, times) => figure(ratio(cpu, times))]);

  const rows = [...measured].map((row) => columns.map(([, cell]) => cell(...row)));
  const header = columns.map(([name]) => name);
  console.log(`${title}\n\n${table(header, rows)}\n`);
}
