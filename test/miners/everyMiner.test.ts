import {
  dispose,
  grad,
  memory,
  square,
  sum,
  type Tensor2D,
  tensor1d,
  tensor2d,
} from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lpDistance } from '../../src/distances/lpDistance.ts';
import { angularMiner } from '../../src/miners/angularMiner.ts';
import { batchEasyHardMiner, type MiningStrategy } from '../../src/miners/batchEasyHardMiner.ts';
import { batchHardMiner } from '../../src/miners/batchHardMiner.ts';
import { distanceWeightedMiner } from '../../src/miners/distanceWeightedMiner.ts';
import { hdcMiner } from '../../src/miners/hdcMiner.ts';
import type { MineOptions } from '../../src/miners/mineOptions.ts';
import type { Miner } from '../../src/miners/miner.ts';
import { multiSimilarityMiner } from '../../src/miners/multiSimilarityMiner.ts';
import { pairMarginMiner } from '../../src/miners/pairMarginMiner.ts';
import { semiHardMiner } from '../../src/miners/semiHardMiner.ts';
import { tripletMarginMiner } from '../../src/miners/tripletMarginMiner.ts';
import { uniformHistogramMiner } from '../../src/miners/uniformHistogramMiner.ts';
import { pickRows } from '../../src/ops/pickRows.ts';
import { createRandom } from '../../src/random/createRandom.ts';
import type { Tuples } from '../../src/tuples/tuples.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';
import { sortedTuples } from '../support/referenceMiners.ts';

const strategies: MiningStrategy[] = ['easy', 'semihard', 'hard', 'all'];

/** Miners whose choice the batch alone determines. */
const certain: [string, Miner][] = [
  ['angularMiner', angularMiner()],
  ...strategies.flatMap((posStrategy) =>
    strategies.flatMap((negStrategy): [string, Miner][] => {
      const pair = [posStrategy, negStrategy];
      const refused =
        pair.includes('semihard') && (pair.includes('all') || posStrategy === negStrategy);
      return refused
        ? []
        : [
            [
              `batchEasyHardMiner ${pair.join(' ')}`,
              batchEasyHardMiner({ posStrategy, negStrategy }),
            ],
          ];
    }),
  ),
  ['batchHardMiner', batchHardMiner()],
  ['multiSimilarityMiner', multiSimilarityMiner()],
  ['pairMarginMiner', pairMarginMiner()],
  ['semiHardMiner', semiHardMiner()],
  ...(['all', 'easy', 'semihard', 'hard'] as const).map((typeOfTriplets): [string, Miner] => [
    `tripletMarginMiner ${typeOfTriplets}`,
    tripletMarginMiner({ typeOfTriplets }),
  ]),
];

const miners: [string, Miner][] = [
  ...certain,
  ['hdcMiner', hdcMiner()], // of a pair and its mirror image, equally hard, it may keep one
  ['distanceWeightedMiner', distanceWeightedMiner()],
  ['uniformHistogramMiner', uniformHistogramMiner()],
];

function normals(count: number, seed: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from(
    { length: count },
    () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next()),
  );
}

const batchOf = (rows: number, dims: number, seed: number): Tensor2D =>
  tensor2d(normals(rows * dims, seed), [rows, dims]);

const labelsOf = (rows: number, classes: number, seed: number): Int32Array => {
  const random = createRandom(seed).fork('labels');
  return Int32Array.from({ length: rows }, () => random.integer(classes));
};

/** [anchor, partner, whether they should be of one class] of every pair in the tuples. */
function links(tuples: Tuples): [number, number, boolean][] {
  const list = (a: Int32Array, b: Int32Array, same: boolean): [number, number, boolean][] =>
    Array.from(a, (anchor, i) => [anchor, b[i] as number, same]);
  return 'anchor' in tuples
    ? [
        ...list(tuples.anchor, tuples.positive, true),
        ...list(tuples.anchor, tuples.negative, false),
      ]
    : [
        ...list(tuples.positiveAnchor, tuples.positive, true),
        ...list(tuples.negativeAnchor, tuples.negative, false),
      ];
}

const count = (tuples: Tuples): number =>
  'anchor' in tuples ? tuples.anchor.length : tuples.positive.length + tuples.negative.length;

