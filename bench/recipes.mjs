/**
 * Trains the network of the MNIST example with every loss and its usual miner, and prints for each the share of the
 * test images whose nearest neighbour is of their class, beside pytorch-metric-learning's where a Python here has it
 * (both from the same first weights, on the same batches). Build the library first.
 *
 *   node bench/recipes.mjs [--only NAME]... [--steps 600] [--seed 1] [--chances 1] [--out FILE] [--no-pytorch]
 *
 * --only takes the name of a recipe or its beginning. --chances trains so many times from the same first weights on the
 * same batches, each time with other dropout masks, random tuples and first weights of the loss, and prints means and
 * ranges. --out keeps each result as a line of JSON, as it comes; results that are there already, of the same steps, seed
 * and chance, are not computed again.
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
    chances: { type: 'string', default: '1' },
    out: { type: 'string' },
    pytorch: { type: 'boolean', default: true },
  },
});
const run = { steps: Number(values.steps), seed: Number(values.seed) };
const chances = Array.from({ length: Number(values.chances) }, (_, i) => run.seed + i);
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
  for (const recipe of chosen) {
    for (const chance of missing('tfjs', recipe.name)) {
      keep('tfjs', await trainRecipe(recipe, { train, test }, batches, { ...run, chance }));
    }
  }
  await theirs;
  print();
} finally {
  rmSync(folder, { recursive: true });
}

async function inPyTorch() {
  const jobs = chosen.flatMap(({ name }) =>
    missing('PyTorch', name).map((chance) => ({ name, chance })),
  );
  const python = pythonWith('torch, pytorch_metric_learning');
  if (python === undefined || jobs.length === 0) return;
  const weights = smallConvNet({ seed: run.seed }).getWeights();
  writeBatches(
    folder,
    batches,
    weights.map((weight) => weight.dataSync()),
  );
  const script = fileURLToPath(new URL('pytorch/recipes.py', import.meta.url));
  const setup = { data, folder, threads: 1, jobs, ...run };
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

/** The results of a recipe, one for each chance. */
function find(library, name) {
  return known.filter(
    (line) =>
      line.library === library &&
      line.name === name &&
      line.steps === run.steps &&
      line.seed === run.seed &&
      chances.includes(line.chance),
  );
}

function missing(library, name) {
  const there = find(library, name).map(({ chance }) => chance);
  return chances.filter((chance) => !there.includes(chance));
}

function print() {
  const header = ['loss', 'with', 'precision at 1', 'in PyTorch', 'difference'];
  const rows = chosen.map((recipe) => {
    const [ours, theirs] = ['tfjs', 'PyTorch'].map((library) =>
      find(library, recipe.name).map(({ precisionAt1 }) => precisionAt1),
    );
    const gap = mean(ours) - mean(theirs); // NaN where there is none
    const difference = Number.isNaN(gap) ? '-' : `${gap < 0 ? '' : '+'}${gap.toFixed(4)}`;
    return [recipe.name, recipe.with, share(ours), share(theirs), difference];
  });
  console.log(`\n${table(header, rows)}`);
}

function share(found) {
  if (found.length < 2) return found[0]?.toFixed(4) ?? '-';
  const [low, high] = [Math.min(...found), Math.max(...found)].map((value) => value.toFixed(3));
  return `${mean(found).toFixed(4)} (${low} to ${high})`;
}

function mean(found) {
  return found.reduce((sum, value) => sum + value, 0) / found.length;
}

function readLines(path) {
  return readFileSync(path, 'utf8').trim().split('\n').map(JSON.parse);
}
