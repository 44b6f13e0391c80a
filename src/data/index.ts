export {
  type LogMelSpectrogramOptions,
  logMelSpectrogram,
  type Spectrogram,
} from './audio/logMelSpectrogram.ts';
export { augmentInTurn } from './augmentInTurn.ts';
export type { ClassLabels } from './classLabels.ts';
export { type ColorImagesOptions, colorImages } from './colorImages.ts';
export { type CropImagesOptions, cropImages } from './cropImages.ts';
export type { Dataset, Examples, UnlabeledDataset } from './dataset.ts';
export { embeddingColumn } from './embeddingColumn.ts';
export type { EmbeddingRows, Embeddings } from './embeddings.ts';
export { type EncodedLabels, encodeLabels } from './encodeLabels.ts';
export {
  type ColumnKind,
  type EncodedTable,
  type FittedColumn,
  fitTable,
  restoreTable,
  type TableEncoder,
  type TableRow,
} from './encoders/fitTable.ts';
export {
  type EncodedTexts,
  type FitTokenizerOptions,
  fitTokenizer,
  restoreTokenizer,
  type Tokenizer,
  type TokenizerState,
} from './encoders/fitTokenizer.ts';
export { type EraseImagesOptions, eraseImages } from './eraseImages.ts';
export { fetchIdxDataset } from './fetchIdxDataset.ts';
export type { IdxDataset } from './idxDataset.ts';
export type { Labels } from './labels.ts';
export type { LazyDataset } from './lazyDataset.ts';
export { shiftImages } from './shiftImages.ts';
export { applySplit, type Subset, subset } from './splits/applySplit.ts';
export { type KFoldsOptions, kFolds } from './splits/kFolds.ts';
export type { Part, PartRecord, Split, SplitRecord } from './splits/split.ts';
export { splitByClass } from './splits/splitByClass.ts';
export { splitByExample } from './splits/splitByExample.ts';
export { splitByGroup } from './splits/splitByGroup.ts';
export type { SplitOptions } from './splits/splitOptions.ts';
export type { StreamBatch, StreamDataset } from './streamDataset.ts';
export { type WarpImagesOptions, warpImages } from './warpImages.ts';
