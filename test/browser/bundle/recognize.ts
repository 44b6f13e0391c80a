import '@tensorflow/tfjs-backend-cpu';
import type { Recognition } from '../../../src/recognition/createRecognizer.ts';
import { recognized } from '../../recognition/faces.ts';

declare global {
  /** What the bundle of this site recognises, here. */
  var recognizeHere: () => Promise<Recognition[]>;
  /** The same, in a worker. */
  var recognizeInWorker: () => Promise<Recognition[]>;
}

async function recognize(): Promise<Recognition[]> {
  const response = await fetch('/faces.bundle');
  return recognized(new Uint8Array(await response.arrayBuffer()));
}

if (typeof document === 'undefined') {
  recognize().then(
    (found) => globalThis.postMessage(found),
    ({ message }: Error) => globalThis.postMessage(message),
  );
} else {
  globalThis.recognizeHere = recognize;
  globalThis.recognizeInWorker = () =>
    new Promise((resolve, reject) => {
      const worker = new Worker('/recognize.js', { type: 'module' });
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.onmessage = ({ data }: MessageEvent<Recognition[] | string>) => {
        worker.terminate();
        if (typeof data === 'string') reject(new Error(data));
        else resolve(data);
      };
    });
}
