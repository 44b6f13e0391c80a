import { expect, test } from 'vitest';
import { dotProductSimilarity } from '../../src/distances/dotProductSimilarity.ts';
import { lpDistance } from '../../src/distances/lpDistance.ts';
import { angularLoss } from '../../src/losses/angularLoss.ts';
import { barlowTwinsLoss } from '../../src/losses/barlowTwinsLoss.ts';
import { circleLoss } from '../../src/losses/circleLoss.ts';
import { contrastiveLoss } from '../../src/losses/contrastiveLoss.ts';
import { dynamicSoftMarginLoss } from '../../src/losses/dynamicSoftMarginLoss.ts';
import { fastApLoss } from '../../src/losses/fastApLoss.ts';
import { generalizedLiftedStructureLoss } from '../../src/losses/generalizedLiftedStructureLoss.ts';
import { histogramLoss } from '../../src/losses/histogramLoss.ts';
import { instanceLoss } from '../../src/losses/instanceLoss.ts';
import { intraPairVarianceLoss } from '../../src/losses/intraPairVarianceLoss.ts';
import { liftedStructureLoss } from '../../src/losses/liftedStructureLoss.ts';
import { multiNegativesRankLoss } from '../../src/losses/multiNegativesRankLoss.ts';
import { multiSimilarityLoss } from '../../src/losses/multiSimilarityLoss.ts';
import { ncaLoss } from '../../src/losses/ncaLoss.ts';
import { ntXentLoss } from '../../src/losses/ntXentLoss.ts';
import { pnLoss } from '../../src/losses/pnLoss.ts';
import { pnpLoss } from '../../src/losses/pnpLoss.ts';
import { rankedListLoss } from '../../src/losses/rankedListLoss.ts';
import { snrContrastiveLoss } from '../../src/losses/snrContrastiveLoss.ts';
import { softNearestNeighborLoss } from '../../src/losses/softNearestNeighborLoss.ts';
import { supConLoss } from '../../src/losses/supConLoss.ts';
import { thresholdConsistentMarginLoss } from '../../src/losses/thresholdConsistentMarginLoss.ts';
import { tripletHardLoss } from '../../src/losses/tripletHardLoss.ts';
import { tripletMarginLoss } from '../../src/losses/tripletMarginLoss.ts';
import { tripletSemiHardLoss } from '../../src/losses/tripletSemiHardLoss.ts';
import { tupletMarginLoss } from '../../src/losses/tupletMarginLoss.ts';
import { vicRegLoss } from '../../src/losses/vicRegLoss.ts';

const notCosine =
  'expected distance to be cosineSimilarity(), got lpDistance(). Leave the distance out.';
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
    () => contrastiveLoss({ regularizerWeight: Number.NaN }),
    finite('regularizerWeight'),
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
    'expected distance to be an lpDistance between unit vectors, got dotProductSimilarity, a similarity.',
  ],
  [
    'fastApLoss',
    () => fastApLoss({ distance: lpDistance({ normalize: false }) }),
    'got lpDistance, without normalize.',
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
    'expected negative to be one of hard, semihard, easy, got "hardest".',
  ],
  [
    'pnpLoss',
    () => pnpLoss({ variant: 'PNP' as never }),
    'expected variant to be one of O, Ds, Dq, Iu, Ib, got "PNP".',
  ],
  [
    'pnpLoss',
    () => pnpLoss({ variant: 'toString' as never }),
    'expected variant to be one of O, Ds, Dq, Iu, Ib, got "toString".',
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
    'expected distance to be snrDistance(), got lpDistance().',
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
    'expected tripletsPerAnchor to be a whole number >= 1, got tripletsPerAnchor: 0.5.',
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
