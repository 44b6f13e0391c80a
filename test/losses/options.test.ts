import { expect, test } from 'vitest';
import { dotProductSimilarity } from '../../src/distances/dotProductSimilarity.ts';
import { lpDistance } from '../../src/distances/lpDistance.ts';
import { instanceLoss } from '../../src/losses/classification/instanceLoss.ts';
import { defineLoss } from '../../src/losses/defineLoss.ts';
import { circleLoss } from '../../src/losses/pair/circleLoss.ts';
import { contrastiveLoss } from '../../src/losses/pair/contrastiveLoss.ts';
import { generalizedLiftedStructureLoss } from '../../src/losses/pair/generalizedLiftedStructureLoss.ts';
import { histogramLoss } from '../../src/losses/pair/histogramLoss.ts';
import { intraPairVarianceLoss } from '../../src/losses/pair/intraPairVarianceLoss.ts';
import { liftedStructureLoss } from '../../src/losses/pair/liftedStructureLoss.ts';
import { multiSimilarityLoss } from '../../src/losses/pair/multiSimilarityLoss.ts';
import { ncaLoss } from '../../src/losses/pair/ncaLoss.ts';
import { ntXentLoss } from '../../src/losses/pair/ntXentLoss.ts';
import { snrContrastiveLoss } from '../../src/losses/pair/snrContrastiveLoss.ts';
import { softNearestNeighborLoss } from '../../src/losses/pair/softNearestNeighborLoss.ts';
import { supConLoss } from '../../src/losses/pair/supConLoss.ts';
import { thresholdConsistentMarginLoss } from '../../src/losses/pair/thresholdConsistentMarginLoss.ts';
import { tupletMarginLoss } from '../../src/losses/pair/tupletMarginLoss.ts';
import { fastApLoss } from '../../src/losses/ranking/fastApLoss.ts';
import { pnpLoss } from '../../src/losses/ranking/pnpLoss.ts';
import { rankedListLoss } from '../../src/losses/ranking/rankedListLoss.ts';
import { barlowTwinsLoss } from '../../src/losses/selfSupervised/barlowTwinsLoss.ts';
import { multiNegativesRankLoss } from '../../src/losses/selfSupervised/multiNegativesRankLoss.ts';
import { vicRegLoss } from '../../src/losses/selfSupervised/vicRegLoss.ts';
import { angularLoss } from '../../src/losses/triplet/angularLoss.ts';
import { dynamicSoftMarginLoss } from '../../src/losses/triplet/dynamicSoftMarginLoss.ts';
import { pnLoss } from '../../src/losses/triplet/pnLoss.ts';
import { tripletHardLoss } from '../../src/losses/triplet/tripletHardLoss.ts';
import { tripletMarginLoss } from '../../src/losses/triplet/tripletMarginLoss.ts';
import { tripletSemiHardLoss } from '../../src/losses/triplet/tripletSemiHardLoss.ts';

const notCosine =
  'expected distance to be cosineSimilarity(), got distance: lpDistance(). Leave the distance out.';
const distance = lpDistance();
const positive = (name: string, value: number): string =>
  `expected ${name} to be a finite number > 0, got ${name}: ${value}.`;
const notNegative = (name: string, value: number): string =>
  `expected ${name} to be a finite number >= 0, got ${name}: ${value}.`;
const finite = (name: string): string =>
  `expected ${name} to be a finite number, got ${name}: NaN.`;
const between = (name: string, low: number, high: number, value: number): string =>
  `expected ${name} to be a number from ${low} to ${high}, got ${name}: ${value}.`;

