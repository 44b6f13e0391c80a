import { describe, expect, test } from 'vitest';
import { runProgram } from '../support/runProgram.ts';

const imports = `
  import '@tensorflow/tfjs-layers';
  import { matMul, ones, removeBackend, setBackend, sum } from '@tensorflow/tfjs-core';
  import { registerSimdBackend, simdBackendInfo } from './src/backend.ts';
  const work = () => sum(matMul(ones([200, 300]), ones([300, 100]))).dataSync()[0];`;

describe('a program', () => {
  test('that is done ends by itself, with nothing on its screen', async () => {
    const { code, output } = await runProgram(`${imports}
      await registerSimdBackend({ threads: 3 });
      await setBackend('simd');
      console.log(simdBackendInfo().threads, work());`);
    expect({ code, output }).toEqual({ code: 0, output: '3 6000000\n' });
  });

  test('that only registers the backend ends, too', async () => {
    const { code, output } = await runProgram(`${imports} await registerSimdBackend();`);
    expect({ code, output }).toEqual({ code: 0, output: '' });
  });

  test('may remove the backend and register it again, many times', async () => {
    const { code, output } = await runProgram(`${imports}
      for (let i = 0; i < 30; i++) {
        await registerSimdBackend({ threads: 1 + (i % 3) });
        await setBackend('simd');
        if (work() !== 6e6) throw new Error('wrong');
        removeBackend('simd');
      }
      console.log('done');`);
    expect({ code, output }).toEqual({ code: 0, output: 'done\n' });
  });

  test('may use it in several threads of its own, each with its workers', async () => {
    const { code, output } = await runProgram(`${imports}
      import { isMainThread, parentPort, Worker } from 'node:worker_threads';
      import { fileURLToPath } from 'node:url';
      await registerSimdBackend({ threads: 2 });
      await setBackend('simd');
      if (isMainThread) {
        const others = [1, 2].map(() => new Worker(fileURLToPath(import.meta.url)));
        const results = others.map((other) => new Promise((done, fail) => {
          other.on('message', done);
          other.on('error', fail);
        }));
        for (let i = 0; i < 20; i++) work();
        console.log(work(), ...(await Promise.all(results)));
      } else {
        for (let i = 0; i < 20; i++) work();
        parentPort.postMessage(work());
      }`);
    expect({ code, output }).toEqual({ code: 0, output: '6000000 6000000 6000000\n' });
  });

  test('may be stopped in the middle of its work by process.exit and by an error', async () => {
    const start = `${imports}
      await registerSimdBackend({ threads: 2 });
      await setBackend('simd');
      work();`;
    expect((await runProgram(`${start} process.exit(3);`)).code).toBe(3);
    const { code, output } = await runProgram(`${start} throw new Error('of its own');`);
    expect(code).toBe(1);
    expect(output).toContain('of its own');
  });
});
