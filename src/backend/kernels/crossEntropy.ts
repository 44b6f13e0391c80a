import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Work } from '../kernelRunner.ts';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';
import { plainly } from './plainly.ts';
import * as plain from './plainPairs.ts';

/** Cross entropy with a margin: kernels that src/losses/crossEntropy.ts asks for by name. */
export const crossEntropyKernels: readonly SimdKernel[] = [
  {
    kernelName: 'CrossEntropy',
    integers: ['own'],
    run: crossEntropy,
    fallback: plainly(plain.crossEntropy),
  },
  {
    kernelName: 'CrossEntropyGradient',
    integers: ['own'],
    run: crossEntropyGradient,
    fallback: plainly(plain.crossEntropyGradient),
  },
];

/** Logits that a thread has done in some 20 us. */
const grain = 4096;

interface Logits {
  /** Shape [rows, columns]; logits are `scale` times this. */
  readonly x: TensorInfo;
  /** The column of each row's class, int32. */
  readonly own: TensorInfo;
  /** What stands in x's place at the own class, [rows]. */
  readonly moved?: TensorInfo;
}

interface Scale {
  readonly scale: number;
}

/** `-log softmax` at the own class, [rows]. */
function crossEntropy(backend: SimdBackend, logits: Logits, scale: Scale): TensorInfo {
  const losses = backend.output([logits.x.shape[0] as number]);
  const given = { ...argumentsOf(backend, logits), losses: backend.pointer(losses) };
  backend.run('crossEntropy', { ...given, ...scale }, workOf(logits));
  return losses;
}

interface Upstream {
  /** The result. */
  readonly losses: TensorInfo;
  readonly dy: TensorInfo;
  /** The derivative of `moved` by x; 1 without. */
  readonly slope?: TensorInfo;
}

/** Its gradient by x. */
function crossEntropyGradient(
  backend: SimdBackend,
  { losses, dy, slope, ...logits }: Logits & Upstream,
  scale: Scale,
): TensorInfo {
  const dx = backend.output(logits.x.shape);
  const given = {
    ...argumentsOf(backend, logits),
    slope: backend.pointerIfAny(slope),
    losses: backend.pointer(losses),
    dy: backend.pointer(dy),
    dx: backend.pointer(dx),
  };
  backend.run('crossEntropyGradient', { ...given, ...scale }, workOf(logits));
  return dx;
}

function argumentsOf(
  backend: SimdBackend,
  { x, own, moved }: Logits,
): Record<'x' | 'own' | 'moved' | 'columns', number> {
  return {
    x: backend.pointer(x),
    own: backend.integers(own),
    moved: backend.pointerIfAny(moved),
    columns: x.shape[1] as number,
  };
}

function workOf({ x }: Logits): Work {
  const [rows, columns] = x.shape as [number, number];
  return { count: rows, grain: Math.ceil(grain / columns) };
}
