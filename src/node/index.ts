export type { IdxDataset } from '../data/idxDataset.ts';
export { checkpointFolder } from './checkpointFolder.ts';
export { fileStore } from './fileStore.ts';
export {
  type BadPicture,
  type ImageFolder,
  type OpenImageFolderOptions,
  openImageFolder,
} from './openImageFolder.ts';
export { type IndexVectors, openIndexVectors } from './openIndexVectors.ts';
export { readIdxDataset } from './readIdxDataset.ts';
export { readIdxFile } from './readIdxFile.ts';
export { readIndexFile } from './readIndexFile.ts';
export { writeIndexFile } from './writeIndexFile.ts';
export { writeWhole } from './writeWhole.ts';
