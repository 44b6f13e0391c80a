import {
  dispose,
  type NamedTensorMap,
  type Tensor2D,
  tensor2d,
  variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { describe, test } from 'vitest';
import type { WeightedLoss } from '../../src/losses/weightedLoss.ts';
import type { Tuples } from '../../src/tuples/tuples.ts';
import { expectClose } from '../support/expectClose.ts';
import { reference } from '../support/reference.ts';
import { classLossMakers, setWeights } from '../support/referenceClassLosses.ts';
import { type DistanceSpec, distanceOf } from '../support/referenceDistances.ts';
import { type ReducerSpec, reducerOf } from '../support/referenceReducers.ts';
import { type RegularizerSpec, regularizerOf } from '../support/referenceRegularizers.ts';

interface Case {
  id: string;
  loss: string;
  params: Record<string, number>;
  distance?: DistanceSpec;
  distance_given?: boolean;
  reducer?: ReducerSpec;
  reducer_given?: boolean;
  weight_regularizer?: RegularizerSpec;
  weight_reg_weight?: number;
  embeddings: number[][];
  labels: number[] | null;
  ref_emb?: number[][];
  ref_labels?: number[];
  indices_tuple?: number[][] | number[];
  weights: Record<string, number[][]>;
  quirk?: unknown;
  expected: {
    error?: object;
    loss: number;
    grad_embeddings: number[][];
    grad_weights: Record<string, number[][]>;
  };
}

const cases = reference<Case>('losses').filter(
  (c) => c.loss in classLossMakers && c.quirk === undefined,
);

function lossOf(c: Case): WeightedLoss {
  const make = classLossMakers[c.loss] as NonNullable<(typeof classLossMakers)[string]>;
  const loss = make(c.params, {
    ...(c.distance && c.distance_given && { distance: distanceOf(c.distance) }),
    ...(c.reducer && c.reducer_given && { reducer: reducerOf(c.reducer) }),
    ...(c.weight_regularizer && { weightRegularizer: regularizerOf(c.weight_regularizer) }),
    ...(c.weight_reg_weight !== undefined && { weightRegularizerWeight: c.weight_reg_weight }),
  });
  setWeights(loss, c.weights);
  return loss;
}

function tuplesOf(columns: Case['indices_tuple']): Tuples | undefined {
  if (columns === undefined || typeof columns[0] === 'number') return undefined;
  const [a, b, c, d] = (columns as number[][]).map((column) =>
    Int32Array.from(column),
  ) as Int32Array[];
  return d === undefined
    ? ({ anchor: a, positive: b, negative: c } as Tuples)
    : ({ positiveAnchor: a, positive: b, negativeAnchor: c, negative: d } as Tuples);
}

/** Value and gradients in the embeddings (the variable `x`) and in the loss's weights. */
function gradients(
  loss: WeightedLoss,
  c: Case,
): { value: number; grads: Record<string, Float32Array> } {
  const x = variable(tensor2d(c.embeddings));
  const labels = c.labels ?? (c.indices_tuple as number[]);
  const { value, grads } = variableGrads(
    () => loss.compute(x as unknown as Tensor2D, labels, tuplesOf(c.indices_tuple)),
    [x, ...Object.values(loss.variables)],
  );
  const named = { embeddings: x, ...loss.variables };
  const result = {
    value: value.dataSync()[0] as number,
    grads: Object.fromEntries(
      Object.entries(named).map(([name, v]) => [
        name,
        grads[v.name]?.dataSync<'float32'>() as Float32Array,
      ]),
    ),
  };
  dispose([x, value, grads as NamedTensorMap]);
  return result;
}

describe('losses over classes', () => {
  test.each(cases.filter((c) => c.expected.error === undefined))(
    'match the reference: $id',
    (c) => {
      const loss = lossOf(c);
      const { value, grads } = gradients(loss, c);
      expectClose([value], [c.expected.loss]);
      expectClose(grads['embeddings'] as Float32Array, c.expected.grad_embeddings.flat(), {
        relative: 1e-3,
      });
      for (const [name, expected] of Object.entries(c.expected.grad_weights)) {
        expectClose(grads[name] as Float32Array, expected.flat(), { relative: 1e-3 });
      }
      loss.dispose();
    },
  );
});
