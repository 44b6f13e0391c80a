export type { Dataset, Examples } from './dataset.ts';
export type { EmbeddingRows, Embeddings } from './embeddings.ts';
export type { Labels } from './labels.ts';
export { shiftImages } from './shiftImages.ts';
