import { dispose, type Tensor2D, tensor2d, valueAndGrad } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { lpDistance } from '../../src/distances/lpDistance.ts';
import { proxyAnchorLoss } from '../../src/losses/classification/proxyAnchorLoss.ts';
import type { Loss, LossOptions } from '../../src/losses/loss.ts';
import { circleLoss } from '../../src/losses/pair/circleLoss.ts';
import { contrastiveLoss } from '../../src/losses/pair/contrastiveLoss.ts';
import { generalizedLiftedStructureLoss } from '../../src/losses/pair/generalizedLiftedStructureLoss.ts';
import { histogramLoss } from '../../src/losses/pair/histogramLoss.ts';
import { liftedStructureLoss } from '../../src/losses/pair/liftedStructureLoss.ts';
import { multiSimilarityLoss } from '../../src/losses/pair/multiSimilarityLoss.ts';
import { ncaLoss } from '../../src/losses/pair/ncaLoss.ts';
import { thresholdConsistentMarginLoss } from '../../src/losses/pair/thresholdConsistentMarginLoss.ts';
import { tupletMarginLoss } from '../../src/losses/pair/tupletMarginLoss.ts';
import { angularLoss } from '../../src/losses/triplet/angularLoss.ts';
import { dynamicSoftMarginLoss } from '../../src/losses/triplet/dynamicSoftMarginLoss.ts';
import { tripletMarginLoss } from '../../src/losses/triplet/tripletMarginLoss.ts';
import { classWeightedReducer } from '../../src/reducers/classWeightedReducer.ts';
import { doNothingReducer } from '../../src/reducers/doNothingReducer.ts';
import { meanReducer } from '../../src/reducers/meanReducer.ts';
import { perAnchorReducer } from '../../src/reducers/perAnchorReducer.ts';
import type { Tuples } from '../../src/tuples/tuples.ts';
import { expectClose } from '../support/expectClose.ts';

interface Call {
  rows: number[][];
  labels: number[] | null;
  tuples?: Tuples;
  reference?: { rows: number[][]; labels?: number[] };
}

function evaluate(
  loss: Loss,
  { rows, labels, tuples, reference }: Call,
): { value: number; gradient: number[] } {
  const x = tensor2d(rows);
  const set = reference && { ...reference, embeddings: tensor2d(reference.rows) };
  try {
    const run = (e: Tensor2D): ReturnType<Loss['compute']> =>
      loss.compute(e, labels, { tuples, reference: set });
    run(x).dispose(); // first off the tape, where an error leaves nothing behind
    const { value, grad } = valueAndGrad((e) => run(e as Tensor2D))(x);
    const result = { value: value.dataSync()[0] as number, gradient: [...grad.dataSync()] };
    dispose([value, grad]);
    return result;
  } finally {
    dispose([x, set?.embeddings ?? []]);
  }
}

const distance = lpDistance({ normalize: false });
const zero = Int32Array.of(0);

