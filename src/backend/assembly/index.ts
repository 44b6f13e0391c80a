// The kernels: all that the module exports.
export { fill, stridedCopy } from './stridedCopy';
export { adam } from './adam';
export { avgPool, avgPoolGradient } from './avgPool';
export {
  batchNorm,
  batchNormInput,
  batchNormSums,
  batchNormTotals,
  movingAverage,
  squaredDeviations,
} from './batchNorm';
export { binary } from './binary';
export { conv2d } from './conv2d';
export { conv2dDirect } from './conv2dDirect';
export { conv2dFilter, conv2dFilterTotal } from './conv2dFilter';
export { conv2dInput, packTurnedFilter } from './conv2dInput';
export { conv2dInputWinograd, winogradTurnedFilter } from './conv2dInputWinograd';
export { conv2dPooledFilter } from './conv2dPooledFilter';
export { conv2dSmallTiles, smallTilesFilter } from './conv2dSmallTiles';
export { conv2dWinograd, winogradFilter } from './conv2dWinograd';
export { crossEntropy, crossEntropyGradient } from './crossEntropy';
export { depthwiseConv2d, depthwiseFilter, depthwiseInput } from './depthwise';
export { clip } from './clip';
export { fewRows } from './fewRows';
export { maskedGradient } from './maskedGradient';
export { dropout } from './dropout';
export { gatherRows, segmentSum } from './gather';
export { layerNorm, layerNormGradient } from './layerNorm';
export { logSumExp, logSumExpGradient } from './logSumExp';
export { matMul } from './matMul';
export { maxPool, maxPoolGradient } from './maxPool';
export { normalize, normalizeGradient } from './normalize';
export { packColumns, packRows } from './pack';
export { boundedSums, boundedSumsGradient, distances, pairMasks } from './pairs';
export { recurrent } from './recurrent';
export { recurrentGradient } from './recurrentGradient';
export {
  addChunks,
  reduceMiddle,
  reduceRows,
  sumChunks,
  sumMiddle,
  sumMiddleMasked,
} from './reduce';
export { softmax, softmaxGradient } from './softmax';
export { step } from './step';
export { withTransposed } from './transposed';
export { reluGradient, unary } from './unary';
