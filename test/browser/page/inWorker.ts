import type { Outcome } from './train.ts';

const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
globalThis.outcome = new Promise<Outcome>((resolve, reject) => {
  worker.onmessage = ({ data }: MessageEvent<Outcome | string>) => {
    if (typeof data === 'string') reject(new Error(data));
    else resolve(data);
  };
  worker.onerror = ({ message }) => reject(new Error(`the worker: ${message}`));
});
