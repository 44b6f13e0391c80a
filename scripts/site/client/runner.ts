import type { BackendName, RunMessage, RunRequest } from './runCode.ts';

const say = (message: RunMessage): void => postMessage(message);

addEventListener('message', async ({ data }: MessageEvent<RunRequest>) => {
  const { code, root } = data;
  for (const name of ['log', 'info', 'warn', 'error'] as const) {
    console[name] = (...values: unknown[]) =>
      say({ kind: 'printed', text: values.map(inWords).join(' ') });
  }
  try {
    const backend = await startBackend(root, data.backend);
    say({ kind: 'started', backend });
    const address = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
    const started = performance.now();
    await import(address);
    say({ kind: 'done', milliseconds: performance.now() - started, backend });
  } catch (error) {
    say({
      kind: 'failed',
      text: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    });
  }
});

/** Starts the backend that was chosen; on a browser without WebAssembly SIMD, the cpu backend. */
async function startBackend(root: string, wanted: BackendName): Promise<BackendName> {
  const load = (file: string): Promise<unknown> => import(`${root}lib/${file}.js`);
  const core = (await load('tfjs-core')) as typeof import('@tensorflow/tfjs-core');
  await load('tfjs-layers'); // knows the gradients
  if (wanted === 'simd') {
    try {
      const { registerSimdBackend } = (await load(
        'backend',
      )) as typeof import('../../../src/backend.ts');
      await registerSimdBackend();
      if (await core.setBackend('simd')) return 'simd';
    } catch (error) {
      say({ kind: 'printed', text: `simd: ${error instanceof Error ? error.message : error}` });
    }
  }
  await load('tfjs-backend-cpu');
  await core.setBackend('cpu');
  return 'cpu';
}

/** A value as the text that is shown: lists as numbers between commas, records as their fields. */
function inWords(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (ArrayBuffer.isView(value)) return short([...(value as Float32Array)].map(inWords)).join(',');
  if (Array.isArray(value)) {
    return value.every((each) => typeof each !== 'object')
      ? String(value)
      : `[${short(value.map(inWords)).join(', ')}]`;
  }
  if (value !== null && typeof value === 'object') {
    if ('dataSync' in value && typeof value.dataSync === 'function') {
      const tensor = value as import('@tensorflow/tfjs-core').Tensor;
      return `Tensor [${tensor.shape}]: ${inWords(tensor.dataSync())}`;
    }
    const fields = Object.entries(value).filter(([, each]) => typeof each !== 'function');
    return `{ ${fields.map(([name, each]) => `${name}: ${inWords(each)}`).join(', ')} }`;
  }
  return String(value);
}

function short(values: readonly string[]): string[] {
  return values.length > 64 ? [...values.slice(0, 64), '…'] : [...values];
}
