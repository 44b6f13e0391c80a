export {
  type BootstrapOptions,
  bootstrapInterval,
  type Interval,
} from './bootstrap.ts';
export {
  type CalibratedThreshold,
  type CalibrationGoal,
  calibrateThreshold,
} from './calibrateThreshold.ts';
export { type ClusteringMetricsOptions, clusteringMetrics } from './clusteringMetrics.ts';
export {
  type ClusteringScoreOptions,
  type ClusteringScores,
  clusteringScores,
} from './clusteringScores.ts';
export {
  type ConfusionCell,
  type ConfusionMatrix,
  confusionMatrix,
  type KnnConfusionOptions,
  knnConfusion,
} from './confusionMatrix.ts';
export {
  type DistanceHistogram,
  distanceHistogram,
  type HistogramOptions,
} from './distanceHistogram.ts';
export type { EvaluationOptions, ReferenceSet } from './evaluationSet.ts';
export { type FoldAccuracy, type FoldOptions, foldAccuracy } from './foldAccuracy.ts';
export { type KMeans, type KMeansOptions, kMeans } from './kMeans.ts';
export { type PairDistances, type PairOptions, pairDistances } from './pairDistances.ts';
export { precisionAt1, recallAtK } from './recallAtK.ts';
export {
  type DistanceMatrix,
  type ReRankedDistancesOptions,
  type ReRankOptions,
  reRankedDistances,
} from './reRankedDistances.ts';
export {
  type ClassRetrievalScores,
  type RetrievalMetrics,
  type RetrievalOptions,
  retrievalMetrics,
} from './retrievalMetrics.ts';
export type { RetrievalScores } from './retrievalScores.ts';
export { type RocCurve, rocCurve } from './rocCurve.ts';
export {
  type ClassTripletScores,
  type TripletAccuracy,
  type TripletAccuracyOptions,
  type TripletOutputAccuracyOptions,
  type TripletScores,
  tripletAccuracy,
  tripletOutputAccuracy,
} from './tripletAccuracy.ts';
export {
  type TarAtFar,
  type VerificationMetrics,
  type VerificationOptions,
  verificationMetrics,
} from './verificationMetrics.ts';
