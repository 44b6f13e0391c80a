export { centerInvariantRegularizer } from './centerInvariantRegularizer.ts';
export { type LpRegularizerOptions, lpRegularizer } from './lpRegularizer.ts';
export {
  type RegularFaceRegularizerOptions,
  regularFaceRegularizer,
} from './regularFaceRegularizer.ts';
export type { Regularizer, RegularizerOptions } from './regularizer.ts';
export {
  type SparseCentersRegularizerOptions,
  sparseCentersRegularizer,
} from './sparseCentersRegularizer.ts';
export { zeroMeanRegularizer } from './zeroMeanRegularizer.ts';
