import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as library from '../../src/index.ts';
import { MetricLearningError } from '../../src/index.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';

type Make = (options: object) => { dispose?(): void };

const makers = library as unknown as Record<string, Make>;
const ofClasses = { classes: 3, dims: 4 };
/** Losses whose first argument is another. */
const aroundOthers = [
  'crossBatchMemory',
  'matryoshkaLoss',
  'multipleLosses',
  'relationLoss',
  'selfSupervisedLoss',
];
const overClasses = [
  'classes',
  'dims',
  'seed',
  'regularizerCoefficient',
  'parameterRegularizerCoefficient',
];

/** Whatever takes numbers: what it must be given, and the names of these numbers. */
const numbers: readonly (readonly [name: string, options: object, names: string])[] = [
  ['adaCosLoss', ofClasses, overClasses.join(' ')],
  ['adaFaceLoss', ofClasses, `margin h scale momentum labelSmoothing ${overClasses.join(' ')}`],
  ['angularLoss', {}, 'alphaDegrees regularizerCoefficient'],
  ['arcFaceLoss', ofClasses, `marginDegrees scale ${overClasses.join(' ')}`],
  ['barlowTwinsLoss', {}, 'lambda regularizerCoefficient'],
  ['circleLoss', {}, 'm gamma regularizerCoefficient'],
  ['contrastiveLoss', {}, 'posMargin negMargin regularizerCoefficient'],
  ['cosFaceLoss', ofClasses, `margin scale ${overClasses.join(' ')}`],
  ['coSentLoss', {}, 'scale regularizerCoefficient'],
  [
    'curricularFaceLoss',
    ofClasses,
    `marginDegrees scale momentum labelSmoothing ${overClasses.join(' ')}`,
  ],
  ['dynamicSoftMarginLoss', {}, 'minVal numBins momentum regularizerCoefficient'],
  ['fastApLoss', {}, 'numBins regularizerCoefficient'],
  ['generalizedLiftedStructureLoss', {}, 'negMargin posMargin regularizerCoefficient'],
  [
    'genericPairLoss',
    { positive: (d: unknown) => d, negative: (d: unknown) => d },
    'regularizerCoefficient',
  ],
  ['histogramLoss', {}, 'bins delta regularizerCoefficient'],
  ['instanceLoss', {}, 'gamma regularizerCoefficient'],
  ['intraPairVarianceLoss', {}, 'posEps negEps regularizerCoefficient'],
  ['largeMarginSoftmaxLoss', ofClasses, `margin scale ${overClasses.join(' ')}`],
  ['liftedStructureLoss', {}, 'negMargin posMargin regularizerCoefficient'],
  [
    'magFaceLoss',
    ofClasses,
    `lowerLength upperLength lowerMargin upperMargin lambda scale ${overClasses.join(' ')}`,
  ],
  ['manifoldLoss', { dims: 4 }, 'dims proxies alpha margin seed regularizerCoefficient'],
  ['marginLoss', {}, 'margin beta nu tripletsPerAnchor classes seed regularizerCoefficient'],
  ['multiNegativesRankLoss', {}, 'scale regularizerCoefficient'],
  ['multiSimilarityLoss', {}, 'alpha beta base regularizerCoefficient'],
  ['nPairsLoss', {}, 'regularizerCoefficient'],
  ['ncaLoss', {}, 'softmaxScale regularizerCoefficient'],
  ['normalizedSoftmaxLoss', ofClasses, `temperature ${overClasses.join(' ')}`],
  ['ntXentLoss', {}, 'temperature regularizerCoefficient'],
  ['p2sGradLoss', ofClasses, overClasses.join(' ')],
  ['pnLoss', {}, 'margin regularizerCoefficient'],
  ['pnpLoss', {}, 'b alpha anneal regularizerCoefficient'],
  ['proxyAnchorLoss', ofClasses, `margin alpha ${overClasses.join(' ')}`],
  ['proxyNcaLoss', ofClasses, `softmaxScale ${overClasses.join(' ')}`],
  ['rankedListLoss', { margin: 0.4, Tn: 1 }, 'margin Tn Tp imbalance alpha regularizerCoefficient'],
  ['simSiamLoss', {}, 'regularizerCoefficient'],
  ['smoothApLoss', {}, 'temperature regularizerCoefficient'],
  ['snrContrastiveLoss', {}, 'posMargin negMargin regularizerCoefficient'],
  ['softNearestNeighborLoss', {}, 'temperature regularizerCoefficient'],
  ['softTripleLoss', ofClasses, `centersPerClass la gamma margin ${overClasses.join(' ')}`],
  ['sphereFaceLoss', ofClasses, `margin scale ${overClasses.join(' ')}`],
  ['subCenterArcFaceLoss', ofClasses, `marginDegrees scale subCenters ${overClasses.join(' ')}`],
  ['supConLoss', {}, 'temperature regularizerCoefficient'],
  [
    'thresholdConsistentMarginLoss',
    {},
    'lambdaPlus lambdaMinus marginPlus marginMinus regularizerCoefficient',
  ],
  ['tripletHardLoss', {}, 'margin regularizerCoefficient'],
  ['tripletMarginLoss', {}, 'margin tripletsPerAnchor regularizerCoefficient'],
  ['tripletSemiHardLoss', {}, 'margin regularizerCoefficient'],
  ['tupletMarginLoss', {}, 'marginDegrees scale regularizerCoefficient'],
  ['vicRegLoss', {}, 'invarianceLambda varianceMu covarianceV eps regularizerCoefficient'],
  ['angularMiner', {}, 'angleDegrees'],
  ['distanceWeightedMiner', {}, 'cutoff nonzeroLossCutoff seed'],
  ['hdcMiner', {}, 'filterFraction'],
  ['multiSimilarityMiner', {}, 'epsilon'],
  ['pairMarginMiner', {}, 'posMargin negMargin'],
  ['tripletMarginMiner', {}, 'margin'],
  ['uniformHistogramMiner', {}, 'numBins posPerBin negPerBin seed'],
  ['mPerClassSampler', { m: 2 }, 'm length'],
  ['randomTripletsSampler', {}, 'count'],
  ['lpDistance', {}, 'p power minNorm'],
  ['cosineSimilarity', {}, 'minNorm'],
  ['dotProductSimilarity', {}, 'power minNorm'],
  ['snrDistance', {}, 'power minNorm'],
  ['thresholdReducer', { low: 0 }, 'low high'],
  ['lpRegularizer', {}, 'p power'],
  ['sparseCentersRegularizer', { classes: 2, centersPerClass: 2 }, 'classes centersPerClass'],
];

