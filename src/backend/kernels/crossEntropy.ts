import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Work } from '../kernelRunner.ts';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';

/** Cross entropy with a margin: kernels that src/losses/crossEntropy.ts asks for by name. */
export const crossEntropyKernels: readonly SimdKernel[] = [
  { kernelName: 'SimdCrossEntropy', integers: ['targets'], run: crossEntropy },
  { kernelName: 'SimdCrossEntropyGradient', integers: ['targets'], run: crossEntropyGradient },
];

/** Logits that a thread has done in some 20 us. */
const grain = 4096;

interface Logits {
  /** Shape [rows, columns]; logits are `scale` times this. */
  readonly x: TensorInfo;
  /** The column of each row's target class, int32, [rows]. */
  readonly targets: TensorInfo;
  /** The value with its margin that replaces x at the target class, [rows]. */
  readonly targetX?: TensorInfo;
}

interface Scale {
  readonly scale: number;
}

/** `-log softmax` at the target class, [rows]. */
function crossEntropy(backend: SimdBackend, logits: Logits, scale: Scale): TensorInfo {
  const losses = backend.output([logits.x.shape[0]!]);
  const given = { ...argumentsOf(backend, logits), losses: backend.pointer(losses) };
  backend.run('crossEntropy', { ...given, ...scale }, workOf(logits));
  return losses;
}

interface Upstream {
  /** The result. */
  readonly losses: TensorInfo;
  readonly dy: TensorInfo;
  /** The derivative of `targetX` by x, [rows]; 1 without. */
  readonly derivative?: TensorInfo;
}

/** Its gradient by x. */
function crossEntropyGradient(
  backend: SimdBackend,
  { losses, dy, derivative, ...logits }: Logits & Upstream,
  scale: Scale,
): TensorInfo {
  const dx = backend.output(logits.x.shape);
  const given = {
    ...argumentsOf(backend, logits),
    derivative: backend.pointerIfAny(derivative),
    losses: backend.pointer(losses),
    dy: backend.pointer(dy),
    dx: backend.pointer(dx),
  };
  backend.run('crossEntropyGradient', { ...given, ...scale }, workOf(logits));
  return dx;
}

function argumentsOf(
  backend: SimdBackend,
  { x, targets, targetX }: Logits,
): Record<'x' | 'targets' | 'targetX' | 'columns', number> {
  return {
    x: backend.pointer(x),
    targets: backend.integers(targets),
    targetX: backend.pointerIfAny(targetX),
    columns: x.shape[1]!,
  };
}

function workOf({ x }: Logits): Work {
  const [rows, columns] = x.shape as [number, number];
  return { count: rows, grain: Math.ceil(grain / columns) };
}
