import { tensor2d } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CalibrationGoal,
  calibrateThreshold,
} from '../../src/evaluation/calibrateThreshold.ts';
import { distanceHistogram } from '../../src/evaluation/distanceHistogram.ts';
import { foldAccuracy } from '../../src/evaluation/foldAccuracy.ts';
import { pairDistances } from '../../src/evaluation/pairDistances.ts';
import { rocCurve } from '../../src/evaluation/rocCurve.ts';
import { verificationMetrics } from '../../src/evaluation/verificationMetrics.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';
import { measures } from '../support/measures.ts';

describe('pairDistances', () => {
  const points = { data: Float32Array.of(0, 1, 3, 7), shape: [4, 1] as const };
  const labels = [0, 0, 1, 1];

  test('pairs each with every reference', async () => {
    const others = {
      embeddings: { data: Float32Array.of(1, 3), shape: [2, 1] as const },
      labels: [0, 1],
    };
    const options = { reference: others, distance: measures.euclidean } as const;
    const { distances, same } = await pairDistances(points, labels, options);
    expect(Array.from(distances)).toEqual([1, 3, 0, 2, 2, 0, 6, 4]);
    expect(Array.from(same)).toEqual([1, 0, 1, 0, 0, 1, 0, 1]);
  });

  test('draws as many as the limit, never one with itself, the same for the same seed', async () => {
    const x = { data: Float32Array.from({ length: 50 }, (_, i) => i), shape: [50, 1] as const };
    const ids = Array.from({ length: 50 }, (_, i) => i % 5);
    const options = { distance: measures.euclidean, limit: 1000, seed: 4 } as const;
    const drawn = await pairDistances(x, ids, options);
    expect(drawn.distances.length).toBe(1000);
    expect(drawn.distances.every((d) => d >= 1 && d <= 49)).toBe(true);
    expect(drawn.distances.every((d, i) => (d % 5 === 0) === Boolean(drawn.same[i]))).toBe(true);
    expect(await pairDistances(x, ids, options)).toEqual(drawn);
    expect(drawn.same.filter(Boolean).length / 1000).toBeCloseTo(9 / 49, 1);
  });

  test('rejects a single embedding', async () => {
    const one = { data: Float32Array.of(1), shape: [1, 1] as const };
    await expect(pairDistances(one, [0])).rejects.toThrow(
      'pairDistances: expected at least two embeddings, got one.',
    );
  });
});

describe('rocCurve', () => {
  test.each([
    [[1, 2], [1], 'rocCurve: expected as many entries in same as in distances (2), got 1.'],
    [[1, Number.NaN], [1, 0], 'rocCurve: expected finite distances, got NaN at index 1.'],
    [[1, 2], [1, 1], 'rocCurve: expected pairs of both kinds, same and different, got 2 and 0.'],
  ])('rejects %o with %o', (distances, same, message) => {
    expect(() => rocCurve({ distances, same })).toThrow(message);
  });
});

