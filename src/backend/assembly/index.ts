// The kernels: all that the module exports.
export { binary } from './binary';
export { conv2d } from './conv2d';
export { conv2dFilter, conv2dFilterTotal } from './conv2dFilter';
export { conv2dInput, packTurnedFilter } from './conv2dInput';
export { copyRows } from './copy';
export { matMul } from './matMul';
export { maxPool, maxPoolGradient } from './maxPool';
export { packColumns, packRows } from './pack';
export { reduceMiddle, reduceRows } from './reduce';
export { reluGradient, unary } from './unary';
