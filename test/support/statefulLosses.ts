import {
  arcFaceLoss,
  contrastiveLoss,
  crossBatchMemory,
  dynamicSoftMarginLoss,
  marginLoss,
  multipleLosses,
  proxyAnchorLoss,
  type StatefulLoss,
  selfSupervisedLoss,
  softTripleLoss,
  tripletMarginLoss,
} from '../../src/index.ts';

const sizes = { classes: 3, dims: 3 };

/** Losses over labels that keep something: parameters, a memory, a histogram, and several of these. */
export const statefulLosses: readonly (readonly [name: string, make: () => StatefulLoss])[] = [
  ['arcFaceLoss', () => arcFaceLoss(sizes)],
  ['softTripleLoss', () => softTripleLoss(sizes)],
  ['dynamicSoftMarginLoss', () => dynamicSoftMarginLoss() as StatefulLoss],
  ['crossBatchMemory', () => crossBatchMemory(tripletMarginLoss(), { size: 40 })],
  [
    'crossBatchMemory of a loss with parameters',
    () => crossBatchMemory(marginLoss({ learnBeta: true }), { size: 40 }),
  ],
  [
    'crossBatchMemory of a loss with a histogram',
    () => crossBatchMemory(dynamicSoftMarginLoss(), { size: 40 }),
  ],
  [
    'multipleLosses',
    () =>
      multipleLosses([
        { loss: proxyAnchorLoss(sizes) },
        { loss: crossBatchMemory(contrastiveLoss(), { size: 40 }) },
        { loss: dynamicSoftMarginLoss() },
      ]) as StatefulLoss,
  ],
];

/** A loss over views that keeps something. */
export function statefulViewLoss(): StatefulLoss {
  return selfSupervisedLoss(dynamicSoftMarginLoss()) as StatefulLoss;
}
