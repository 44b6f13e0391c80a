export {
  type ApproximateIndex,
  type ApproximateIndexOptions,
  createApproximateIndex,
  restoreApproximateIndex,
} from './approximateIndex.ts';
export type { GraphOptions } from './neighborGraph.ts';
