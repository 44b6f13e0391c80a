/**
 * Trains the MNIST example's default job with several seeds, here and in PyTorch where a Python here has it, and prints what
 * comes out: the losses, the accuracy over held-out triplets, and precision at 1, each seed, mean and standard deviation.
 * Build the library first.
 *
 *   node bench/seeds.mjs [--seeds 5] [--epochs 2] [--threads 2] [--no-pytorch] [--data FOLDER]
 *
 * --data is a folder with four unpacked IDX files in the place of MNIST's, such as Fashion-MNIST.
 */
import '@tensorflow/tfjs-backend-cpu';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { env, train as optimizers, setBackend } from '@tensorflow/tfjs-core';
import {
  consecutiveTripletsSampler,
  precisionAt1,
  smallConvNet,
  TripletModel,
  tripletLoss,
} from 'tfjs-metric-learning';
import { registerSimdBackend } from 'tfjs-metric-learning/backend';
import { startEngine } from './engine.mjs';
import { data as mnistData, pytorch } from './engines.mjs';
import { machine } from './machine.mjs';
import { table } from './tables.mjs';
import { open } from './tfjs/mnist.mjs';

const { values } = parseArgs({
  allowNegative: true,
  options: {
    seeds: { type: 'string', default: '5' },
    epochs: { type: 'string', default: '2' },
    threads: { type: 'string', default: String(availableParallelism()) },
    pytorch: { type: 'boolean', default: true },
    data: { type: 'string', default: mnistData },
  },
});
const epochs = Number(values.epochs);
const threads = Number(values.threads);
const { data } = values;
const seeds = Array.from({ length: Number(values.seeds) }, (_, seed) => seed);

console.log(`${machine()}\n`);
env().set('IS_TEST', true); // no advertisement from the stock backend
await registerSimdBackend({ threads });
await setBackend('simd');
const { base, train, test } = await open({ data });
base.dispose();

const libraries = { 'this library': here, ...(values.pytorch && { PyTorch: there }) };
for (const [name, job] of Object.entries(libraries)) {
  const results = [];
  for (const seed of seeds) {
    const result = await job(seed);
    if (result === undefined) break;
    results.push(result);
  }
  if (results.length > 0) print(name, results);
}

async function here(seed) {
  const network = smallConvNet({ seed });
  const model = new TripletModel(network);
  model.compile({ optimizer: optimizers.adam(0.001), loss: tripletLoss(1) });
  const sampler = consecutiveTripletsSampler();
  const options = { sampler, batchSize: 32, epochs, seed, validation: test };
  const { valLoss } = await model.fit(train, options);
  const { triplets } = await model.evaluate(test, { sampler, seed });
  const embeddings = model.embed(test.examples);
  const precision = await precisionAt1(embeddings, test.labels, { distance: model.distance });
  embeddings.dispose();
  model.dispose();
  network.dispose();
  return {
    valLoss: valLoss.at(-1),
    accuracy: triplets.accuracy,
    worst: Math.min(...triplets.classes.map(({ accuracy }) => accuracy)),
    precisionAt1: precision,
  };
}

async function there(seed) {
  const found = pytorch('mnist', { threads });
  if (found === undefined) return undefined;
  const engine = await startEngine({ ...found, setup: { ...found.setup, data, seed } });
  let valLoss;
  for (let epoch = 0; epoch < epochs; epoch++) ({ valLoss } = await engine.ask({ task: 'epoch' }));
  const scores = await engine.ask({ task: 'score' });
  engine.stop();
  return { valLoss, ...scores };
}

function print(name, results) {
  const columns = ['valLoss', 'accuracy', 'worst', 'precisionAt1'];
  const rows = results.map((result, seed) => [
    seed,
    ...columns.map((key) => result[key].toFixed(4)),
  ]);
  const summary = columns.map((key) => {
    const found = results.map((result) => result[key]);
    const mean = found.reduce((sum, value) => sum + value, 0) / found.length;
    const squares = found.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return `${mean.toFixed(4)} (${Math.sqrt(squares / Math.max(1, found.length - 1)).toFixed(4)})`;
  });
  const header = ['seed', 'val_loss', 'triplet accuracy', 'worst class', 'precision at 1'];
  console.log(
    `${name}\n\n${table(header, [...rows, ['mean (standard deviation)', ...summary]])}\n`,
  );
}
