export {
  type ApproximateIndex,
  type ApproximateIndexOptions,
  createApproximateIndex,
  restoreApproximateIndex,
} from './node/approximateIndex.ts';
export { checkpointFolder } from './node/checkpointFolder.ts';
export { fileStore } from './node/fileStore.ts';
export type { GraphOptions } from './node/neighborGraph.ts';
export { type IdxDataset, readIdxDataset } from './node/readIdxDataset.ts';
export { readIdxFile } from './node/readIdxFile.ts';
export { writeWhole } from './node/writeWhole.ts';