test.each<[string, () => unknown, string]>([
  ['angularLoss', () => angularLoss({ alphaDegrees: 90 }), between('alphaDegrees', 0, 89, 90)],
  ['barlowTwinsLoss', () => barlowTwinsLoss({ lambda: -1 }), notNegative('lambda', -1)],
  ['circleLoss', () => circleLoss({ gamma: 0 }), positive('gamma', 0)],
  ['circleLoss', () => circleLoss({ m: Number.NaN }), finite('m')],
  ['circleLoss', () => circleLoss({ distance }), notCosine],
  ['contrastiveLoss', () => contrastiveLoss({ negMargin: Number.NaN }), finite('negMargin')],
  [
    'contrastiveLoss',
    () => contrastiveLoss({ regularizerCoefficient: Number.NaN }),
    finite('regularizerCoefficient'),
  ],
  [
    'dynamicSoftMarginLoss',
    () => dynamicSoftMarginLoss({ minVal: 0 }),
    'expected minVal to be a number from',
  ],
  [
    'dynamicSoftMarginLoss',
    () => dynamicSoftMarginLoss({ momentum: 2 }),
    between('momentum', 0, 1, 2),
  ],
  [
    'fastApLoss',
    () => fastApLoss({ distance: dotProductSimilarity() }),
    'expected distance to be an lpDistance between unit vectors, got distance: dotProductSimilarity(). Leave the distance out.',
  ],
  [
    'fastApLoss',
    () => fastApLoss({ distance: lpDistance({ normalize: false }) }),
    'unit vectors, got distance: lpDistance() with other settings. Leave the distance out.',
  ],
  [
    'fastApLoss',
    () => fastApLoss({ numBins: 0 }),
    'expected numBins to be a whole number >= 1, got numBins: 0.',
  ],
  [
    'generalizedLiftedStructureLoss',
    () => generalizedLiftedStructureLoss({ posMargin: Number.NaN }),
    finite('posMargin'),
  ],
  [
    'histogramLoss',
    () => histogramLoss({ bins: 10, delta: 0.5 }),
    'expected delta to be 2 / bins, got bins: 10, delta: 0.5. Give one of the two.',
  ],
  ['histogramLoss', () => histogramLoss({ distance }), notCosine],
  ['instanceLoss', () => instanceLoss({ gamma: -1 }), positive('gamma', -1)],
  ['intraPairVarianceLoss', () => intraPairVarianceLoss({ posEps: -1 }), notNegative('posEps', -1)],
  [
    'liftedStructureLoss',
    () => liftedStructureLoss({ negMargin: Number.NaN }),
    finite('negMargin'),
  ],
  ['multiNegativesRankLoss', () => multiNegativesRankLoss({ scale: 0 }), positive('scale', 0)],
  ['multiSimilarityLoss', () => multiSimilarityLoss({ alpha: 0 }), positive('alpha', 0)],
  ['ncaLoss', () => ncaLoss({ softmaxScale: 0 }), positive('softmaxScale', 0)],
  ['ntXentLoss', () => ntXentLoss({ temperature: 0 }), positive('temperature', 0)],
  [
    'pnLoss',
    () => pnLoss({ negative: 'hardest' as never }),
    "expected negative to be one of 'hard', 'semihard', 'easy', got negative: \"hardest\".",
  ],
  [
    'pnpLoss',
    () => pnpLoss({ variant: 'PNP' as never }),
    "expected variant to be one of 'O', 'Ds', 'Dq', 'Iu', 'Ib', got variant: \"PNP\".",
  ],
  [
    'pnpLoss',
    () => pnpLoss({ variant: 'toString' as never }),
    "expected variant to be one of 'O', 'Ds', 'Dq', 'Iu', 'Ib', got variant: \"toString\".",
  ],
  ['pnpLoss', () => pnpLoss({ anneal: 0 }), positive('anneal', 0)],
  ['rankedListLoss', () => rankedListLoss({ margin: 0.4, Tn: -1 }), notNegative('Tn', -1)],
  [
    'rankedListLoss',
    () => rankedListLoss({ margin: 0.4, Tn: 1, imbalance: 2 }),
    between('imbalance', 0, 1, 2),
  ],
  [
    'rankedListLoss',
    () => rankedListLoss({} as never),
    'expected margin to be a finite number >= 0, got margin: undefined.',
  ],
  [
    'snrContrastiveLoss',
    () => snrContrastiveLoss({ distance }),
    'expected distance to be snrDistance(), got distance: lpDistance(). Leave the distance out.',
  ],
  [
    'softNearestNeighborLoss',
    () => softNearestNeighborLoss({ temperature: 0 }),
    positive('temperature', 0),
  ],
  ['supConLoss', () => supConLoss({ temperature: -1 }), positive('temperature', -1)],
  [
    'thresholdConsistentMarginLoss',
    () => thresholdConsistentMarginLoss({ marginPlus: 2 }),
    between('marginPlus', -1, 1, 2),
  ],
  ['tripletHardLoss', () => tripletHardLoss({ margin: -1 }), notNegative('margin', -1)],
  ['tripletMarginLoss', () => tripletMarginLoss({ margin: -1 }), notNegative('margin', -1)],
  [
    'tripletMarginLoss',
    () => tripletMarginLoss({ tripletsPerAnchor: 0.5 }),
    "expected tripletsPerAnchor to be a whole number >= 1, or 'all', got tripletsPerAnchor: 0.5.",
  ],
  [
    'tripletSemiHardLoss',
    () => tripletSemiHardLoss({ margin: Number.NaN }),
    notNegative('margin', Number.NaN),
  ],
  [
    'tupletMarginLoss',
    () => tupletMarginLoss({ marginDegrees: 181 }),
    between('marginDegrees', 0, 180, 181),
  ],
  ['tupletMarginLoss', () => tupletMarginLoss({ distance }), notCosine],
  ['vicRegLoss', () => vicRegLoss({ eps: 0 }), positive('eps', 0)],
])('%s rejects what it cannot be made of: %#', (name, make, message) => {
  expect(make).toThrow(`${name}: `);
  expect(make).toThrow(message);
});

test.each([{ p: 1 }, { power: 2 }, { normalize: false }])(
  'angularLoss is not defined for lpDistance(%j), and dynamicSoftMarginLoss for a power of it only',
  (options) => {
    const other = lpDistance(options);
    expect(() => angularLoss({ distance: other })).toThrow(
      'angularLoss: expected distance to be lpDistance(), Euclidean between unit vectors, got distance: lpDistance() with other settings. Leave the distance out.',
    );
    const make = (): unknown => dynamicSoftMarginLoss({ distance: other });
    if ('power' in options) expect(make).not.toThrow();
    else
      expect(make).toThrow('expected distance to be an lpDistance with p: 2 between unit vectors');
  },
);

test('defineLoss says what its record lacks', () => {
  expect(() => defineLoss({ name: 'mine' } as never)).toThrow(
    "defineLoss: expected accepts to be a record, such as { labels: 'needed', tuples: 'none', reference: 'none' }, got accepts: undefined.",
  );
  expect(() => defineLoss(undefined as never)).toThrow('defineLoss: expected name to be a string');
});
