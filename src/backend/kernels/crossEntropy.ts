import type { TensorInfo } from '@tensorflow/tfjs-core';
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
function crossEntropy(
  backend: SimdBackend,
  { x, own, moved }: Logits,
  { scale }: Scale,
): TensorInfo {
  const [rows, columns] = x.shape as [number, number];
  const losses = backend.output([rows]);
  backend.run(
    'crossEntropy',
    {
      x: backend.pointer(x),
      own: backend.integers(own),
      moved: moved ? backend.pointer(moved) : 0,
      losses: backend.pointer(losses),
      columns,
      scale,
    },
    { count: rows, grain: Math.ceil(grain / columns) },
  );
  return losses;
}

/** Its gradient by x, from `losses`, its result, and `dy`; at the own class times `slope`. */
function crossEntropyGradient(
  backend: SimdBackend,
  {
    x,
    own,
    moved,
    slope,
    losses,
    dy,
  }: Logits & { slope?: TensorInfo; losses: TensorInfo; dy: TensorInfo },
  { scale }: Scale,
): TensorInfo {
  const [rows, columns] = x.shape as [number, number];
  const dx = backend.output(x.shape);
  backend.run(
    'crossEntropyGradient',
    {
      x: backend.pointer(x),
      own: backend.integers(own),
      moved: moved ? backend.pointer(moved) : 0,
      slope: slope ? backend.pointer(slope) : 0,
      losses: backend.pointer(losses),
      dy: backend.pointer(dy),
      dx: backend.pointer(dx),
      columns,
      scale,
    },
    { count: rows, grain: Math.ceil(grain / columns) },
  );
  return dx;
}
