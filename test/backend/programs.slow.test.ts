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

  test('may end in a worker thread of its own, in the middle of its work, in any way', async () => {
    const { code, output } = await runProgram(`${imports}
      import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
      import { fileURLToPath } from 'node:url';
      if (isMainThread) {
        for (const way of ['terminate', 'exit', 'throw']) {
          const worker = new Worker(fileURLToPath(import.meta.url), { workerData: way });
          worker.on('message', () => worker.terminate());
          let error = 'no error';
          worker.on('error', ({ message }) => { error = message; });
          await new Promise((done) => worker.on('exit', done));
          console.log(way, error);
        }
      } else {
        await registerSimdBackend({ threads: 3 });
        await setBackend('simd');
        work();
        if (workerData === 'exit') process.exit(2);
        if (workerData === 'throw') throw new Error('of its own');
        parentPort.postMessage('working');
        for (;;) work();
      }`);
    expect({ code, output }).toEqual({
      code: 0,
      output: 'terminate no error\nexit no error\nthrow of its own\n',
    });
  });

  test('whose worker threads are killed goes on alone, and says so', async () => {
    const { code, output } = await runProgram(`
      import threads from 'node:worker_threads';
      import { syncBuiltinESMExports } from 'node:module';
      const started = [];
      threads.Worker = class extends threads.Worker {
        constructor(...args) {
          super(...args);
          started.push(this);
        }
      };
      syncBuiltinESMExports();
      ${imports}
      await registerSimdBackend({ threads: 3 });
      await setBackend('simd');
      if (work() !== 6e6 || started.length !== 2) throw new Error('wrong');
      for (const worker of started) worker.terminate(); // they end while the next products are computed
      for (let i = 0; i < 50; i++) if (work() !== 6e6) throw new Error('wrong');
      await new Promise((turn) => setTimeout(turn, 100));
      console.log(work(), simdBackendInfo().threads);`);
    expect({ code, output: output.trim() }).toEqual({
      code: 0,
      output: expect.stringMatching(
        /^The simd backend lost a worker thread.* It goes on with one thread\.\n6000000 1$/,
      ),
    });
  });

  test('may use it in another realm, with an engine of its own', async () => {
    const { code, output } = await runProgram(`${imports}
      import { build } from 'esbuild';
      import { createContext, runInContext } from 'node:vm';
      const { outputFiles } = await build({
        stdin: {
          contents: \`
            import '@tensorflow/tfjs-layers';
            import { grad, ones, relu, setBackend, sum, tensor } from '@tensorflow/tfjs-core';
            import { registerSimdBackend, simdBackendInfo } from './src/backend.ts';
            globalThis.outcome = (async () => {
              await registerSimdBackend({ threads: 2 });
              await setBackend('simd');
              const y = relu(tensor([-1, 2, 3]));
              const slope = grad((x) => sum(relu(x)))(tensor([-1, 2]));
              return [simdBackendInfo().threads, ...y.dataSync(), ...slope.dataSync()].join();
            })();\`,
          resolveDir: process.cwd(),
          loader: 'ts',
        },
        bundle: true,
        write: false,
        format: 'iife',
        logLevel: 'error',
      });
      await registerSimdBackend({ threads: 2 });
      await setBackend('simd');
      const { atob, Blob, DecompressionStream, performance, Response, setTimeout } = globalThis;
      const given = { atob, Blob, DecompressionStream, performance, Response, setTimeout, console };
      const context = createContext(given);
      context.self = context;
      context.WorkerGlobalScope = Object; // what tfjs-core knows a browser by
      runInContext(outputFiles[0].text, context);
      console.log(await context.outcome, work());`);
    expect(code).toBe(0);
    expect(output).toContain(
      'threads: 2 was requested, and the simd backend works with one thread',
    );
    expect(output).toMatch(/\n1,0,2,3,0,1 6000000\n$/);
  });
});