describe('verificationMetrics', () => {
  test('gives the known numbers of six points', async () => {
    const x = [1, 0, 0.8, 0.6, 0, 1, -1, 0, -0.6, 0.8, 0, -1];
    const points = tensor2d(x, [6, 2]);
    const pairs = await expectNoLeak(() =>
      pairDistances(points, [0, 0, 0, 1, 1, 2], { distance: measures.squaredEuclidean }),
    );
    points.dispose();
    // Rounded, since 0.6 and 0.8 are not exact in float32 and the ties are meant.
    const rounded = { ...pairs, distances: pairs.distances.map((d) => Math.round(d * 1e5) / 1e5) };
    const found = verificationMetrics(rounded, { fars: [0.05, 0.1, 0.5] });
    expect(found).toMatchObject({
      auc: 0.875,
      same: 4,
      different: 11,
      tarAtFar: [
        { limit: 0.05, tar: 0, far: 0, threshold: Number.NEGATIVE_INFINITY },
        { limit: 0.1, tar: 0.75, far: expect.closeTo(0.090909, 6), threshold: 0.8 },
        { limit: 0.5, tar: 1, far: expect.closeTo(0.454545, 6), threshold: 2 },
      ],
    });
    expect(found.eer.rate).toBeCloseTo(0.185185, 6);
    expect(found.eer.threshold).toBeGreaterThan(0.8);
    expect(found.eer.threshold).toBeLessThan(2);
  });

  const pair = fc.record({ distance: fc.integer({ min: 0, max: 9 }), same: fc.boolean() });
  const pairs = fc
    .array(pair, { minLength: 2, maxLength: 40 })
    .filter((list) => list.some(({ same }) => same) && list.some(({ same }) => !same))
    .map((list) => ({
      distances: list.map(({ distance }) => distance),
      same: list.map(({ same }) => same),
    }));

  test('has the area that counting all same with all different pairs gives, ties half', () => {
    fc.assert(
      fc.property(pairs, ({ distances, same }) => {
        let [wins, rivals] = [0, 0];
        distances.forEach((d, i) => {
          distances.forEach((e, j) => {
            if (!same[i] || same[j]) return;
            rivals++;
            wins += d < e ? 1 : d === e ? 0.5 : 0;
          });
        });
        expect(verificationMetrics({ distances, same }).auc).toBeCloseTo(wins / rivals, 12);
      }),
    );
  });

  test('has rates between 0 and 1, whatever the pairs', () => {
    fc.assert(
      fc.property(pairs, (list) => {
        const { auc, averagePrecision, eer, bestAccuracy } = verificationMetrics(list);
        for (const rate of [auc, averagePrecision, eer.rate, bestAccuracy.accuracy]) {
          expect(rate).toBeGreaterThanOrEqual(0);
          expect(rate).toBeLessThanOrEqual(1);
        }
        expect(Number.isFinite(eer.threshold)).toBe(true);
      }),
    );
  });

  test('rejects a rate that is none', () => {
    expect(() => verificationMetrics({ distances: [1, 2], same: [1, 0] }, { fars: [2] })).toThrow(
      'verificationMetrics: expected fars to be an array of at least 0 values, each a number from 0 to 1, got fars: ',
    );
  });
});

describe('calibrateThreshold', () => {
  // Sorted by distance: same same different same different different.
  const pairs = { distances: [1, 2, 3, 4, 5, 6], same: [1, 1, 0, 1, 0, 0] };

  test.each<[CalibrationGoal, number, object]>([
    ['f1', 4.5, { precision: 0.75, recall: 1, f1: 6 / 7 }],
    ['accuracy', 2.5, { accuracy: 5 / 6, recall: 2 / 3, precision: 1 }],
    [{ precision: 1 }, 2.5, { recall: 2 / 3 }],
    [{ precision: 0.7 }, 4.5, { recall: 1 }],
    [{ recall: 0.5 }, 2.5, { far: 0 }],
    [{ recall: 1 }, 4.5, { far: 1 / 3 }],
    [{ far: 0 }, 2.5, { recall: 2 / 3 }],
    [{ far: 0.5 }, 4.5, { recall: 1 }],
    [{ far: 1 }, 6, { recall: 1, precision: 0.5 }],
  ])('for %o lies at %d', (goal, threshold, scores) => {
    expect(calibrateThreshold(pairs, goal)).toMatchObject({ threshold, ...scores });
  });

  test('accepts no pair for accuracy, where that is right most often', () => {
    const nearDifferent = { distances: [1, 2, 3, 4], same: [0, 0, 1, 0] };
    expect(calibrateThreshold(nearDifferent, 'accuracy')).toEqual({
      threshold: Number.NEGATIVE_INFINITY,
      precision: 0,
      recall: 0,
      f1: 0,
      accuracy: 0.75,
      far: 0,
    });
  });

  test('keeps two distances apart between which there is no number', () => {
    const [near, far] = [0.3, 0.1 + 0.2]; // neighbors in float64
    const found = calibrateThreshold({ distances: [near, far, 1], same: [1, 0, 0] }, 'f1');
    expect(found).toMatchObject({ threshold: near, precision: 1, recall: 1, far: 0 });
  });

  test('does to the pairs what it says', () => {
    const list = fc.array(fc.record({ d: fc.integer({ min: 0, max: 6 }), same: fc.boolean() }), {
      minLength: 3,
      maxLength: 30,
    });
    fc.assert(
      fc.property(list, (items) => {
        const all = [{ d: 1, same: true }, { d: 2, same: false }, ...items];
        const { threshold, precision, recall, far } = calibrateThreshold({
          distances: all.map(({ d }) => d),
          same: all.map(({ same }) => same),
        });
        const matches = all.filter(({ d }) => d <= threshold);
        const right = matches.filter(({ same }) => same).length;
        const different = all.filter(({ same }) => !same).length;
        expect(precision).toBe(right / matches.length);
        expect(recall).toBe(right / (all.length - different));
        expect(far).toBe((matches.length - right) / different);
      }),
    );
  });

  test('says what can be had when the goal cannot', () => {
    const hopeless = { distances: [1, 2, 3], same: [0, 1, 0] };
    expect(() => calibrateThreshold(hopeless, { precision: 0.9 })).toThrow(
      'calibrateThreshold: expected a threshold with precision >= 0.9 to exist, got precision 0.5 at best. Ask for less, or train the embedding further.',
    );
    expect(() => calibrateThreshold(hopeless, { far: 0.1 })).toThrow(
      'calibrateThreshold: expected a threshold with far <= 0.1 to exist, got far 0.5 at best.',
    );
  });

  test.each([{ beta: 1 }, { far: 2 }, { far: 0.1, recall: 0.9 }, 'best', null])(
    'rejects the goal %j, which it does not know',
    (goal) => {
      expect(() => calibrateThreshold(pairs, goal as unknown as CalibrationGoal)).toThrow(
        `calibrateThreshold: expected goal to be 'f1', 'accuracy', or { precision }, { recall } or { far } with a number from 0 to 1, got goal: ${JSON.stringify(goal)}.`,
      );
    },
  );
});

