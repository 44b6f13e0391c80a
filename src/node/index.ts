export { checkpointFolder } from './checkpointFolder.ts';
export { fileStore } from './fileStore.ts';
export { type IdxDataset, readIdxDataset } from './readIdxDataset.ts';
export { readIdxFile } from './readIdxFile.ts';
export { writeWhole } from './writeWhole.ts';
