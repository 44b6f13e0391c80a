import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEngine } from './engine.mjs';
import { threadCounts as allThreadCounts, pythonWith } from './engines.mjs';
import { ratio } from './interleave.mjs';
import { dims, writeBatch } from './losses/batches.mjs';
import { losses, miners, tripletLosses } from './losses/cases.mjs';
import { figure, median, table } from './tables.mjs';

const batches = [128, 512, 2048];
/** What pytorch-metric-learning may take, in bytes: all triplets of 512 take 6.8 GB, those of 2,048 some 400. */
const memoryLimit = 9e9;

/**
 * Losses with their gradients, and miners: `simd` and pytorch-metric-learning with equal threads, in turn.
 *
 * @param {number} rounds
 * @param {string[]} [only] names to measure; all without
 * @param {number[]} [threadCounts]
 */
export async function measureLosses(rounds, only = [], threadCounts = allThreadCounts) {
  const folder = mkdtempSync(join(tmpdir(), 'losses-'));
  try {
    for (const batch of batches) writeBatch(folder, batch);
    const pairs = await Promise.all(threadCounts.map((threads) => startPair(folder, threads)));
    const topics = [
      ['The ten most used losses, forward and gradient', 'loss', losses],
      ['Miners', 'miner', miners],
      [
        'Losses whose time grows with the number of triplets, forward and gradient',
        'loss',
        tripletLosses,
      ],
    ];
    for (const [title, what, cases] of topics) {
      const rows = [];
      for (const name of Object.keys(cases)) {
        if (only.length > 0 && !only.includes(name)) continue;
        for (const batch of batches) {
          rows.push([name, batch, ...(await measure(pairs, { name, batch }, rounds))]);
        }
      }
      if (rows.length > 0) print(title, what, rows, threadCounts);
    }
    for (const engine of pairs.flatMap(Object.values)) engine?.stop();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function startPair(folder, threads) {
  const script = (path) => fileURLToPath(new URL(path, import.meta.url));
  const setup = { folder, threads, dims, memoryLimit };
  const python = pythonWith('torch, pytorch_metric_learning');
  return {
    ours: await startEngine({
      name: 'simd',
      command: [process.execPath, script('losses/serve.mjs')],
      setup,
    }),
    theirs:
      python &&
      (await startEngine({ name: 'PML', command: [python, script('pytorch/losses.py')], setup })),
  };
}

/** For each number of threads: our milliseconds, theirs, and how many times theirs ours are. */
async function measure(pairs, task, rounds) {
  const cells = [];
  for (const engines of pairs) {
    const [ours, theirs] = await inTurn(engines.ours, engines.theirs, task, rounds);
    cells.push(figure(median(ours)));
    cells.push(Array.isArray(theirs) ? figure(median(theirs)) : theirs);
    cells.push(Array.isArray(theirs) ? figure(ratio(ours, theirs)) : '-');
  }
  return cells;
}

/**
 * Once where it takes seconds; else in rounds, the oftener the quicker it is. A second of each engine to warm up, in
 * which what is new is compiled, and the first two of each round.
 */
async function inTurn(ours, theirs, task, rounds) {
  const first = await ours.ask({ ...task, count: 2 });
  const other = theirs && (await theirs.ask({ ...task, count: 1 }));
  const why = theirs === undefined ? '-' : other.why;
  const slowest = Math.max(median(first.ms), why === undefined ? other.ms[0] : 0);
  if (slowest > 2000) return [first.ms.slice(1), why ?? other.ms];
  const count = Math.min(Math.max(Math.round(100 / slowest), 1), 20);
  await ours.ask({ ...task, count: 10 * count });
  if (why === undefined) await theirs.ask({ ...task, count: 10 * count });
  const timeOf = async (engine) =>
    median((await engine.ask({ ...task, count: count + 2 })).ms.slice(2));
  const times = [[], []];
  for (let round = 0; round < rounds; round++) {
    times[0].push(await timeOf(ours));
    if (why === undefined) times[1].push(await timeOf(theirs));
  }
  return [times[0], why ?? times[1]];
}

function print(title, what, rows, threadCounts) {
  const columns = threadCounts.flatMap((threads) => [
    `simd, ${threads}`,
    `PML, ${threads}`,
    'x PML',
  ]);
  console.log(`${title}: milliseconds, with ${threadCounts.join(' and with ')} thread(s)\n`);
  console.log(`${table([what, 'batch', ...columns], rows)}\n`);
}
