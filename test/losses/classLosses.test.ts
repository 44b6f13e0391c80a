import {
  dispose,
  type NamedTensorMap,
  type Tensor2D,
  tensor2d,
  variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import type { ClassLoss } from '../../src/losses/classLoss.ts';
import type { SubCenterArcFaceLoss } from '../../src/losses/subCenterArcFaceLoss.ts';
import type { WeightedLoss } from '../../src/losses/weightedLoss.ts';
import type { Tuples } from '../../src/tuples/tuples.ts';
import { expectClose } from '../support/expectClose.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';
import { reference } from '../support/reference.ts';
import { classLossMakers, logitFactor, setWeights } from '../support/referenceClassLosses.ts';
import { type DistanceSpec, distanceOf } from '../support/referenceDistances.ts';
import { type ReducerSpec, reducerOf } from '../support/referenceReducers.ts';
import { type RegularizerSpec, regularizerOf } from '../support/referenceRegularizers.ts';

const noTriplets: Tuples = {
  anchor: new Int32Array(0),
  positive: new Int32Array(0),
  negative: new Int32Array(0),
};

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

  test.each(cases.filter((c) => c.expected.error !== undefined))('refuse: $id', (c) => {
    const loss = lossOf(c);
    const x = tensor2d(c.embeddings);
    const set = c.ref_emb && { embeddings: tensor2d(c.ref_emb), labels: c.ref_labels ?? [] };
    // The reference takes meta-classes in place of tuples, and no labels; ours takes them as labels, and no tuples.
    const tuples =
      typeof c.indices_tuple?.[0] === 'number' ? noTriplets : tuplesOf(c.indices_tuple);
    expect(() => loss.compute(x, c.labels, tuples, set)).toThrow(
      /Loss: expected no (tuples|reference set)/,
    );
    dispose([x, ...(set ? [set.embeddings] : [])]);
    loss.dispose();
  });
});

interface LogitsCase {
  id: string;
  kind: string;
  inner: { loss: string; params: Record<string, number>; distance: { is_inverted: boolean } };
  params: Record<string, number>;
  weights: Record<string, number[][]>;
  embeddings: number[][];
  labels: number[];
  expected: { logits: number[][]; outliers: number[]; dominant_centers: number[][] };
}

const wrappers = reference<LogitsCase>('wrappers');

describe('logits', () => {
  test.each(wrappers.filter((c) => c.kind === 'get_logits'))('match the reference: $id', (c) => {
    const make = classLossMakers[c.inner.loss] as NonNullable<(typeof classLossMakers)[string]>;
    const loss = make(c.inner.params, {}) as ClassLoss;
    setWeights(loss, c.weights);
    expectNoLeak(() => {
      const x = tensor2d(c.embeddings);
      const logits = loss.logits(x);
      expect(logits.shape).toEqual([c.embeddings.length, c.expected.logits[0]?.length]);
      const factor = logitFactor(c.inner.loss, c.inner.params, c.inner.distance.is_inverted);
      expectClose(
        logits.dataSync(),
        c.expected.logits.flat().map((logit) => logit * factor),
      );
      dispose([x, logits]);
    });
    loss.dispose();
  });
});

describe('outliers of subCenterArcFaceLoss', () => {
  test.each(wrappers.filter((c) => c.kind === 'get_outliers'))(
    'match the reference: $id',
    async (c) => {
      const { threshold, ...params } = c.params;
      const loss = classLossMakers['SubCenterArcFaceLoss']?.(params, {}) as SubCenterArcFaceLoss;
      setWeights(loss, c.weights);
      const x = tensor2d(c.embeddings);
      const thresholdDegrees = threshold as number;
      const found = await expectNoLeak(() => loss.outliers(x, c.labels, { thresholdDegrees }));
      expect([...found.rows]).toEqual(c.expected.outliers);
      const subCenters = params['sub_centers'] as number;
      const centers = c.weights['W']?.map((row) =>
        Array.from(found.dominantCenters, (center, id) => row[id * subCenters + center]),
      );
      expect(centers).toEqual(c.expected.dominant_centers);
      x.dispose();
      loss.dispose();
    },
  );
});