describe('foldAccuracy', () => {
  // Same pairs near 1, different ones near 3; one pair of each fold but the first is on the wrong side.
  const pairs = {
    distances: [1, 3, 1.1, 3.1, 1, 3, 3.2, 3, 1, 0.9, 1.2, 3],
    same: [1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0],
  };

  test('judges each fold by the threshold of the others', () => {
    const found = foldAccuracy(pairs, { folds: 3 });
    expect(found.folds.map(({ accuracy }) => accuracy)).toEqual([1, 0.75, 0.75]);
    expect(found.accuracy).toBeCloseTo(2.5 / 3, 12);
    expect(found.standardError).toBeCloseTo(1 / 12, 12); // deviation 0.1443 / sqrt(3)
  });

  test('keeps the pairs it judges out of the choice of the threshold', () => {
    // Alone, each half would draw its line elsewhere: at 2 and at 6.
    const halves = { distances: [1, 3, 1, 3, 5, 7, 5, 7], same: [1, 0, 1, 0, 1, 0, 1, 0] };
    const found = foldAccuracy(halves, { folds: 2 });
    expect(found.folds).toEqual([
      { accuracy: 0.5, threshold: 6 },
      { accuracy: 0.5, threshold: 2 },
    ]);
  });

  test('depends on the shuffle only by its seed', () => {
    const options = { folds: 3, seed: 2 };
    expect(foldAccuracy(pairs, options)).toEqual(foldAccuracy(pairs, options));
  });

  test('rejects more folds than pairs', () => {
    expect(() => foldAccuracy({ distances: [1, 2], same: [1, 0] })).toThrow(
      'foldAccuracy: expected at least as many pairs as folds (10), got 2.',
    );
  });
});

describe('distanceHistogram', () => {
  test('counts both kinds in the same bins, the largest in the last', () => {
    const pairs = { distances: [0, 1, 2, 3, 4, 4], same: [1, 1, 1, 0, 0, 1] };
    expect(distanceHistogram(pairs, { bins: 2 })).toEqual({
      edges: Float64Array.of(0, 2, 4),
      same: Int32Array.of(2, 2),
      different: Int32Array.of(0, 2),
    });
  });

  test('has a bin of width for distances that are all equal', () => {
    const { edges, same } = distanceHistogram({ distances: [2, 2], same: [1, 0] }, { bins: 2 });
    expect({ edges, same }).toEqual({
      edges: Float64Array.of(1.5, 2, 2.5),
      same: Int32Array.of(0, 1),
    });
  });
});
