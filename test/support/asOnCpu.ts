import {
  type DataType,
  grads,
  neg,
  setBackend,
  type Tensor,
  tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect } from 'vitest';
import { createRandom } from '../../src/random/createRandom.ts';
import { expectAlike } from './expectClose.ts';

/** An operand of a random operation. */
export interface Operand {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  /** `smooth`: no two alike; `whole`: small whole numbers, so many ties; `special`: NaN and infinities among them. */
  readonly kind: 'smooth' | 'whole' | 'special';
  readonly seed: number;
  /** Whether it comes out of another kernel, in place of JavaScript. */
  readonly isMade: boolean;
}

/** A random operation: what to print of it, its operands, what it does. */
export interface RandomCase {
  readonly label: string;
  readonly operands: readonly Operand[];
  run(...operands: Tensor[]): Tensor | Tensor[];
}

export interface Likeness {
  readonly relative?: number;
  readonly absolute?: number;
  /** Whether the gradients are compared, where all operands are float32. Default true. */
  readonly gradients?: boolean;
}

interface Result {
  readonly shape: number[];
  readonly dtype: DataType;
  readonly values: ArrayLike<number>;
}

const special = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0];

/**
 * Expects of a random operation what the cpu backend gives: shapes, types, values and gradients, or an error.
 *
 * @returns whether the cpu backend can do it.
 */
export async function expectAsOnCpu(
  { operands, run }: RandomCase,
  { relative = 1e-4, absolute = 1e-5, gradients = true }: Likeness = {},
): Promise<boolean> {
  const forward = (...tensors: Tensor[]): Tensor[] => [run(...tensors)].flat();
  const backward = (...tensors: Tensor[]): Tensor[] => {
    const first = (...xs: Tensor[]): Tensor => forward(...xs).at(-1) as Tensor;
    const { size, shape } = first(...tensors);
    return grads(first)(tensors, tensor(smooth(size, 9), shape));
  };
  const isFloat = operands.every(({ dtype }) => dtype === 'float32');
  let works = true;
  for (const compute of gradients && isFloat ? [forward, backward] : [forward]) {
    const expected = await attempt('cpu', operands, compute);
    const got = await attempt('simd', operands, compute);
    if (expected instanceof Error) works = false;
    if (expected instanceof Error || got instanceof Error) {
      expect(String(got), 'an error where the cpu backend has one').toBe(String(expected));
      continue;
    }
    expect(got.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
      expected.map(({ shape, dtype }) => ({ shape, dtype })),
    );
    for (const [i, { values }] of got.entries()) {
      expectAlike(values, (expected[i] as Result).values, { relative, absolute });
    }
  }
  return works;
}

async function attempt(
  backend: string,
  operands: readonly Operand[],
  compute: (...tensors: Tensor[]) => Tensor[],
): Promise<Result[] | Error> {
  await setBackend(backend);
  try {
    return tidy(() =>
      compute(...operands.map(tensorOf)).map((out) => ({
        shape: out.shape,
        dtype: out.dtype,
        values: out.dataSync(),
      })),
    );
  } catch (error) {
    return error as Error;
  }
}

function tensorOf({ shape, dtype, kind, seed, isMade }: Operand): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  const x = tensor(valuesOf(size, dtype, kind, seed), [...shape], dtype);
  return isMade && dtype === 'float32' ? neg(neg(x)) : x;
}

function valuesOf(
  size: number,
  dtype: Operand['dtype'],
  kind: Operand['kind'],
  seed: number,
): Float32Array | Int32Array | Uint8Array {
  const random = createRandom(seed);
  if (dtype === 'bool') return Uint8Array.from({ length: size }, () => random.integer(2));
  if (dtype === 'int32') return Int32Array.from({ length: size }, () => random.integer(9) - 4);
  if (kind === 'whole') return Float32Array.from({ length: size }, () => random.integer(5) - 2);
  const values = smooth(size, seed);
  if (kind === 'special') {
    for (let i = random.integer(3); i < size; i += 1 + random.integer(5)) {
      values[i] = special[random.integer(special.length)] as number;
    }
  }
  return values;
}

function smooth(size: number, seed: number): Float32Array {
  const random = createRandom(seed + 1000);
  return Float32Array.from({ length: size }, () => 4 * random.next() - 2);
}

export interface OperandChoice {
  /** Whether it is float32 alone. Default false. */
  readonly floats?: boolean;
  /** Default: all. */
  readonly kinds?: readonly Operand['kind'][];
}

/** An operand of a shape; what it may be. */
export function operandOf(
  shape: readonly number[],
  { floats = false, kinds = ['smooth', 'whole', 'special'] }: OperandChoice = {},
): fc.Arbitrary<Operand> {
  return fc.record({
    shape: fc.constant(shape),
    dtype: floats
      ? fc.constant('float32' as const)
      : fc.constantFrom('float32' as const, 'float32', 'float32', 'int32', 'bool'),
    kind: fc.constantFrom(...kinds),
    seed: fc.nat(1000),
    isMade: fc.boolean(),
  });
}

/** A shape of `ranks` axes, each up to `most` long; empty ones now and then. */
export function shapeOf(ranks: { min?: number; max: number }, most = 5): fc.Arbitrary<number[]> {
  const size = fc.oneof(
    { arbitrary: fc.integer({ min: 1, max: most }), weight: 12 },
    { arbitrary: fc.constant(0), weight: 1 },
  );
  return fc.array(size, { minLength: ranks.min ?? 0, maxLength: ranks.max });
}

/**
 * Tries `count` random cases: the same ones each time, others for another CASES_SEED in the environment, and as many
 * times more as CASES says.
 */
export function tryCases(
  cases: fc.Arbitrary<RandomCase>,
  likeness: Likeness = {},
  count: number = 40,
): Promise<void> {
  return fc.assert(
    fc.asyncProperty(cases, async (random) => {
      await expectAsOnCpu(random, likeness);
    }),
    {
      numRuns: count * Number(process.env['CASES'] ?? 1),
      seed: Number(process.env['CASES_SEED'] ?? 1),
    },
  );
}
