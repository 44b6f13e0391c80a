export { type ErrorParts, MetricLearningError } from './base/errors.ts';
export type { Labels } from './base/labels.ts';
export { createRandom, type Random, type RandomState, restoreRandom } from './base/random.ts';

export type { Dataset, Examples } from './data/dataset.ts';
export { type IdxArray, parseIdx } from './data/parseIdx.ts';
export { type SmallConvNetOptions, smallConvNet } from './embedder/smallConvNet.ts';
export {
  type ClassTripletScores,
  type TripletAccuracy,
  type TripletScores,
  tripletAccuracy,
  tripletOutputAccuracy,
} from './evaluation/tripletAccuracy.ts';
export { type KerasLoss, tripletLoss } from './losses/tripletLoss.ts';
export { consecutiveTripletsSampler } from './samplers/consecutiveTripletsSampler.ts';
export { fixedTripletsSampler } from './samplers/fixedTripletsSampler.ts';
export { type MPerClassSamplerOptions, mPerClassSampler } from './samplers/mPerClassSampler.ts';
export {
  type RandomTripletsSamplerOptions,
  randomTripletsSampler,
} from './samplers/randomTripletsSampler.ts';
export type { BatchSampler, Sampler, TripletSampler } from './samplers/sampler.ts';

export type { LearningRate } from './training/learningRate.ts';
export { cosineDecay, inverseTimeDecay, stepDecay, warmup } from './training/schedules.ts';
export type { EpochEvent, StepEvent, TrainingEvent } from './training/train.ts';
export {
  type CompileOptions,
  type EvaluateOptions,
  type Evaluation,
  type FitOptions,
  type History,
  type TrainOptions,
  TripletModel,
} from './tripletModel.ts';
export type { Pairs, Triplets, Tuples } from './tuples/tuples.ts';
