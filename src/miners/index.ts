export { type AngularMinerOptions, angularMiner } from './angularMiner.ts';
export {
  type BatchEasyHardMinerOptions,
  batchEasyHardMiner,
  type DistanceRange,
  type MiningStrategy,
} from './batchEasyHardMiner.ts';
export { type BatchHardMinerOptions, batchHardMiner } from './batchHardMiner.ts';
export {
  type DistanceWeightedMinerOptions,
  distanceWeightedMiner,
} from './distanceWeightedMiner.ts';
export { embeddingsAlreadyPackagedAsTriplets } from './embeddingsAlreadyPackagedAsTriplets.ts';
export { type HdcMiner, type HdcMinerOptions, hdcMiner } from './hdcMiner.ts';
export {
  type HardNegativeOptions,
  type HardNegatives,
  type MineHardNegativesOptions,
  mineHardNegatives,
} from './mineHardNegatives.ts';
export type { MineOptions } from './mineOptions.ts';
export type { Miner } from './miner.ts';
export {
  type MultiSimilarityMinerOptions,
  multiSimilarityMiner,
} from './multiSimilarityMiner.ts';
export { type PairMarginMinerOptions, pairMarginMiner } from './pairMarginMiner.ts';
export { type RelationMinerOptions, relationMiner } from './relationMiner.ts';
export { type SemiHardMinerOptions, semiHardMiner } from './semiHardMiner.ts';
export {
  type TripletMarginMinerOptions,
  type TripletType,
  tripletMarginMiner,
} from './tripletMarginMiner.ts';
export {
  type UniformHistogramMinerOptions,
  uniformHistogramMiner,
} from './uniformHistogramMiner.ts';
