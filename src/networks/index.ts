export { type AdaptedExtractor, adaptExtractor } from './adaptExtractor.ts';
export {
  createEmbedder,
  type EmbedderOptions,
  type NetworkEmbedder,
} from './createEmbedder.ts';
export {
  type CreateMomentumEncoderOptions,
  createMomentumEncoder,
  type MomentumEncoder,
} from './createMomentumEncoder.ts';
export { type EmbedDatasetOptions, embedDataset } from './embedDataset.ts';
export type { Embedder, Extractor } from './embedder.ts';
export type { Encoder, NetworkHolder } from './networkEncoder.ts';
export type { FullNormalization, Normalization } from './normalization.ts';
export { type SmallConvNetOptions, smallConvNet } from './smallConvNet.ts';
export { tableEncoderOf } from './tableEncoderOf.ts';
export { tokenizerOf } from './tokenizerOf.ts';
export { unitLength } from './unitLength.ts';
