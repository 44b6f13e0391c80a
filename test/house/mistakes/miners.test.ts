import { tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { describe } from 'vitest';
import {
  allPairs,
  allTriplets,
  angularMiner,
  batchEasyHardMiner,
  batchHardMiner,
  createRandom,
  distanceWeightedMiner,
  hdcMiner,
  mineHardNegatives,
  multiSimilarityMiner,
  pairMarginMiner,
  restoreRandom,
  semiHardMiner,
  toPairs,
  toTriplets,
  tripletMarginMiner,
  uniformHistogramMiner,
} from '../../../src/index.ts';
import { answerMistakes } from './mistakes.ts';

const x = tensor2d([
  [1, 0],
  [0, 1],
  [1, 1],
  [0, 2],
]);
const mine = (miner: { mine: unknown }, ...args: unknown[]) =>
  (miner.mine as (...given: unknown[]) => unknown)(...args);

describe('Miners', () => {
  answerMistakes([
    ['hard negatives without labels', () => mineHardNegatives(x, undefined as never), 'labels'],
    [
      'hard negatives of nothing',
      () => mineHardNegatives(undefined as never, [0, 1]),
      'mineHardNegatives',
      'undefined',
    ],
    [
      'hard negatives by their k',
      () => mineHardNegatives(x, [0, 1, 0, 1], 5 as never),
      'mineHardNegatives',
      '5',
    ],
    [
      'a distance by name',
      () => semiHardMiner({ distance: 'euclidean' as never }),
      'semiHardMiner',
      'distance',
      '"euclidean"',
    ],
    [
      'a kind of triplets that there is not',
      () => tripletMarginMiner({ typeOfTriplets: 'medium' as never }),
      'tripletMarginMiner',
      'typeOfTriplets',
      '"medium"',
    ],
    [
      'type_of_triplets',
      () => tripletMarginMiner({ type_of_triplets: 'hard' } as never),
      'type_of_triplets',
      'It is called typeOfTriplets.',
    ],
    [
      'a margin of Infinity',
      () => tripletMarginMiner({ margin: Number.POSITIVE_INFINITY }),
      'margin',
      'Infinity',
    ],
    [
      'two semi-hard strategies',
      () => batchEasyHardMiner({ posStrategy: 'semihard', negStrategy: 'semihard' } as never),
      'batchEasyHardMiner',
    ],
    [
      'a strategy that there is not',
      () => batchEasyHardMiner({ posStrategy: 'hardest' as never }),
      'batchEasyHardMiner',
      'hardest',
    ],
    [
      'an epsilon as text',
      () => multiSimilarityMiner({ epsilon: '0.1' as never }),
      'multiSimilarityMiner',
      'epsilon',
      '"0.1"',
    ],
    [
      'an angle as text',
      () => angularMiner({ angleDegrees: '20' as never }),
      'angularMiner',
      'angleDegrees',
      '"20"',
    ],
    [
      'a margin for pairs by another name',
      () => pairMarginMiner({ pos_margin: 0.1 } as never),
      'pairMarginMiner',
      'pos_margin',
    ],
    ['0 bins', () => uniformHistogramMiner({ numBins: 0 }), 'uniformHistogramMiner', '0'],
    ['a fraction above 1', () => hdcMiner({ filterFraction: 2 }), 'hdcMiner', '2'],
    [
      'a cutoff below 0',
      () => distanceWeightedMiner({ cutoff: -1 }),
      'distanceWeightedMiner',
      'cutoff',
      '-1',
    ],
    [
      'a mined batch without labels',
      () => mine(batchHardMiner(), x),
      'batchHardMiner',
      'labels',
      'undefined',
    ],
    [
      'a mined batch with too many labels',
      () => mine(batchHardMiner(), x, [0, 1, 0, 1, 1]),
      'batchHardMiner',
      '4',
      '5',
    ],
    [
      'mined embeddings of rank 1',
      () => mine(semiHardMiner(), tensor1d([1, 2]), [0, 1]),
      'semiHardMiner',
      '[2]',
    ],
    [
      'mined NaN',
      () =>
        mine(
          semiHardMiner(),
          tensor2d([
            [Number.NaN, 0],
            [1, 0],
          ]),
          [0, 1],
        ),
      'semiHardMiner',
      'NaN',
      'row 0',
    ],
  ]);
});

describe('Tuples and random numbers', () => {
  answerMistakes([
    ['all pairs of nothing', () => allPairs(undefined as never), 'allPairs', 'labels', 'undefined'],
    ['all triplets of names', () => allTriplets(['a', 'b'] as never), 'allTriplets', '"a"'],
    ['pairs of nothing', () => toPairs(undefined as never), 'toPairs', 'undefined'],
    ['triplets of something else', () => toTriplets({ anchor: [0] } as never), 'toTriplets'],
    ['a seed below 0', () => createRandom(-1), 'createRandom', 'seed', '-1'],
    ['a seed as text', () => createRandom('1' as never), 'createRandom', 'seed', '"1"'],
    ['half a seed', () => createRandom(0.5), 'createRandom', '0.5'],
    ['a state of random numbers that is none', () => restoreRandom({} as never), 'restoreRandom'],
  ]);
});