describe('where the reference implementation has a quirk', () => {
  test('one positive and one negative pair count; there they give 0', () => {
    const tuples = {
      positiveAnchor: zero,
      positive: Int32Array.of(1),
      negativeAnchor: zero,
      negative: Int32Array.of(2),
    };
    const { value } = evaluate(contrastiveLoss({ distance }), {
      rows: [[0], [0.25], [0.5]],
      labels: null,
      tuples,
    });
    expectClose([value], [0.25 + (1 - 0.5)]);
  });

  test('liftedStructureLoss with a reference set takes the negatives of the anchor; there indices are mixed up', () => {
    const { value } = evaluate(liftedStructureLoss({ distance }), {
      rows: [[0], [3]],
      labels: [0, 1],
      reference: { rows: [[1], [2], [5]], labels: [0, 1, 2] },
    });
    // anchor 0: positive at 1, negatives at 2 and 5; anchor 3: positive at 1, negatives at 2 and 2
    const first = 1 + Math.log(Math.exp(1 - 2) + Math.exp(1 - 5));
    const second = 1 + Math.log(Math.exp(1 - 2) + Math.exp(1 - 2));
    expectClose([value], [(Math.max(first, 0) ** 2 / 2 + Math.max(second, 0) ** 2 / 2) / 2]);
  });

  test('swap with a reference set is between positive and negative; there indices are mixed up', () => {
    const loss = tripletMarginLoss({ margin: 1, swap: true, distance });
    const { value } = evaluate(loss, {
      rows: [[0], [9]],
      labels: [0, 2],
      reference: { rows: [[5], [4]], labels: [1, 0] },
    });
    // anchor 0: positive at 4, negative at 5, which is nearer to the positive
    expectClose([value], [4 - 1 + 1]);
  });

  test('tupletMarginLoss has a gradient for equal embeddings; there it is NaN', () => {
    const { value, gradient } = evaluate(tupletMarginLoss(), {
      rows: [
        [1, 2],
        [1, 2],
        [2, 1],
        [0, 1],
      ],
      labels: [0, 0, 1, 1],
    });
    expect(value).toBeGreaterThan(1);
    expect(gradient.every(Number.isFinite)).toBe(true);
  });

  test('ncaLoss is 0 where no example has another of its class; there it is NaN', () => {
    const rows = [
      [1, 0],
      [0, 1],
      [1, 1],
    ];
    const { value, gradient } = evaluate(ncaLoss(), { rows, labels: [0, 1, 2] });
    expect([value, ...gradient]).toEqual(new Array(7).fill(0));
  });

  test('thresholdConsistentMarginLoss compares with the reference set; there it is ignored', () => {
    const { value } = evaluate(thresholdConsistentMarginLoss(), {
      rows: [[1, 0]],
      labels: [0],
      reference: {
        rows: [
          [0, 1],
          [0.6, 0.8],
        ],
        labels: [0, 1],
      },
    });
    expectClose([value], [0.9 - 0 + (0.6 - 0.5)]);
  });

  test('dynamicSoftMarginLoss wants one positive for each embedding; there the rest counts as 0', () => {
    const call = {
      rows: [
        [1, 0],
        [0, 1],
      ],
      labels: null,
      reference: { rows: [[1, 1]] },
    };
    expect(() => evaluate(dynamicSoftMarginLoss(), call)).toThrow(
      'dynamicSoftMarginLoss: expected without labels, a reference with one positive for each embedding (2), got 1.',
    );
  });

  test('histogramLoss takes equal embeddings for the last bin; there it fails', () => {
    const { value, gradient } = evaluate(histogramLoss(), {
      rows: [
        [1, 2],
        [1, 2],
        [2, 1],
        [0, 1],
      ],
      labels: [0, 0, 1, 1],
    });
    expect(value).toBeGreaterThan(0);
    expect(gradient.every(Number.isFinite)).toBe(true);
  });
});

describe('class weights', () => {
  const labels = [0, 0, 0, 1, 1];
  const call: Call = {
    rows: [
      [1, 0.2],
      [0.8, 0.9],
      [0.3, 1],
      [-0.2, 0.7],
      [0.9, 0.4],
    ],
    labels,
  };
  const weights = [3, 5];
  const overAnchors = (3 * 3 + 2 * 5) / 5;
  const overPairs = (6 * 3 + 2 * 5) / 8;
  const losses: [string, (options: LossOptions) => Loss, number][] = [
    ['multiSimilarityLoss', multiSimilarityLoss, overAnchors],
    ['circleLoss', circleLoss, overAnchors],
    ['generalizedLiftedStructureLoss', generalizedLiftedStructureLoss, overAnchors],
    ['angularLoss', angularLoss, overPairs],
    ['liftedStructureLoss', liftedStructureLoss, overPairs],
    ['tupletMarginLoss', tupletMarginLoss, overPairs],
  ];

  test.each(losses)('%s takes their mean, as there', (_, lossOf, mean) => {
    const reducer = classWeightedReducer(weights);
    const plain = evaluate(lossOf({ reducer: meanReducer() }), call);
    const weighted = evaluate(lossOf({ reducer }), call);
    expectClose([weighted.value], [mean * plain.value]);
    expectClose(
      weighted.gradient,
      plain.gradient.map((g) => mean * g),
    );
  });

  test.each(losses)('%s takes each anchor by its own in perAnchorReducer', (_, lossOf) => {
    const x = tensor2d(call.rows);
    const each = lossOf({ reducer: perAnchorReducer(doNothingReducer()) }).compute(x, labels);
    const values = [...each.dataSync()];
    dispose([x, each]);
    const expected = values.reduce((sum, v, i) => sum + v * (weights[labels[i] as number] ?? 0), 0);
    const reducer = perAnchorReducer(classWeightedReducer(weights));
    expectClose([evaluate(lossOf({ reducer }), call).value], [expected / labels.length]);
  });

  test('proxyAnchorLoss takes those of the proxies; there it is by labels of other examples', () => {
    const options = { classes: 3, dims: 2, reducer: doNothingReducer() };
    const x = tensor2d(call.rows);
    const loss = proxyAnchorLoss(options);
    const each = loss.compute(x, labels); // of three proxies, positive and then negative
    const values = [...each.dataSync()];
    const expected = values.reduce((sum, v, i) => sum + v * [2, 3, 5][i % 3]!, 0) / 3;
    const reducer = classWeightedReducer([2, 3, 5]);
    const weighted = proxyAnchorLoss({ ...options, reducer });
    expectClose([evaluate(weighted, call).value], [expected]);
    dispose([x, each]);
    loss.dispose();
    weighted.dispose();
  });
});
