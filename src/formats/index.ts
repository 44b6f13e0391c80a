export { decodeNpz } from './decodeNpz.ts';
export { decodeSafetensors, type SafetensorsFile } from './decodeSafetensors.ts';
export { decodeWav, type WavAudio } from './decodeWav.ts';
export { encodePng, type Pixels } from './encodePng.ts';
export type { ZipFile } from './internal/readZip.ts';
export { decodeNpy, encodeNpy, type NpyArray } from './npy.ts';
export { openZip } from './openZip.ts';
export { type CsvTable, type ParseCsvOptions, parseCsv } from './parseCsv.ts';
export { type IdxArray, parseIdx } from './parseIdx.ts';
export { type ParquetTable, type ParseParquetOptions, parseParquet } from './parseParquet.ts';
export {
  type ProjectorFiles,
  type ProjectorOptions,
  type ProjectorTensor,
  projectorFiles,
} from './projectorFiles.ts';
export { type ScalarEvent, scalarEvents } from './scalarEvents.ts';
export { type Sprite, type SpriteSheetOptions, spriteSheet } from './spriteSheet.ts';