describe.each(miners)('%s', (_, miner) => {
  test('takes positives of the anchor’s class, negatives of another, and nobody as his own partner', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 24 }),
        fc.integer({ min: 1, max: 6 }),
        fc.nat(),
        (rows, classes, seed) => {
          const x = batchOf(rows, 3, seed);
          const labels = labelsOf(rows, classes, seed);
          for (const [anchor, other, same] of links(expectNoLeak(() => miner.mine(x, labels)))) {
            expect(labels[anchor] === labels[other]).toBe(same);
            expect(other).not.toBe(anchor);
          }
          x.dispose();
        },
      ),
      { numRuns: 15 },
    );
  });

  test('takes partners from the reference set, the anchor’s equal included', () => {
    const [x, y] = [batchOf(7, 3, 1), batchOf(9, 3, 2)];
    const [labels, others] = [labelsOf(7, 3, 1), labelsOf(9, 3, 2)];
    const tuples = expectNoLeak(() =>
      miner.mine(x, labels, { reference: { embeddings: y, labels: others } }),
    );
    for (const [anchor, other, same] of links(tuples)) {
      expect(labels[anchor] === others[other]).toBe(same);
    }
    const self = miner.mine(x, labels, { reference: { embeddings: x, labels } });
    expect(links(self).every(([a, b, same]) => (labels[a] === labels[b]) === same)).toBe(true);
    dispose([x, y]);
  });

  test.each([
    ['a batch of one', [[1, 2]], [0]],
    [
      'one class only',
      [
        [1, 2],
        [2, 1],
        [-1, 1],
      ],
      [5, 5, 5],
    ],
    [
      'all classes different',
      [
        [1, 2],
        [2, 1],
        [-1, 1],
      ],
      [3, 1, 2],
    ],
  ])('finds no triplet, and at most one side of pairs, in %s', (_, rows, labels) => {
    const x = tensor2d(rows);
    const tuples = miner.mine(x, labels);
    if ('anchor' in tuples) expect(count(tuples)).toBe(0);
    else expect(Math.min(tuples.positive.length, tuples.negative.length)).toBe(0);
    x.dispose();
  });

  test.each([
    [
      'two examples',
      [
        [1, 2],
        [2, 1],
      ],
      [0, 1],
    ],
    [
      'two examples of a class',
      [
        [1, 2],
        [2, 1],
      ],
      [4, 4],
    ],
    [
      'duplicated embeddings',
      [
        [1, 2],
        [1, 2],
        [3, 1],
        [1, 2],
        [-1, 0],
        [3, 1],
      ],
      [0, 0, 1, 1, 2, 2],
    ],
    ['one dimension', [[1], [-2], [0], [3]], [0, 0, 1, 1]],
    [
      'equal embeddings',
      [
        [1, 2],
        [1, 2],
        [1, 2],
        [1, 2],
      ],
      [0, 0, 1, 1],
    ],
    [
      'zero embeddings',
      [
        [0, 0],
        [0, 0],
        [0, 0],
        [0, 0],
      ],
      [0, 0, 1, 1],
    ],
    [
      'huge and tiny embeddings',
      [
        [1e18, 2e18],
        [1e-18, 1e-19],
        [-3e18, 1],
        [1e-20, -1e-20],
      ],
      [0, 0, 1, 1],
    ],
  ])('copes with %s', (_, rows, labels) => {
    const x = tensor2d(rows);
    for (const [anchor, other, same] of links(miner.mine(x, labels))) {
      expect(labels[anchor] === labels[other]).toBe(same);
    }
    x.dispose();
  });

  test('gives the same for the same batch', () => {
    const x = batchOf(20, 4, 3);
    const labels = labelsOf(20, 4, 3);
    expect(miner.mine(x, labels)).toEqual(miner.mine(x, labels));
    x.dispose();
  });

  test('takes labels in any array', () => {
    const x = batchOf(12, 4, 5);
    const labels = labelsOf(12, 3, 5);
    expect(miner.mine(x, [...labels])).toEqual(miner.mine(x, labels));
    x.dispose();
  });

  test('leaves no more than one entry on the tape, and nothing in memory', () => {
    const x = batchOf(16, 4, 4);
    const labels = labelsOf(16, 3, 4);
    const expected = miner.mine(x, labels);
    expectNoLeak(() => {
      const gradient = grad((y) => {
        const before = memory().numTensors;
        expect(miner.mine(y as Tensor2D, labels)).toEqual(expected);
        expect(memory().numTensors).toBe(before);
        return sum(square(y));
      })(x);
      gradient.dispose();
    });
    x.dispose();
  });

  test.each([
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
  ])('names the first row that holds %f', (value, shown) => {
    const x = tensor2d([
      [1, 2],
      [2, 1],
      [3, value],
      [value, 0],
    ]);
    expect(() => miner.mine(x, [0, 0, 1, 1])).toThrow(
      `${miner.name}: expected embeddings to be finite, got ${shown} in row 2.`,
    );
    const y = tensor2d([[1, 2]]);
    expect(() =>
      miner.mine(y, [0], { reference: { embeddings: x, labels: Int32Array.of(0, 0, 1, 1) } }),
    ).toThrow(`${miner.name}: expected reference.embeddings to be finite, got ${shown} in row 2.`);
    dispose([x, y]);
  });

  test('rejects labels and shapes that do not fit', () => {
    const x = batchOf(3, 2, 0);
    const y = batchOf(3, 4, 0);
    expect(() => miner.mine(x, [0, 1])).toThrow(
      `${miner.name}: expected one label per embedding (3), got labels of length 2.`,
    );
    expect(() => miner.mine(x, [0, 1, 0.5])).toThrow(
      `${miner.name}: expected labels to be integer class ids`,
    );
    expect(() =>
      miner.mine(x, [0, 1, 1], { reference: { embeddings: y, labels: Int32Array.of(0, 1, 1) } }),
    ).toThrow(
      `${miner.name}: expected reference.embeddings of as many dims as the embeddings (2), got 4.`,
    );
    const set = { embeddings: x, labels: Int32Array.of(0, 0, 1) };
    expect(() => miner.mine(x, [0, 0, 1], set as unknown as MineOptions)).toThrow(
      'got a reference set without a name. Call mine(embeddings, labels, { reference }).',
    );
    expect(() => miner.mine(x, [0, 0, 1], { references: set } as unknown as MineOptions)).toThrow(
      'It is called reference.',
    );
    const flat = tensor1d([1, 2, 3, 4, 5, 6]);
    expect(() => miner.mine(flat as unknown as Tensor2D, [0, 1, 1])).toThrow(
      `${miner.name}: expected embeddings to be a tensor of shape [batch, dims], got shape [6].`,
    );
    dispose([x, y, flat]);
  });
});

