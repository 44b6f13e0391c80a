export { checkpointFolder } from './node/checkpointFolder.ts';
export { fileStore } from './node/fileStore.ts';
export { type IdxDataset, readIdxDataset } from './node/readIdxDataset.ts';
export { readIdxFile } from './node/readIdxFile.ts';
export { writeWhole } from './node/writeWhole.ts';
export {
  type ApproximateIndex,
  type ApproximateIndexOptions,
  createApproximateIndex,
  restoreApproximateIndex,
} from './search/approximate/approximateIndex.ts';
export type { GraphOptions } from './search/approximate/neighborGraph.ts';
