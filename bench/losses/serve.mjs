/**
 * The process of a tfjs engine: see bench/engine.mjs. It is asked `{ name, batch, count }`, and computes that loss and
 * its gradients, or mines, `count` times.
 */
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers'; // for its gradients
import { createInterface } from 'node:readline';
import { dispose, setBackend, slice, tidy, variable, variableGrads } from '@tensorflow/tfjs-core';
import { registerSimdBackend } from 'tfjs-metric-learning/backend';
import { readBatch } from './batches.mjs';
import { losses, miners, tripletLosses } from './cases.mjs';

const setup = JSON.parse(process.argv[2]);
await registerSimdBackend({ threads: setup.threads });
await setBackend('simd');

const print = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);
print({ ready: 'TensorFlow.js, simd' });
for await (const line of createInterface({ input: process.stdin })) print(run(JSON.parse(line)));

function run({ name, batch, count }) {
  const { rows, labels, classes } = readBatch(setup.folder, batch);
  const embeddings = tidy(() => variable(rows));
  const make = losses[name] ?? tripletLosses[name];
  const loss = make?.(classes, rows.shape[1]);
  const miner = loss ? undefined : miners[name]();
  const isPackaged = name === 'embeddingsAlreadyPackagedAsTriplets'; // which takes whole triplets
  const mined = slice(rows, 0, isPackaged ? batch - (batch % 3) : batch);
  const work = loss
    ? () => learn(loss, embeddings, labels)
    : () => miner.mine(mined, labels.subarray(0, mined.shape[0]));
  const ms = Array.from({ length: count }, () => {
    const started = performance.now();
    work();
    return performance.now() - started;
  });
  loss?.dispose?.();
  dispose([embeddings, rows, mined]);
  return { ms };
}

/** The loss and its gradients by the embeddings and its own weights, read back. */
function learn(loss, embeddings, labels) {
  const variables = [embeddings, ...Object.values(loss.variables ?? {})];
  const { value, grads } = variableGrads(() => loss.compute(embeddings, labels), variables);
  for (const result of [value, ...Object.values(grads)]) result.dataSync();
  dispose([value, grads]);
}
