export {
  type BatchedDistance,
  type BatchedDistanceOptions,
  batchedDistance,
} from './batchedDistance.ts';
export { type CosineSimilarityOptions, cosineSimilarity } from './cosineSimilarity.ts';
export type { Distance, DistanceConfig, SearchMetric } from './distance.ts';
export { distanceFromConfig } from './distanceFromConfig.ts';
export {
  type DotProductSimilarityOptions,
  dotProductSimilarity,
} from './dotProductSimilarity.ts';
export { type LpDistanceOptions, lpDistance } from './lpDistance.ts';
export { type SnrDistanceOptions, snrDistance } from './snrDistance.ts';
