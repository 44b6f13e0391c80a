import { findBackendFactory, ready, setBackend } from '@tensorflow/tfjs-core';
import { registerSimdBackend, simdBackendInfo } from '../backend/registerSimdBackend.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { listOf, oneOf, wholeNumber } from '../internal/optionKinds.ts';
import { made, type OptionTable, optional, readOptions } from '../internal/readOptions.ts';

/** The backends that can train. */
export type TrainingBackend = 'simd' | 'webgpu' | 'webgl' | 'cpu';

export interface SetUpOptions {
  /**
   * The backends to try, the best first. `webgpu` and `webgl` count where the page has imported their package. Default
   * `['simd', 'webgl', 'cpu']`.
   */
  backends?: readonly TrainingBackend[];
  /** Threads of `simd`. Default: as many as the machine runs at once, at most 8. */
  threads?: number;
}

const names = ['simd', 'webgpu', 'webgl', 'cpu'] as const;

export const setUpOptions: OptionTable<SetUpOptions, 'threads'> = {
  backends: made<readonly TrainingBackend[]>(() => ['simd', 'webgl', 'cpu'], {
    ...listOf<TrainingBackend>(oneOf(...names)),
    fix: (value: unknown) =>
      Array.isArray(value) && value.includes('wasm')
        ? "tfjs' wasm backend cannot train: take 'simd'."
        : undefined,
  } as never),
  threads: optional(wholeNumber(1)),
};

/** What the network runs on. */
export interface Setup {
  readonly backend: TrainingBackend;
  /** Threads in use; 1 on all backends but `simd`. */
  readonly threads: number;
  /** Whether the page is cross-origin isolated, without which there can be no threads. */
  readonly isolated: boolean;
  /** Why this backend and so many threads, in one or two sentences for the reader of a page. */
  readonly reason: string;
}

/**
 * Puts the best backend to use that can train here, and says which and why. Call it in the worker that trains, or on a
 * page without one.
 *
 * `simd` trains everywhere with the same numbers, a graphics card or not. It needs a page that is cross-origin isolated
 * (two headers) for more than one thread.
 *
 * @throws MetricLearningError if an option is unknown or out of its range, or none of the backends can be used.
 * @example
 * const { backend, threads, reason } = await setUp();
 * line.textContent = reason; // simd with 4 threads: the page is cross-origin isolated.
 */
export async function setUp(options: SetUpOptions = {}): Promise<Setup> {
  const where = 'setUp';
  const { backends, threads: wanted } = readOptions(where, setUpOptions, options);
  const isolated = globalThis.crossOriginIsolated === true;
  const refused: string[] = [];
  for (const backend of Array.from(backends)) {
    const problem = await use(backend, wanted);
    if (problem !== undefined) {
      refused.push(`${backend}: ${problem}`);
      continue;
    }
    const threads = backend === 'simd' ? (simdBackendInfo()?.threads ?? 1) : 1;
    const instead = refused.length === 0 ? '' : ` Not ${refused.join('; not ')}.`;
    return {
      backend,
      threads,
      isolated,
      reason: `${reasonOf(backend, threads, isolated)}${instead}`,
    };
  }
  throw new MetricLearningError({
    where,
    expected: `one of the backends ${Array.from(backends).join(', ')} to work here`,
    got: refused.join('; '),
  });
}

/** Puts a backend to use; says why it cannot be. */
async function use(
  backend: TrainingBackend,
  threads: number | undefined,
): Promise<string | undefined> {
  try {
    if (backend === 'simd') await registerSimdBackend(threads === undefined ? {} : { threads });
    if (findBackendFactory(backend) === null) return 'its package is not imported';
    if (!(await setBackend(backend))) return 'it does not start here';
    await ready();
    return undefined;
  } catch (error) {
    return (error as Error).message.replace(/\.$/, '');
  }
}

function reasonOf(backend: TrainingBackend, threads: number, isolated: boolean): string {
  const plural = threads === 1 ? 'thread' : 'threads';
  if (backend !== 'simd') return `${backend}, tfjs' own backend.`;
  if (isolated) return `simd with ${threads} ${plural}: the page is cross-origin isolated.`;
  if (globalThis.process?.getBuiltinModule !== undefined) return `simd with ${threads} ${plural}.`;
  return `simd with ${threads} ${plural}: the page is not cross-origin isolated, which more threads need.`;
}
