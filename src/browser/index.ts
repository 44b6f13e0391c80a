export { type BrowserStore, browserStore, type StoredFile } from './browserStore.ts';
export { type InkOptions, type InkPixels, inkToImage } from './inkToImage.ts';
export type {
  MapQuery,
  MapThumbnails,
  MountEmbeddingMapOptions,
  MountedMapContent,
} from './map/mapOptions.ts';
export { type MountedMap, mountEmbeddingMap } from './map/mountEmbeddingMap.ts';
export { downloadBytes, type OpenedFile, type OpenFileOptions, openFile } from './openFile.ts';
export { type SetUpOptions, type Setup, setUp, type TrainingBackend } from './setUp.ts';
export { type ConnectOptions, connectTraining } from './training/connectTraining.ts';
export type { Port } from './training/messages.ts';
export { serveTraining } from './training/serveTraining.ts';
export type {
  OpenedBundle,
  ServedBundleOptions,
  ServedRecognizeOptions,
} from './training/session.ts';
export type {
  ConnectedTrainOptions,
  SentExamples,
  TrainingConnection,
} from './training/trainingConnection.ts';
export type {
  ServedEvent,
  ServiceCall,
  TrainingRun,
  TrainingService,
  TrainingSession,
  WatchEvent,
  WatchedExamples,
} from './training/trainingService.ts';
