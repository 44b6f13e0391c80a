import * as library from 'tfjs-metric-learning';

/**
 * The losses that are measured, each with the defaults of both libraries: by name, a function of the number of classes
 * and of dims. bench/pytorch/losses.py has the same names.
 */
export const losses = {
  // The ten that papers and the users of pytorch-metric-learning reach for most.
  tripletMarginLoss: () => library.tripletMarginLoss(),
  contrastiveLoss: () => library.contrastiveLoss(),
  ntXentLoss: () => library.ntXentLoss(),
  supConLoss: () => library.supConLoss(),
  multiSimilarityLoss: () => library.multiSimilarityLoss(),
  circleLoss: () => library.circleLoss(),
  arcFaceLoss: (classes, dims) => library.arcFaceLoss({ classes, dims }),
  cosFaceLoss: (classes, dims) => library.cosFaceLoss({ classes, dims }),
  proxyAnchorLoss: (classes, dims) => library.proxyAnchorLoss({ classes, dims }),
  proxyNcaLoss: (classes, dims) => library.proxyNcaLoss({ classes, dims }),
};

/** Losses whose time grows with the number of triplets: with the cube of the batch. */
export const tripletLosses = {
  'tripletMarginLoss, swap': () => library.tripletMarginLoss({ swap: true }),
  'tripletMarginLoss, smooth': () => library.tripletMarginLoss({ smooth: true }),
  angularLoss: () => library.angularLoss(),
  dynamicSoftMarginLoss: () => library.dynamicSoftMarginLoss(),
  pnpLoss: () => library.pnpLoss(),
  smoothApLoss: () => library.smoothApLoss(), // that of pytorch-metric-learning takes classes of one size alone
};

/** All miners. pytorch-metric-learning has no `semiHardMiner`. */
export const miners = {
  angularMiner: () => library.angularMiner(),
  batchEasyHardMiner: () => library.batchEasyHardMiner(),
  batchHardMiner: () => library.batchHardMiner(),
  distanceWeightedMiner: () => library.distanceWeightedMiner(),
  embeddingsAlreadyPackagedAsTriplets: () => library.embeddingsAlreadyPackagedAsTriplets(),
  hdcMiner: () => library.hdcMiner(),
  multiSimilarityMiner: () => library.multiSimilarityMiner(),
  pairMarginMiner: () => library.pairMarginMiner(),
  semiHardMiner: () => library.semiHardMiner(),
  tripletMarginMiner: () => library.tripletMarginMiner(),
  uniformHistogramMiner: () => library.uniformHistogramMiner(),
};
