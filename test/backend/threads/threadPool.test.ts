import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, test } from 'vitest';
import { compileKernels } from '../../../src/backend/compileKernels.ts';
import type { Job, Kernels } from '../../../src/backend/threads/job.ts';
import type { startWorker, WorkerHandle } from '../../../src/backend/threads/startWorker.ts';
import { type PoolSetup, ThreadPool } from '../../../src/backend/threads/threadPool.ts';
import { kernelParameters } from '../../../src/backend/wasmModule.ts';

const names = Object.keys(kernelParameters);
const count = 2_000_000;
const [x, out] = [1024, 1024 + 4 * count];
const module = await compileKernels(false);
const memory = new WebAssembly.Memory({ initial: 300, maximum: 300, shared: true });
const instance = new WebAssembly.Instance(module, { env: { memory } });
const kernels = instance.exports as unknown as Kernels;
const floats = (pointer: number): Float32Array => new Float32Array(memory.buffer, pointer, count);
floats(x).forEach((_, i, all) => {
  all[i] = i % 1000;
});

/** out = x * x, in 100 chunks. */
const square: Job = {
  kernel: names.indexOf('unary'),
  args: [2, x, out, 0, 0],
  places: { from: 3, to: 4, chunk: -1, thread: -1 },
  count,
  grain: 1000,
  chunks: 100,
};

let pool: ThreadPool;
afterEach(() => pool.dispose());

async function startPool(setup: Partial<PoolSetup>): Promise<void> {
  pool = new ThreadPool({ module, memory, kernels, names, threads: 2, ...setup });
  await pool.ready();
}

function expectSquares(): void {
  floats(out).fill(-1);
  pool.run(square);
  expectAllSquared();
}

function expectAllSquared(): void {
  expect(floats(out).findIndex((value, i) => value !== (i % 1000) ** 2)).toBe(-1);
}

/** A worker that takes one chunk, and then, in place of the work, does `fault`. */
function faulty(fault: string): typeof startWorker {
  return ({ board }): WorkerHandle => {
    const source = `
      const { workerData: { words }, parentPort } = require('node:worker_threads');
      parentPort.postMessage('ready');
      for (;;) {
        const ticket = Atomics.load(words, 0);
        if ((ticket & 255) === 0) continue; // no chunk left to take
        if (Atomics.compareExchange(words, 0, ticket, ticket - 1) === ticket) break;
      }
      ${fault}`;
    const worker = new Worker(source, { eval: true, workerData: board });
    worker.on('error', () => {});
    const ready = new Promise<void>((resolve) => {
      worker.once('message', () => resolve());
    });
    return { ready, terminate: () => void worker.terminate() };
  };
}

describe('a pool of threads', () => {
  test.each([1, 2, 3, 7])('of %i does all of the work, each time', async (threads) => {
    await startPool({ threads });
    expect(pool.threads).toBe(threads);
    for (let i = 0; i < 20; i++) expectSquares();
  });

  test('works before its workers are up', () => {
    pool = new ThreadPool({ module, memory, kernels, names, threads: 3 });
    expectSquares();
  });

  test('wakes workers that fell asleep', async () => {
    await startPool({});
    for (let i = 0; i < 5; i++) {
      await new Promise((resolve) => setTimeout(resolve, 30));
      expectSquares();
    }
  });

  test('tells when a kernel fails, and goes on', async () => {
    await startPool({});
    const outside = { ...square, args: [2, 2 ** 31, out, 0, 0] };
    expect(() => pool.run(outside)).toThrow('simd backend: kernel unary failed');
    expectSquares();
    expect(pool.threads).toBe(2);
  });
});

describe('a worker that', () => {
  test.each([
    ['ends in the middle of its work', 'process.exit();'],
    ['hangs in the middle of its work', 'for (;;);'],
    ['sleeps in the middle of its work', 'Atomics.wait(words, 5, 0);'],
    ['throws in the middle of its work', 'throw new Error();'],
  ])('%s is found out, its work done again', async (_, fault) => {
    await startPool({ patience: 300, start: faulty(fault) });
    do {
      floats(out).fill(-1);
      pool.run(square);
    } while (pool.threads === 2); // until the worker got a chunk
    expectAllSquared();
    expectSquares();
  });

  test('does not start leaves the work to the calling thread', async () => {
    await startPool({
      start: () => ({ ready: Promise.reject(new Error('no')), terminate: () => {} }),
    });
    expect(pool.threads).toBe(1);
    expectSquares();
  });

  test('may not be started leaves the work to the calling thread', async () => {
    await startPool({
      start: () => {
        throw new Error('workers are forbidden here');
      },
    });
    expect(pool.threads).toBe(1);
    expectSquares();
  });
});
