import { checkOptions } from '../internal/checkOptions.ts';
import '@tensorflow/tfjs-backend-cpu';
import {
  backend_util,
  findBackend,
  findBackendFactory,
  type KernelBackend,
  registerBackend,
} from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkInteger } from '../internal/checks.ts';
import { compileKernels } from './compileKernels.ts';
import { createSimdBackend } from './createSimdBackend.ts';
import { installKernels } from './installKernels.ts';
import { SimdBackend } from './simdBackend.ts';
import { availableThreads, canShareMemory } from './threads/availableThreads.ts';

export interface SimdBackendOptions {
  /**
   * Threads that share the work, the calling one included. Default: as many as the machine runs at once, at most 8.
   */
  threads?: number;
  /**
   * Fused multiply-add, where the engine has relaxed SIMD: faster on most machines, with other last bits. Default
   * false.
   */
  relaxed?: boolean;
}

/** What the backend runs on. */
export interface SimdBackendInfo {
  /** Threads in use, the calling one included: 1 if there can be no worker threads, or a worker was lost. */
  readonly threads: number;
  /** Whether the kernels use fused multiply-add. */
  readonly relaxed: boolean;
  /** Bytes of the tensors in the backend's memory. */
  readonly usedBytes: number;
  /** The most bytes that were in use at a time, scratch memory of kernels included. */
  readonly peakBytes: number;
  /** Bytes the backend's memory has grown to. */
  readonly grownBytes: number;
  /** Bytes of the largest tensor that fits, after growing if needed. */
  readonly largestFreeBytes: number;
}

const name = 'simd';

interface Registration {
  readonly threads: number;
  readonly relaxed: boolean;
  readonly done: Promise<void>;
  isSettled: boolean;
  /** The factory that tfjs has registered; a different one there means a later registration. */
  factory: (() => KernelBackend | Promise<KernelBackend>) | null;
}

let last: Registration | undefined;

/**
 * Registers the `simd` backend and makes it ready: `await setBackend('simd')` then puts it to use.
 *
 * All that the `cpu` backend can do runs on it, most of it much faster. A second call with the same options does
 * nothing. Without worker threads (in a page that is not cross-origin isolated) the backend works with one thread.
 *
 * @throws MetricLearningError if `threads` is no positive integer, if the backend is registered with other options
 *   (`removeBackend('simd')` first), or if the engine lacks WebAssembly SIMD, shared memory, or relaxed SIMD.
 * @example
 * await registerSimdBackend({ threads: 4 });
 * await setBackend('simd'); // of @tensorflow/tfjs-core
 */
export async function registerSimdBackend(options: SimdBackendOptions = {}): Promise<void> {
  checkOptions('registerSimdBackend', options, ['threads', 'relaxed']);
  const { threads: wanted = availableThreads(), relaxed = false } = options;
  checkInteger('registerSimdBackend', 'threads', wanted);
  const threads = canShareMemory() ? wanted : 1;
  if (options.threads !== undefined && options.threads > threads) sayOneThread(options.threads);
  if (last?.isSettled && findBackendFactory(name) !== last.factory) last = undefined;
  if (last === undefined) last = begin(threads, relaxed);
  else if (last.threads !== threads || last.relaxed !== relaxed) throw otherOptions(last, options);
  return last.done;
}

/**
 * What the `simd` backend runs on; undefined where it is not registered.
 *
 * @example
 * const { threads, usedBytes } = simdBackendInfo() ?? { threads: 0, usedBytes: 0 }; // usedBytes in bytes
 */
export function simdBackendInfo(): SimdBackendInfo | undefined {
  const backend: unknown = findBackend(name);
  if (!(backend instanceof SimdBackend)) return undefined;
  const { threads, relaxed } = backend;
  const { usedBytes, peakBytes, grownBytes, largestFreeBytes } = backend.memory();
  return { threads, relaxed, usedBytes, peakBytes, grownBytes, largestFreeBytes };
}

/**
 * Gives memory of the `simd` backend back to the system: what tensors need is copied to a new memory, and the old one
 * is dropped. Does nothing where the backend is not registered.
 *
 * A WebAssembly memory never shrinks. Call this after work that took much more memory than what follows; the call needs
 * the time of copying the tensors and of starting the threads anew. The system has the memory back when the engine's
 * garbage collection has run.
 *
 * @throws MetricLearningError if there is no room for the copy; then nothing has changed.
 * @example await shrinkSimdMemory();
 */
export async function shrinkSimdMemory(): Promise<void> {
  const backend: unknown = findBackend(name);
  if (backend instanceof SimdBackend) await backend.shrink();
}

function begin(threads: number, relaxed: boolean): Registration {
  const done = register(threads, relaxed);
  const registration: Registration = { threads, relaxed, done, isSettled: false, factory: null };
  done.then(
    () => {
      registration.isSettled = true;
      registration.factory = findBackendFactory(name);
    },
    () => {
      last = undefined;
    },
  );
  return registration;
}

async function register(threads: number, relaxed: boolean): Promise<void> {
  const setup = { module: await compileKernels(relaxed), threads, relaxed };
  if (findBackendFactory(name) !== null) {
    throw new MetricLearningError({
      where: 'registerSimdBackend',
      expected: "no backend with the name 'simd'",
      got: 'one that another copy of this package has registered',
      fix: 'See that one version of tfjs-metric-learning is installed, and bundled once.',
    });
  }
  // The first one is made here, where its errors can be reported; tfjs asks for another after engine().reset().
  let first: SimdBackend | undefined = createSimdBackend(setup);
  registerBackend(name, () => {
    const backend = first ?? createSimdBackend(setup);
    first = undefined;
    return backend;
  });
  installKernels();
  await (findBackend(name) as SimdBackend).ready();
}

let hasSaidOneThread = false;

function sayOneThread(requested: number): void {
  if (hasSaidOneThread) return;
  hasSaidOneThread = true;
  backend_util.warn(
    `registerSimdBackend: threads: ${requested} was requested, and the simd backend works with one thread. ` +
      'Threads need shared memory, which a page has where it is cross-origin isolated.',
  );
}

function otherOptions(
  { threads, relaxed }: Registration,
  options: SimdBackendOptions,
): MetricLearningError {
  return new MetricLearningError({
    where: 'registerSimdBackend',
    expected: `the options the backend is registered with (threads: ${threads}, relaxed: ${relaxed})`,
    got: `threads: ${options.threads ?? 'default'}, relaxed: ${options.relaxed ?? false}`,
    fix: "Call removeBackend('simd') first.",
  });
}
