/**
 * Trains the network of the MNIST example with every loss and its usual miner, and prints for each the share of the
 * test images whose nearest neighbour is of their class, beside pytorch-metric-learning's where a Python here has it
 * (both from the same first weights, on the same batches). Build the library first.
 *
 *   node bench/recipes.mjs [--only NAME]... [--steps 600] [--seed 1] [--out FILE] [--no-pytorch]
 *
 * --only takes the name of a recipe or its beginning. --out keeps each result as a line of JSON, as it comes; results
 * that are there already, of the same steps and seed, are not computed again.
 */
import '@tensorflow/tfjs-backend-cpu';
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { env, setBackend } from '@tensorflow/tfjs-core';
import { smallConvNet } from 'tfjs-metric-learning';
import { registerSimdBackend } from 'tfjs-metric-learning/backend';
import { data, pythonWith } from './engines.mjs';
import { machine } from './machine.mjs';
import { drawBatches, writeBatches } from './recipes/batches.mjs';
import { recipes } from './recipes/recipes.mjs';
import { trainRecipe } from './recipes/train.mjs';
import { table } from './tables.mjs';
import { open } from './tfjs/mnist.mjs';

const { values } = parseArgs({
  allowNegative: true,
  options: {
    only: { type: 'string', multiple: true, default: [''] },
    steps: { type: 'string', default: '600' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string' },
    pytorch: { type: 'boolean', default: true },
  },
});
const run = { steps: Number(values.steps), seed: Number(values.seed) };
const chosen = recipes.filter(({ name }) => values.only.some((start) => name.startsWith(start)));
const known = values.out !== undefined && existsSync(values.out) ? readLines(values.out) : [];

env().set('IS_TEST', true); // no advertisement from the stock backend
await registerSimdBackend({ threads: 1 });
await setBackend('simd');
const { train, test } = await open({ data });
const batches = drawBatches(Int32Array.from(train.labels), run);

const folder = mkdtempSync(join(tmpdir(), 'recipes-'));
try {
  console.log(`${machine()}\n`);
  const theirs = values.pytorch ? inPyTorch() : undefined; // beside ours, in a process of its own
  for (const recipe of chosen.filter(({ name }) => !find('tfjs', name))) {
    keep('tfjs', await trainRecipe(recipe, { train, test }, batches, run.seed));
  }
  await theirs;
  print();
} finally {
  rmSync(folder, { recursive: true });
}

async function inPyTorch() {
  const names = chosen.map(({ name }) => name).filter((name) => !find('PyTorch', name));
  const python = pythonWith('torch, pytorch_metric_learning');
  if (python === undefined || names.length === 0) return;
  const weights = smallConvNet({ seed: run.seed }).getWeights();
  writeBatches(
    folder,
    batches,
    weights.map((weight) => weight.dataSync()),
  );
  const script = fileURLToPath(new URL('pytorch/recipes.py', import.meta.url));
  const setup = { data, folder, threads: 1, names, ...run };
  const child = spawn(python, ['-W', 'ignore', script, JSON.stringify(setup)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout }))
    keep('PyTorch', JSON.parse(line));
}

function keep(library, result) {
  const line = { library, ...run, ...result };
  known.push(line);
  if (values.out !== undefined) appendFileSync(values.out, `${JSON.stringify(line)}\n`);
  console.log(`${library}: ${result.name} ${result.precisionAt1.toFixed(4)}`);
}

function find(library, name) {
  return known.find(
    (line) =>
      line.library === library &&
      line.name === name &&
      line.steps === run.steps &&
      line.seed === run.seed,
  );
}

function print() {
  const share = (found) => found?.precisionAt1.toFixed(4) ?? '-';
  const header = ['loss', 'with', 'precision at 1', 'in PyTorch', 'difference'];
  const rows = chosen.map((recipe) => {
    const [ours, theirs] = ['tfjs', 'PyTorch'].map((library) => find(library, recipe.name));
    const gap = ours && theirs ? ours.precisionAt1 - theirs.precisionAt1 : undefined;
    const difference = gap === undefined ? '-' : `${gap < 0 ? '' : '+'}${gap.toFixed(4)}`;
    return [recipe.name, recipe.with, share(ours), share(theirs), difference];
  });
  console.log(`\n${table(header, rows)}`);
}

function readLines(path) {
  return readFileSync(path, 'utf8').trim().split('\n').map(JSON.parse);
}
