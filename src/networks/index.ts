export {
  createEmbedder,
  type Embedder,
  type NetworkEmbedder,
  type Normalization,
} from './createEmbedder.ts';
export { type SmallConvNetOptions, smallConvNet } from './smallConvNet.ts';
export { unitLength } from './unitLength.ts';
