export { type AdaCosLossOptions, adaCosLoss } from './classification/adaCosLoss.ts';
export { type AdaFaceLossOptions, adaFaceLoss } from './classification/adaFaceLoss.ts';
export { type ArcFaceLossOptions, arcFaceLoss } from './classification/arcFaceLoss.ts';
export type {
  ClassLoss,
  ClassLossOptions,
  SoftmaxLossOptions,
} from './classification/classLoss.ts';
export { type CosFaceLossOptions, cosFaceLoss } from './classification/cosFaceLoss.ts';
export {
  type CurricularFaceLossOptions,
  curricularFaceLoss,
} from './classification/curricularFaceLoss.ts';
export { type InstanceLossOptions, instanceLoss } from './classification/instanceLoss.ts';
export {
  type LargeMarginSoftmaxLossOptions,
  largeMarginSoftmaxLoss,
} from './classification/largeMarginSoftmaxLoss.ts';
export { type MagFaceLossOptions, magFaceLoss } from './classification/magFaceLoss.ts';
export { type ManifoldLossOptions, manifoldLoss } from './classification/manifoldLoss.ts';
export {
  type NormalizedSoftmaxLossOptions,
  normalizedSoftmaxLoss,
} from './classification/normalizedSoftmaxLoss.ts';
export { type P2sGradLossOptions, p2sGradLoss } from './classification/p2sGradLoss.ts';
export {
  type ProxyAnchorLossOptions,
  proxyAnchorLoss,
} from './classification/proxyAnchorLoss.ts';
export { type ProxyNcaLossOptions, proxyNcaLoss } from './classification/proxyNcaLoss.ts';
export {
  type SoftTripleLossOptions,
  softTripleLoss,
} from './classification/softTripleLoss.ts';
export {
  type SphereFaceLossOptions,
  sphereFaceLoss,
} from './classification/sphereFaceLoss.ts';
export {
  type Outliers,
  type SubCenterArcFaceLoss,
  type SubCenterArcFaceLossOptions,
  subCenterArcFaceLoss,
} from './classification/subCenterArcFaceLoss.ts';
export type { ComputeOptions, LossObserver, LossReference } from './computeOptions.ts';
export { defineLoss, type LossSpec } from './defineLoss.ts';
export type {
  Loss,
  LossInputs,
  LossOptions,
  TupleLossOptions,
} from './loss.ts';
export type { LossBatch } from './lossBatch.ts';
export { type CircleLossOptions, circleLoss } from './pair/circleLoss.ts';
export { type ContrastiveLossOptions, contrastiveLoss } from './pair/contrastiveLoss.ts';
export { type CoSentLossOptions, coSentLoss } from './pair/coSentLoss.ts';
export {
  type GeneralizedLiftedStructureLossOptions,
  generalizedLiftedStructureLoss,
} from './pair/generalizedLiftedStructureLoss.ts';
export {
  type GenericPairLossOptions,
  genericPairLoss,
  type PairFormula,
} from './pair/genericPairLoss.ts';
export { type HistogramLossOptions, histogramLoss } from './pair/histogramLoss.ts';
export {
  type IntraPairVarianceLossOptions,
  intraPairVarianceLoss,
} from './pair/intraPairVarianceLoss.ts';
export {
  type LiftedStructureLossOptions,
  liftedStructureLoss,
} from './pair/liftedStructureLoss.ts';
export {
  type MultiSimilarityLossOptions,
  multiSimilarityLoss,
} from './pair/multiSimilarityLoss.ts';
export { type NcaLossOptions, ncaLoss } from './pair/ncaLoss.ts';
export { type NPairsLossOptions, nPairsLoss } from './pair/nPairsLoss.ts';
export { type NtXentLossOptions, ntXentLoss } from './pair/ntXentLoss.ts';
export { type SnrContrastiveLossOptions, snrContrastiveLoss } from './pair/snrContrastiveLoss.ts';
export {
  type SoftNearestNeighborLossOptions,
  softNearestNeighborLoss,
} from './pair/softNearestNeighborLoss.ts';
export { type SupConLossOptions, supConLoss } from './pair/supConLoss.ts';
export {
  type ThresholdConsistentMarginLossOptions,
  thresholdConsistentMarginLoss,
} from './pair/thresholdConsistentMarginLoss.ts';
export { type TupletMarginLossOptions, tupletMarginLoss } from './pair/tupletMarginLoss.ts';
export {
  defineParametricLoss,
  type LossState,
  type ParametricLoss,
  type ParametricLossOptions,
  type ParametricLossSpec,
  type StatefulLoss,
} from './parametricLoss.ts';
export { type FastApLossOptions, fastApLoss } from './ranking/fastApLoss.ts';
export { type PnpLossOptions, type PnpVariant, pnpLoss } from './ranking/pnpLoss.ts';
export { type RankedListLossOptions, rankedListLoss } from './ranking/rankedListLoss.ts';
export { type SmoothApLossOptions, smoothApLoss } from './ranking/smoothApLoss.ts';
export {
  type BarlowTwinsLossOptions,
  barlowTwinsLoss,
} from './selfSupervised/barlowTwinsLoss.ts';
export {
  type MultiNegativesRankLossOptions,
  multiNegativesRankLoss,
} from './selfSupervised/multiNegativesRankLoss.ts';
export { type SimClrLossOptions, simClrLoss } from './selfSupervised/simClrLoss.ts';
export { type SimSiamLossOptions, simSiamLoss } from './selfSupervised/simSiamLoss.ts';
export { type VicRegLossOptions, vicRegLoss } from './selfSupervised/vicRegLoss.ts';
export { type AngularLossOptions, angularLoss } from './triplet/angularLoss.ts';
export {
  type DynamicSoftMarginLossOptions,
  dynamicSoftMarginLoss,
} from './triplet/dynamicSoftMarginLoss.ts';
export { type MarginLossOptions, marginLoss } from './triplet/marginLoss.ts';
export { type PnLossOptions, pnLoss } from './triplet/pnLoss.ts';
export { type TripletHardLossOptions, tripletHardLoss } from './triplet/tripletHardLoss.ts';
export { type KerasLoss, tripletLoss } from './triplet/tripletLoss.ts';
export {
  type TripletMarginLossOptions,
  tripletMarginLoss,
} from './triplet/tripletMarginLoss.ts';
export {
  type TripletSemiHardLossOptions,
  tripletSemiHardLoss,
} from './triplet/tripletSemiHardLoss.ts';
export {
  type CrossBatchMemory,
  type CrossBatchMemoryOptions,
  crossBatchMemory,
} from './wrappers/crossBatchMemory.ts';
export { type MatryoshkaLossOptions, matryoshkaLoss } from './wrappers/matryoshkaLoss.ts';
export { type LossEntry, multipleLosses } from './wrappers/multipleLosses.ts';
export { type RelationLossOptions, relationLoss } from './wrappers/relationLoss.ts';
export {
  type SelfSupervisedLossOptions,
  selfSupervisedLoss,
} from './wrappers/selfSupervisedLoss.ts';
