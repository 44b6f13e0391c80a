import {
  dispose,
  mul,
  type Scalar,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tensor,
  tensor1d,
  tensor2d,
  valueAndGrad,
} from '@tensorflow/tfjs-core';
import type { LossPart } from '../../../src/reducers/reducer.ts';
import { type ReducerSpec, reducerOf } from '../../support/referenceReducers.ts';
import { expectNear, expectRefused, gradientTolerance, type Numbers } from './compare.ts';
import { checkLoss, type LossCase } from './losses.ts';

/** A case of `reducers.json`. */
export interface ReducerCase {
  id: string;
  kind: 'direct' | 'end_to_end';
  reducer: ReducerSpec;
  reduction_type: 'element' | 'pos_pair' | 'neg_pair' | 'triplet' | 'already_reduced';
  losses: number | number[];
  indices: number[] | number[][] | null;
  labels: number[];
  batch_size: number;
  divisor?: number;
  expected: { value?: Numbers; grad_losses?: Numbers; error?: object };
}

/** Compares a reducer with the reference: fed directly, or inside a loss. */
export async function checkReducer(c: ReducerCase): Promise<void> {
  if (c.kind === 'end_to_end') {
    await checkLoss({ ...(c as unknown as LossCase), distance_given: true, reducer_given: true });
    return;
  }
  const run = (): void => {
    const { reduced, gradient } = reduce(c);
    expectNear('value', reduced, c.expected.value as Numbers);
    expectNear('grad_losses', gradient, c.expected.grad_losses as Numbers, gradientTolerance);
  };
  if (c.expected.error) expectRefused(run);
  else run();
}

function reduce(c: ReducerCase): { reduced: number; gradient: number | number[] } {
  const reducer = reducerOf(c.reducer);
  const labels = Int32Array.from(c.labels);
  const { values, places, part } = partOf(c);
  try {
    const { value, grad } = valueAndGrad((v: Tensor) =>
      mul<Scalar>(reducer.reduce({ ...part, values: v }, labels), 1),
    )(values);
    const [reduced = Number.NaN] = value.dataSync();
    const slopes = grad.dataSync();
    dispose([value, grad]);
    const gradient = places === undefined ? slopes[0] : places.map((i) => slopes[i] as number);
    return { reduced, gradient: gradient as number | number[] };
  } finally {
    dispose([values, part.counts ?? []]);
  }
}

/** The case's losses as a part of a loss, and where in it each of them is. */
function partOf(c: ReducerCase): {
  values: Tensor;
  places?: number[];
  part: Omit<LossPart, 'values'>;
} {
  const divisor = c.divisor === undefined ? {} : { divisor: c.divisor };
  if (typeof c.losses === 'number') {
    return { values: tensor(c.losses), part: { name: 'loss', kind: 'reduced', ...divisor } };
  }
  const columns = (c.reduction_type === 'element' ? [c.indices] : c.indices) as number[][];
  const [anchors = [], others = []] = columns;
  const places = c.losses.map((_, i) => i);
  if (!c.reduction_type.endsWith('pair')) {
    const kind = c.reduction_type === 'element' ? 'elements' : 'triplets';
    const part = { name: 'loss', kind, anchors: Int32Array.from(anchors), ...divisor } as const;
    return { values: tensor1d(c.losses, 'float32') as Tensor1D, places, part };
  }
  const size = c.batch_size;
  const dense = new Float32Array(size * size);
  const counts = new Float32Array(size * size);
  const cells = anchors.map((anchor, i) => anchor * size + (others[i] as number));
  cells.forEach((cell, i) => {
    dense[cell] = (c.losses as number[])[i] as number;
    counts[cell] = (counts[cell] as number) + 1;
  });
  const shape: [number, number] = [size, size];
  return {
    values: tensor2d(dense, shape) as Tensor2D,
    places: cells,
    part: { name: 'loss', kind: 'pairs', counts: tensor2d(counts, shape), ...divisor },
  };
}
