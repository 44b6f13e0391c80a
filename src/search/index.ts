export { classify } from './classify.ts';
export { encodeParquet } from './databases/encodeParquet.ts';
export type { LanceConnection } from './databases/lanceConnection.ts';
export { type LanceOptions, lanceIndex } from './databases/lanceIndex.ts';
export type { PgClient } from './databases/pgClient.ts';
export { type PgvectorOptions, pgvectorIndex } from './databases/pgvectorIndex.ts';
export { type QdrantOptions, qdrantIndex } from './databases/qdrantIndex.ts';
export type { QdrantConnection } from './databases/qdrantRequest.ts';
export {
  createIndex,
  type IndexModel,
  type IndexOptions,
  type MemoryIndexOptions,
  type RestoreIndexOptions,
  restoreIndex,
} from './exact/createIndex.ts';
export { type ClassifyOptions, knnClassify } from './exact/knnClassify.ts';
export type { MemoryIndex } from './exact/memoryIndex.ts';
export {
  type Neighbors,
  nearestNeighbors,
  type SearchOptions,
} from './exact/nearestNeighbors.ts';
export type { ReadOriginals } from './exact/originals.ts';
export type { RowStorage } from './exact/rowCodec.ts';
export { findMatches } from './findMatches.ts';
export { decodeIndex, encodeIndex } from './indexFile.ts';
export type { IndexGraph, IndexState } from './indexState.ts';
export type { Classification } from './majorityVote.ts';
export type {
  Hit,
  IndexItem,
  IndexSearchOptions,
  ItemFilter,
  ItemLabel,
  Json,
  VectorIndex,
} from './vectorIndex.ts';
