export type { Dataset, Examples, UnlabeledDataset } from './dataset.ts';
export type { EmbeddingRows, Embeddings } from './embeddings.ts';
export { type EncodedLabels, encodeLabels } from './encodeLabels.ts';
export type { Labels } from './labels.ts';
export { shiftImages } from './shiftImages.ts';
export type { StreamBatch, StreamDataset } from './streamDataset.ts';
export { type WarpImagesOptions, warpImages } from './warpImages.ts';
