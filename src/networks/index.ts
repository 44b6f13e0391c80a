export {
  createEmbedder,
  type Embedder,
  type EmbedderOptions,
  type NetworkEmbedder,
} from './createEmbedder.ts';
export type { FullNormalization, Normalization } from './normalization.ts';
export { type SmallConvNetOptions, smallConvNet } from './smallConvNet.ts';
export { unitLength } from './unitLength.ts';
