import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import { aleaJump, aleaState, aleaStates } from '../alea.ts';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';

export const dropoutKernels: readonly SimdKernel[] = [{ kernelName: 'SimdDropout', run: dropout }];

export interface DropoutInputs {
  readonly x: TensorInfo;
}

export interface DropoutAttrs {
  /** The share of the numbers that become zero. */
  readonly rate: number;
  readonly seed: number;
}

/** RUN of assembly/dropout.ts: numbers that one thread draws in a row. */
const run = 8192;
let jump: bigint | undefined;

/** `x` with zeros, and what `x` was multiplied by: the bits that `dropout` of tfjs-core has with this seed. */
function dropout(
  backend: SimdBackend,
  { x }: DropoutInputs,
  { rate, seed }: DropoutAttrs,
): TensorInfo[] {
  const count = util.sizeFromShape(x.shape);
  const [out, multipliers] = [backend.output(x.shape), backend.output(x.shape)];
  jump ??= aleaJump(run);
  const words = aleaStates(aleaState(seed), jump, Math.ceil(count / run));
  const states = backend.scratch(words.byteLength);
  new Uint32Array(backend.blocks.memory.buffer, states, words.length).set(words);
  backend.run(
    'dropout',
    {
      x: backend.pointer(x),
      states,
      keep: 1 - rate,
      out: backend.pointer(out),
      multipliers: backend.pointer(multipliers),
    },
    { count, grain: run },
  );
  return [out, multipliers];
}