test.each(numbers)(
  '%s refuses what is no number, and says of which option',
  (name, options, names) => {
    const make = makers[name] as Make;
    expectNoLeak(() => make(options).dispose?.());
    for (const option of names.split(' ')) {
      for (const value of [
        Number.NaN,
        Number.POSITIVE_INFINITY,
        Number.NEGATIVE_INFINITY,
        '1',
        null,
      ]) {
        expectNoLeak(() => {
          const refused = expect(() => make({ ...options, [option]: value }));
          refused.toThrow(MetricLearningError);
          refused.toThrow(option);
        });
      }
    }
  },
);

const parts: readonly (readonly [name: string, options: object, names: string])[] = [
  ['tripletMarginLoss', {}, 'distance reducer regularizer'],
  ['contrastiveLoss', {}, 'distance reducer regularizer'],
  ['marginLoss', {}, 'distance reducer regularizer'],
  ['normalizedSoftmaxLoss', ofClasses, 'distance reducer regularizer parameterRegularizer'],
  ['proxyAnchorLoss', ofClasses, 'distance reducer regularizer parameterRegularizer'],
  ['proxyNcaLoss', ofClasses, 'distance reducer regularizer parameterRegularizer'],
  ['softTripleLoss', ofClasses, 'reducer regularizer parameterRegularizer'],
];

test.each(parts)('%s refuses the name of a part in place of the part', (name, options, names) => {
  for (const option of names.split(' ')) {
    expectNoLeak(() => {
      expect(() => makers[name]?.({ ...options, [option]: 'cosine' })).toThrow(
        new RegExp(`^${name}: expected ${option} to be a record with (a|the) function`),
      );
    });
  }
});

test.each(numbers)(
  '%s refuses options it does not know, and what is no record',
  (name, options) => {
    const make = makers[name] as Make;
    const refuses = (given: unknown, message: string): void => {
      expectNoLeak(() => expect(() => make(given as object)).toThrow(`${name}: ${message}`));
    };
    refuses({ ...options, colour: 1 }, 'expected no options but ');
    for (const given of [0.2, '0.2', [0.2], null, () => 0.2]) {
      refuses(given, 'expected options to be a record, {');
    }
  },
);

test('a name in another spelling is told the right one', () => {
  const make = makers['tripletMarginMiner'] as Make;
  expect(() => make({ type_of_triplets: 'hard' })).toThrow(
    'got type_of_triplets. It is called typeOfTriplets.',
  );
});

const pages = ['losses', 'miners'].flatMap((folder) => {
  const at = new URL(`../../docs/${folder}/`, import.meta.url);
  return readdirSync(at).map((file) => [
    file.slice(0, -3),
    readFileSync(new URL(file, at), 'utf8'),
  ]);
}) as [string, string][];
const documented = pages
  .filter(([name, page]) => name in makers && page.includes('| option |'))
  .filter(([name]) => !aroundOthers.includes(name))
  .map(([name, page]): [string, string[]] => [name, optionsOf(page)]);

test.each(documented)('%s takes the options of its page', (name, names) => {
  expect(names).not.toEqual([]);
  const required = numbers.find(([known]) => known === name)?.[1] ?? {};
  expectNoLeak(() => {
    for (const option of names) makers[name]?.({ [option]: undefined, ...required }).dispose?.();
  });
});

/** The names in the first column of a page's table of options. */
function optionsOf(page: string): string[] {
  const [, table = ''] = /\| option \|[^\n]*\n\| ---[^\n]*\n((?:\|[^\n]*\n)*)/.exec(page) ?? [];
  const cells = table.split('\n').map((row) => row.split('|')[1] ?? '');
  return cells.flatMap((cell) => [...cell.matchAll(/\w+/g)].map(([word]) => word));
}
