// The kernels: all that the module exports.
export { arrange, fill } from './arrange';
export { avgPool, avgPoolGradient } from './avgPool';
export { batchNorm, batchNormSums } from './batchNorm';
export { binary } from './binary';
export { conv2d } from './conv2d';
export { conv2dFilter, conv2dFilterTotal } from './conv2dFilter';
export { conv2dInput, packTurnedFilter } from './conv2dInput';
export { conv2dInputWinograd, winogradTurnedFilter } from './conv2dInputWinograd';
export { conv2dWinograd, winogradFilter } from './conv2dWinograd';
export { depthwiseConv2d, depthwiseFilter, depthwiseInput } from './depthwise';
export { clip, gate } from './gate';
export { gatherRows, segmentSum } from './gather';
export { matMul } from './matMul';
export { maxPool, maxPoolGradient } from './maxPool';
export { packColumns, packRows } from './pack';
export { reduceMiddle, reduceRows } from './reduce';
export { softmax } from './softmax';
export { reluGradient, unary } from './unary';
