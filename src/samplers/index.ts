export {
  type BalancedStreamOptions,
  balancedStream,
  type StreamedBatch,
  type StreamedExample,
} from './balancedStream.ts';
export {
  type ClassBalancedSamplerOptions,
  classBalancedSampler,
} from './classBalancedSampler.ts';
export { consecutiveTripletsSampler } from './consecutiveTripletsSampler.ts';
export { fixedTripletsSampler } from './fixedTripletsSampler.ts';
export {
  type HierarchicalSamplerOptions,
  hierarchicalSampler,
} from './hierarchicalSampler.ts';
export { type LabelSetSamplerOptions, labelSetSampler } from './labelSetSampler.ts';
export { type MPerClassSamplerOptions, mPerClassSampler } from './mPerClassSampler.ts';
export {
  type RandomTripletsSamplerOptions,
  randomTripletsSampler,
} from './randomTripletsSampler.ts';
export { type RelationSamplerOptions, relationSampler } from './relationSampler.ts';
export type { BatchSampler, Sampler, TripletSampler } from './sampler.ts';
export {
  type TuplesToWeightsSampler,
  type TuplesToWeightsSamplerOptions,
  tuplesToWeightsSampler,
} from './tuplesToWeightsSampler.ts';
export { type WeightedSamplerOptions, weightedSampler } from './weightedSampler.ts';
