export type { ChartOptions } from './charts/chart.ts';
export {
  type ConfusionMatrixOptions,
  confusionMatrixSvg,
} from './charts/confusionMatrixSvg.ts';
export { type DiagramLayer, diagramLayers } from './charts/diagramLayers.ts';
export {
  type DistanceHistogramOptions,
  distanceHistogramSvg,
  type HistogramCounts,
} from './charts/distanceHistogramSvg.ts';
export {
  type EmbeddingMapOptions,
  type EmbeddingMapsOptions,
  embeddingMapSvg,
  embeddingMapsSvg,
  type MapStyle,
} from './charts/embeddingMapSvg.ts';
export {
  type LineChartOptions,
  type LineSeries,
  lineChartSvg,
} from './charts/lineChartSvg.ts';
export {
  type LossCurveOptions,
  type LossHistory,
  lossCurveSvg,
} from './charts/lossCurveSvg.ts';
export type { ClassNames } from './charts/mapClasses.ts';
export type { EmbeddingMap, MapPoints } from './charts/mapPoints.ts';
export { type ModelDiagramOptions, modelDiagramSvg } from './charts/modelDiagramSvg.ts';
export {
  type GalleryReference,
  type GalleryRow,
  type NeighborGalleryOptions,
  neighborGallerySvg,
} from './charts/neighborGallerySvg.ts';
export { type RocCurveOptions, type RocPoints, rocCurveSvg } from './charts/rocCurveSvg.ts';
export type { Theme } from './charts/theme.ts';
export {
  type TripletGalleryOptions,
  tripletGallerySvg,
} from './charts/tripletGallerySvg.ts';
export type { Dataset, Examples } from './data/dataset.ts';
export type { EmbeddingRows, Embeddings } from './data/embeddings.ts';
export type { Labels } from './data/labels.ts';
export { shiftImages } from './data/shiftImages.ts';
export {
  type BatchedDistance,
  type BatchedDistanceOptions,
  batchedDistance,
} from './distances/batchedDistance.ts';
export { type CosineSimilarityOptions, cosineSimilarity } from './distances/cosineSimilarity.ts';
export type { Distance } from './distances/distance.ts';
export {
  type DotProductSimilarityOptions,
  dotProductSimilarity,
} from './distances/dotProductSimilarity.ts';
export { type LpDistanceOptions, lpDistance } from './distances/lpDistance.ts';
export { type SnrDistanceOptions, snrDistance } from './distances/snrDistance.ts';
export { type ErrorParts, MetricLearningError } from './errors/metricLearningError.ts';
export {
  type BootstrapOptions,
  bootstrapInterval,
  type Interval,
} from './evaluation/bootstrap.ts';
export {
  type CalibratedThreshold,
  type CalibrationGoal,
  calibrateThreshold,
} from './evaluation/calibrateThreshold.ts';
export { clusteringMetrics } from './evaluation/clusteringMetrics.ts';
export {
  type ClusteringScoreOptions,
  type ClusteringScores,
  clusteringScores,
} from './evaluation/clusteringScores.ts';
export {
  type ConfusionMatrix,
  confusionMatrix,
  type KnnConfusionOptions,
  knnConfusion,
} from './evaluation/confusionMatrix.ts';
export { type DistanceHistogram, distanceHistogram } from './evaluation/distanceHistogram.ts';
export type { EvaluationOptions } from './evaluation/evaluationSet.ts';
export { type FoldAccuracy, type FoldOptions, foldAccuracy } from './evaluation/foldAccuracy.ts';
export { type KMeans, type KMeansOptions, kMeans } from './evaluation/kMeans.ts';
export { type PairDistances, type PairOptions, pairDistances } from './evaluation/pairDistances.ts';
export { precisionAt1, recallAtK } from './evaluation/recallAtK.ts';
export {
  type ClassRetrievalScores,
  type RetrievalMetrics,
  type RetrievalOptions,
  retrievalMetrics,
} from './evaluation/retrievalMetrics.ts';
export type { RetrievalScores } from './evaluation/retrievalScores.ts';
export { type RocCurve, rocCurve } from './evaluation/rocCurve.ts';
export {
  type ClassTripletScores,
  type TripletAccuracy,
  type TripletScores,
  tripletAccuracy,
  tripletOutputAccuracy,
} from './evaluation/tripletAccuracy.ts';
export {
  type TarAtFar,
  type VerificationMetrics,
  type VerificationOptions,
  verificationMetrics,
} from './evaluation/verificationMetrics.ts';
export { encodePng, type Pixels } from './formats/encodePng.ts';
export { decodeNpy, encodeNpy, type NpyArray } from './formats/npy.ts';
export { type IdxArray, parseIdx } from './formats/parseIdx.ts';
export {
  type ProjectorFiles,
  type ProjectorOptions,
  type ProjectorTensor,
  projectorFiles,
} from './formats/projectorFiles.ts';
export { type ScalarEvent, scalarEvents } from './formats/scalarEvents.ts';
export { type Sprite, type SpriteSheetOptions, spriteSheet } from './formats/spriteSheet.ts';
export { type ArcFaceLossOptions, arcFaceLoss } from './losses/classification/arcFaceLoss.ts';
export type { ClassLoss, ClassLossOptions } from './losses/classification/classLoss.ts';
export { type CosFaceLossOptions, cosFaceLoss } from './losses/classification/cosFaceLoss.ts';
export { type InstanceLossOptions, instanceLoss } from './losses/classification/instanceLoss.ts';
export {
  type LargeMarginSoftmaxLossOptions,
  largeMarginSoftmaxLoss,
} from './losses/classification/largeMarginSoftmaxLoss.ts';
export { type ManifoldLossOptions, manifoldLoss } from './losses/classification/manifoldLoss.ts';
export {
  type NormalizedSoftmaxLossOptions,
  normalizedSoftmaxLoss,
} from './losses/classification/normalizedSoftmaxLoss.ts';
export { type P2sGradLossOptions, p2sGradLoss } from './losses/classification/p2sGradLoss.ts';
export {
  type ProxyAnchorLossOptions,
  proxyAnchorLoss,
} from './losses/classification/proxyAnchorLoss.ts';
export { type ProxyNcaLossOptions, proxyNcaLoss } from './losses/classification/proxyNcaLoss.ts';
export {
  type SoftTripleLossOptions,
  softTripleLoss,
} from './losses/classification/softTripleLoss.ts';
export {
  type SphereFaceLossOptions,
  sphereFaceLoss,
} from './losses/classification/sphereFaceLoss.ts';
export {
  type Outliers,
  type SubCenterArcFaceLoss,
  type SubCenterArcFaceLossOptions,
  subCenterArcFaceLoss,
} from './losses/classification/subCenterArcFaceLoss.ts';
export { defineLoss, type LossSpec } from './losses/defineLoss.ts';
export type {
  Loss,
  LossInputs,
  LossObserver,
  LossOptions,
  LossReference,
  TupleLossOptions,
} from './losses/loss.ts';
export type { LossBatch } from './losses/lossBatch.ts';
export { type CircleLossOptions, circleLoss } from './losses/pair/circleLoss.ts';
export { type ContrastiveLossOptions, contrastiveLoss } from './losses/pair/contrastiveLoss.ts';
export { generalizedLiftedStructureLoss } from './losses/pair/generalizedLiftedStructureLoss.ts';
export { type GenericPairLossOptions, genericPairLoss } from './losses/pair/genericPairLoss.ts';
export { type HistogramLossOptions, histogramLoss } from './losses/pair/histogramLoss.ts';
export {
  type IntraPairVarianceLossOptions,
  intraPairVarianceLoss,
} from './losses/pair/intraPairVarianceLoss.ts';
export {
  type LiftedStructureLossOptions,
  liftedStructureLoss,
} from './losses/pair/liftedStructureLoss.ts';
export {
  type MultiSimilarityLossOptions,
  multiSimilarityLoss,
} from './losses/pair/multiSimilarityLoss.ts';
export { type NcaLossOptions, ncaLoss } from './losses/pair/ncaLoss.ts';
export { nPairsLoss } from './losses/pair/nPairsLoss.ts';
export { type NtXentLossOptions, ntXentLoss } from './losses/pair/ntXentLoss.ts';
export { snrContrastiveLoss } from './losses/pair/snrContrastiveLoss.ts';
export {
  type SoftNearestNeighborLossOptions,
  softNearestNeighborLoss,
} from './losses/pair/softNearestNeighborLoss.ts';
export { type SupConLossOptions, supConLoss } from './losses/pair/supConLoss.ts';
export {
  type ThresholdConsistentMarginLossOptions,
  thresholdConsistentMarginLoss,
} from './losses/pair/thresholdConsistentMarginLoss.ts';
export { type TupletMarginLossOptions, tupletMarginLoss } from './losses/pair/tupletMarginLoss.ts';
export { type FastApLossOptions, fastApLoss } from './losses/ranking/fastApLoss.ts';
export { type PnpLossOptions, pnpLoss } from './losses/ranking/pnpLoss.ts';
export { type RankedListLossOptions, rankedListLoss } from './losses/ranking/rankedListLoss.ts';
export { type SmoothApLossOptions, smoothApLoss } from './losses/ranking/smoothApLoss.ts';
export {
  type BarlowTwinsLossOptions,
  barlowTwinsLoss,
} from './losses/selfSupervised/barlowTwinsLoss.ts';
export {
  type MultiNegativesRankLossOptions,
  multiNegativesRankLoss,
} from './losses/selfSupervised/multiNegativesRankLoss.ts';
export { simClrLoss } from './losses/selfSupervised/simClrLoss.ts';
export { simSiamLoss } from './losses/selfSupervised/simSiamLoss.ts';
export { type VicRegLossOptions, vicRegLoss } from './losses/selfSupervised/vicRegLoss.ts';
export { type AngularLossOptions, angularLoss } from './losses/triplet/angularLoss.ts';
export {
  type DynamicSoftMarginLossOptions,
  dynamicSoftMarginLoss,
} from './losses/triplet/dynamicSoftMarginLoss.ts';
export { type MarginLossOptions, marginLoss } from './losses/triplet/marginLoss.ts';
export { type PnLossOptions, pnLoss } from './losses/triplet/pnLoss.ts';
export { type TripletHardLossOptions, tripletHardLoss } from './losses/triplet/tripletHardLoss.ts';
export { type KerasLoss, tripletLoss } from './losses/triplet/tripletLoss.ts';
export {
  type TripletMarginLossOptions,
  tripletMarginLoss,
} from './losses/triplet/tripletMarginLoss.ts';
export {
  type TripletSemiHardLossOptions,
  tripletSemiHardLoss,
} from './losses/triplet/tripletSemiHardLoss.ts';
export {
  defineWeightedLoss,
  type LossState,
  type StatefulLoss,
  type WeightedLoss,
  type WeightedLossOptions,
  type WeightedLossSpec,
} from './losses/weightedLoss.ts';
export {
  type CrossBatchMemory,
  type CrossBatchMemoryOptions,
  crossBatchMemory,
} from './losses/wrappers/crossBatchMemory.ts';
export { type LossEntry, multipleLosses } from './losses/wrappers/multipleLosses.ts';
export {
  type SelfSupervisedLossOptions,
  selfSupervisedLoss,
} from './losses/wrappers/selfSupervisedLoss.ts';
export { type AngularMinerOptions, angularMiner } from './miners/angularMiner.ts';
export {
  type BatchEasyHardMinerOptions,
  batchEasyHardMiner,
  type DistanceRange,
  type MiningStrategy,
} from './miners/batchEasyHardMiner.ts';
export { type BatchHardMinerOptions, batchHardMiner } from './miners/batchHardMiner.ts';
export {
  type DistanceWeightedMinerOptions,
  distanceWeightedMiner,
} from './miners/distanceWeightedMiner.ts';
export { embeddingsAlreadyPackagedAsTriplets } from './miners/embeddingsAlreadyPackagedAsTriplets.ts';
export { type HdcMiner, type HdcMinerOptions, hdcMiner } from './miners/hdcMiner.ts';
export type { Miner } from './miners/miner.ts';
export {
  type MultiSimilarityMinerOptions,
  multiSimilarityMiner,
} from './miners/multiSimilarityMiner.ts';
export { type PairMarginMinerOptions, pairMarginMiner } from './miners/pairMarginMiner.ts';
export { type SemiHardMinerOptions, semiHardMiner } from './miners/semiHardMiner.ts';
export {
  type TripletMarginMinerOptions,
  type TripletType,
  tripletMarginMiner,
} from './miners/tripletMarginMiner.ts';
export {
  type UniformHistogramMinerOptions,
  uniformHistogramMiner,
} from './miners/uniformHistogramMiner.ts';
export {
  createEmbedder,
  type Embedder,
  type NetworkEmbedder,
  type Normalization,
} from './networks/createEmbedder.ts';
export { type SmallConvNetOptions, smallConvNet } from './networks/smallConvNet.ts';
export { unitLength } from './networks/unitLength.ts';
export type { ClassScores } from './page/classTable.ts';
export {
  type EmbeddingMapHtmlOptions,
  embeddingMapHtml,
} from './page/embeddingMapHtml.ts';
export type { MapContent } from './page/mapFragment.ts';
export { type ReportParts, type ReportScore, reportHtml } from './page/reportHtml.ts';
export { type Pca, type PcaOptions, pca } from './projection/pca.ts';
export { type Tsne, type TsneOptions, tsne } from './projection/tsne.ts';
export { type UmapOptions, umap } from './projection/umap.ts';
export {
  createRandom,
  type Random,
  type RandomState,
  restoreRandom,
} from './random/createRandom.ts';
export {
  type Bundle,
  type BundleParts,
  decodeBundle,
  encodeBundle,
} from './recognition/bundleFile.ts';
export {
  createRecognizer,
  type Recognition,
  type RecognizeOptions,
  type Recognizer,
  type RecognizerOptions,
} from './recognition/createRecognizer.ts';
export { avgNonZeroReducer } from './reducers/avgNonZeroReducer.ts';
export { classWeightedReducer } from './reducers/classWeightedReducer.ts';
export { divisorReducer } from './reducers/divisorReducer.ts';
export { doNothingReducer } from './reducers/doNothingReducer.ts';
export { meanReducer } from './reducers/meanReducer.ts';
export { multipleReducers } from './reducers/multipleReducers.ts';
export { perAnchorReducer } from './reducers/perAnchorReducer.ts';
export type { LossPart, Reducer, Tally } from './reducers/reducer.ts';
export { sumReducer } from './reducers/sumReducer.ts';
export { type ThresholdReducerOptions, thresholdReducer } from './reducers/thresholdReducer.ts';
export type { Weighting } from './reducers/weighting.ts';
export { centerInvariantRegularizer } from './regularizers/centerInvariantRegularizer.ts';
export { type LpRegularizerOptions, lpRegularizer } from './regularizers/lpRegularizer.ts';
export {
  type RegularFaceRegularizerOptions,
  regularFaceRegularizer,
} from './regularizers/regularFaceRegularizer.ts';
export type { Regularizer, RegularizerOptions } from './regularizers/regularizer.ts';
export {
  type SparseCentersRegularizerOptions,
  sparseCentersRegularizer,
} from './regularizers/sparseCentersRegularizer.ts';
export { zeroMeanRegularizer } from './regularizers/zeroMeanRegularizer.ts';
export type { ReportHistory } from './report/historyParts.ts';
export type { MapKind } from './report/mapOf.ts';
export { report } from './report/report.ts';
export type { ReportModel } from './report/reportModel.ts';
export type { ReportOptions } from './report/reportOptions.ts';
export {
  type BalancedStreamOptions,
  balancedStream,
  type StreamedBatch,
  type StreamedExample,
} from './samplers/balancedStream.ts';
export {
  type ClassBalancedSamplerOptions,
  classBalancedSampler,
} from './samplers/classBalancedSampler.ts';
export { consecutiveTripletsSampler } from './samplers/consecutiveTripletsSampler.ts';
export { fixedTripletsSampler } from './samplers/fixedTripletsSampler.ts';
export {
  type HierarchicalSamplerOptions,
  hierarchicalSampler,
} from './samplers/hierarchicalSampler.ts';
export { type MPerClassSamplerOptions, mPerClassSampler } from './samplers/mPerClassSampler.ts';
export {
  type RandomTripletsSamplerOptions,
  randomTripletsSampler,
} from './samplers/randomTripletsSampler.ts';
export type { BatchSampler, Sampler, TripletSampler } from './samplers/sampler.ts';
export {
  type TuplesToWeightsSampler,
  type TuplesToWeightsSamplerOptions,
  tuplesToWeightsSampler,
} from './samplers/tuplesToWeightsSampler.ts';
export { type WeightedSamplerOptions, weightedSampler } from './samplers/weightedSampler.ts';
export { classify } from './search/classify.ts';
export { encodeParquet } from './search/databases/encodeParquet.ts';
export type { PgClient } from './search/databases/pgClient.ts';
export { type PgvectorOptions, pgvectorIndex } from './search/databases/pgvectorIndex.ts';
export { type QdrantOptions, qdrantIndex } from './search/databases/qdrantIndex.ts';
export type { QdrantConnection } from './search/databases/qdrantRequest.ts';
export { createIndex, type IndexOptions, restoreIndex } from './search/exact/createIndex.ts';
export { type ClassifyOptions, knnClassify } from './search/exact/knnClassify.ts';
export type { MemoryIndex } from './search/exact/memoryIndex.ts';
export {
  type Neighbors,
  nearestNeighbors,
  type SearchOptions,
} from './search/exact/nearestNeighbors.ts';
export { findMatches } from './search/findMatches.ts';
export { decodeIndex, encodeIndex } from './search/indexFile.ts';
export type { IndexGraph, IndexState } from './search/indexState.ts';
export type { Classification } from './search/majorityVote.ts';
export type { SearchDistance } from './search/searchDistance.ts';
export type {
  Hit,
  IndexItem,
  IndexSearchOptions,
  ItemFilter,
  ItemLabel,
  Json,
  VectorIndex,
} from './search/vectorIndex.ts';
export type { CheckpointOptions } from './training/checkpoints/checkpoint.ts';
export type { CheckpointStore } from './training/checkpoints/checkpointStore.ts';
export type { History } from './training/checkpoints/runState.ts';
export { createDoctor, type Diagnosis, type Doctor } from './training/diagnosis/doctor.ts';
export type { StreamBatch, StreamDataset } from './training/loop/batchFeed.ts';
export type { CompileOptions } from './training/loop/compileNetwork.ts';
export type { EarlyStopping } from './training/loop/earlyStopping.ts';
export type { Augment } from './training/loop/gradients.ts';
export type { LossReading } from './training/loop/lossRecord.ts';
export type { EpochEvent, StepEvent, TrainingEvent } from './training/loop/train.ts';
export type { FitOptions, TrainOptions, ValidationMetric } from './training/loop/trainOptions.ts';
export type { LearningRate } from './training/schedules/learningRate.ts';
export {
  cosineDecay,
  inverseTimeDecay,
  stepDecay,
  warmup,
} from './training/schedules/schedules.ts';
export {
  type EvaluateOptions,
  type Evaluation,
  TripletModel,
} from './tripletModel.ts';
export { allPairs } from './tuples/allPairs.ts';
export { allTriplets } from './tuples/allTriplets.ts';
export { toPairs, toTriplets } from './tuples/convertTuples.ts';
export type { Reference } from './tuples/reference.ts';
export type { Pairs, Triplets, Tuples } from './tuples/tuples.ts';
