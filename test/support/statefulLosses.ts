import {
  adaCosLoss,
  adaFaceLoss,
  arcFaceLoss,
  contrastiveLoss,
  cosFaceLoss,
  crossBatchMemory,
  curricularFaceLoss,
  dynamicSoftMarginLoss,
  largeMarginSoftmaxLoss,
  magFaceLoss,
  manifoldLoss,
  marginLoss,
  matryoshkaLoss,
  multipleLosses,
  normalizedSoftmaxLoss,
  p2sGradLoss,
  proxyAnchorLoss,
  proxyNcaLoss,
  relationLoss,
  type StatefulLoss,
  selfSupervisedLoss,
  semiHardMiner,
  softTripleLoss,
  sphereFaceLoss,
  subCenterArcFaceLoss,
  supConLoss,
  tripletMarginLoss,
} from '../../src/index.ts';

type Named = readonly (readonly [name: string, make: () => StatefulLoss])[];

/**
 * Every loss over labels that keeps something: parameters, running statistics, a memory, a histogram, and several of these.
 * They are for 3 classes and embeddings of `dims` numbers.
 */
export function statefulLosses(dims: number): Named {
  const sizes = { classes: 3, dims };
  return [
    ['adaCosLoss', () => adaCosLoss(sizes)],
    ['adaFaceLoss', () => adaFaceLoss(sizes)],
    ['arcFaceLoss', () => arcFaceLoss(sizes)],
    ['cosFaceLoss', () => cosFaceLoss(sizes)],
    ['curricularFaceLoss', () => curricularFaceLoss(sizes)],
    ['dynamicSoftMarginLoss', () => dynamicSoftMarginLoss() as StatefulLoss],
    ['largeMarginSoftmaxLoss', () => largeMarginSoftmaxLoss(sizes)],
    ['magFaceLoss', () => magFaceLoss({ ...sizes, lowerLength: 0.1, upperLength: 4 })],
    ['manifoldLoss', () => manifoldLoss({ dims, proxies: 3 })],
    ['marginLoss, a learned beta each', () => marginLoss({ classes: 3, learnBeta: true })],
    ['normalizedSoftmaxLoss', () => normalizedSoftmaxLoss(sizes)],
    ['p2sGradLoss', () => p2sGradLoss(sizes)],
    ['proxyAnchorLoss', () => proxyAnchorLoss(sizes)],
    ['proxyNcaLoss', () => proxyNcaLoss(sizes)],
    ['softTripleLoss', () => softTripleLoss(sizes)],
    ['sphereFaceLoss', () => sphereFaceLoss(sizes)],
    ['subCenterArcFaceLoss', () => subCenterArcFaceLoss(sizes)],
    [
      'crossBatchMemory',
      () => crossBatchMemory(tripletMarginLoss(), { size: 40, miner: semiHardMiner() }),
    ],
    [
      'crossBatchMemory that is never full',
      () => crossBatchMemory(tripletMarginLoss(), { size: 500 }),
    ],
    [
      'crossBatchMemory that warms up',
      () => crossBatchMemory(contrastiveLoss(), { size: 40, warmUp: 5 }),
    ],
    [
      'crossBatchMemory of a loss with parameters',
      () => crossBatchMemory(marginLoss({ learnBeta: true }), { size: 40 }),
    ],
    [
      'crossBatchMemory of a loss with a histogram',
      () => crossBatchMemory(dynamicSoftMarginLoss(), { size: 40 }),
    ],
    [
      'matryoshkaLoss of losses with parameters',
      () => matryoshkaLoss((dims) => adaFaceLoss({ classes: 3, dims }), { dims: [2, dims] }),
    ],
    [
      'relationLoss of a memory',
      () =>
        relationLoss(crossBatchMemory(supConLoss(), { size: 40 }), {
          matches: (a, b) => a === b,
        }) as StatefulLoss,
    ],
    [
      'multipleLosses',
      () =>
        multipleLosses([
          { loss: proxyAnchorLoss(sizes), coefficient: 0.5 },
          { loss: arcFaceLoss(sizes) },
          { loss: crossBatchMemory(contrastiveLoss(), { size: 40 }), coefficient: 2 },
          { loss: dynamicSoftMarginLoss() },
        ]) as StatefulLoss,
    ],
  ];
}

/** A loss over views that keeps something. */
export function statefulViewLoss(): StatefulLoss {
  return selfSupervisedLoss(dynamicSoftMarginLoss()) as StatefulLoss;
}