describe.each(certain)('%s', (_, miner) => {
  test('chooses the same tuples however the batch is ordered', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const rows = 15;
        const x = batchOf(rows, 4, seed);
        const labels = labelsOf(rows, 3, seed);
        const order = createRandom(seed).shuffle(Int32Array.from({ length: rows }, (_, i) => i));
        const shuffled = pickRows(x, order);
        const back = (tuples: Tuples): Tuples =>
          Object.fromEntries(
            Object.entries(tuples).map(([name, list]) => [
              name,
              (list as Int32Array).map((i) => order[i] as number),
            ]),
          ) as unknown as Tuples;
        const mined = miner.mine(
          shuffled,
          order.map((i) => labels[i] as number),
        );
        expect(sortedTuples(back(mined))).toEqual(sortedTuples(miner.mine(x, labels)));
        dispose([x, shuffled]);
      }),
      { numRuns: 10 },
    );
  });
});

test('a distance that overflows is an error, not a wrong choice', () => {
  const x = tensor2d([
    [1e30, 0],
    [0, 1],
    [1, 0],
  ]);
  const miner = batchHardMiner({ distance: lpDistance({ normalize: false }) });
  expect(() => miner.mine(x, [0, 0, 1])).toThrow(
    'batchHardMiner: expected distances within the range of float32, got Infinity of embedding 0 to candidate 1. Scale the embeddings down, or take a distance that normalizes them.',
  );
  x.dispose();
});
