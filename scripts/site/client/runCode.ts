import { transform } from 'sucrase';
import { modules } from '../runnable.ts';

export type BackendName = 'simd' | 'cpu';

/** What a program that runs in the page says. */
export type RunMessage =
  | { readonly kind: 'started'; readonly backend: BackendName }
  | { readonly kind: 'printed'; readonly text: string }
  | { readonly kind: 'failed'; readonly text: string }
  | { readonly kind: 'done'; readonly milliseconds: number; readonly backend: BackendName };

export interface RunningProgram {
  /** What the program says; ends with the program. */
  readonly messages: AsyncIterable<RunMessage>;
  stop(): void;
}

/** What the worker is told. */
export interface RunRequest {
  readonly code: string;
  readonly root: string;
  readonly backend: BackendName;
}

/** Runs TypeScript in a worker of its own: a program that never ends does not hold the page, and leaves nothing behind. */
export function runCode(root: string, code: string, backend: BackendName): RunningProgram {
  const queue: RunMessage[] = [];
  let wake = (): void => {};
  let ended = false;
  const push = (message: RunMessage): void => {
    queue.push(message);
    if (message.kind === 'done' || message.kind === 'failed') stop();
    wake();
  };
  const worker = new Worker(`${root}assets/runner.js`, { type: 'module' });
  const stop = (): void => {
    ended = true;
    worker.terminate();
    wake();
  };
  worker.addEventListener('message', ({ data }: MessageEvent<RunMessage>) => push(data));
  worker.addEventListener('error', ({ message }) => push({ kind: 'failed', text: message }));
  try {
    const request: RunRequest = { code: toJavaScript(root, code), root, backend };
    worker.postMessage(request);
  } catch (error) {
    push({ kind: 'failed', text: error instanceof Error ? error.message : String(error) });
  }
  return {
    stop,
    messages: {
      async *[Symbol.asyncIterator]() {
        for (;;) {
          while (queue.length > 0) yield queue.shift()!;
          if (ended) return;
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      },
    },
  };
}

/** Takes the types out, and lets the imports point to the files of this site. */
function toJavaScript(root: string, code: string): string {
  const { code: plain } = transform(code, {
    transforms: ['typescript'],
    disableESTransforms: true,
  });
  return plain.replaceAll(
    /(\bfrom\s*|\bimport\s*\(?\s*)(['"])([^'"]+)\2/g,
    (whole, before, quote, name) => {
      if (/^(https?:|blob:)/.test(name)) return whole;
      const file = modules[name];
      if (file === undefined) {
        throw new Error(
          `The page has no module ${name}. It has ${Object.keys(modules).join(', ')}.`,
        );
      }
      return `${before}${quote}${root}${file}${quote}`;
    },
  );
}
