import type { Embeddings } from '../data/embeddings.ts';
import type { SearchDistance } from './searchDistance.ts';

/** What JSON can hold. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };

/** The name or the id of a class. */
export type ItemLabel = string | number;

/** What an index keeps with an embedding. */
export interface IndexItem {
  readonly id: string;
  readonly label?: ItemLabel;
  readonly metadata?: { readonly [key: string]: Json };
}

/** An item that was found, and how far it is from the query. */
export interface Hit extends IndexItem {
  readonly distance: number;
}

/** Picks items that satisfy all its parts. */
export interface ItemFilter {
  /** One of these ids. */
  readonly ids?: readonly string[];
  /** This label, or one of these. */
  readonly label?: ItemLabel | readonly ItemLabel[];
  /** These values at these keys of the metadata. */
  readonly metadata?: { readonly [key: string]: string | number | boolean | null };
}

export interface IndexSearchOptions {
  /** Search among these only. */
  filter?: ItemFilter;
  /** Leave out hits that are farther: with none left, the query is like nothing that is known. */
  threshold?: number;
}

/**
 * A collection of embeddings that can be searched, wherever it is kept: in memory (`createIndex`), in an approximate
 * index or in a database. What is asked of it is done in the order of the calls.
 */
export interface VectorIndex {
  readonly dims: number;
  readonly distance: SearchDistance;
  count(filter?: ItemFilter): Promise<number>;
  /**
   * Adds embeddings [count, dims], one an item.
   *
   * @throws MetricLearningError, adding none, if shapes do not fit or an id is taken.
   */
  add(embeddings: Embeddings, items: readonly IndexItem[]): Promise<void>;
  /** The same, but takes the place of items whose id is taken. */
  upsert(embeddings: Embeddings, items: readonly IndexItem[]): Promise<void>;
  /** Removes the items that the filter picks, and says how many. */
  remove(filter: ItemFilter): Promise<number>;
  /** The k nearest items of each query [queries, dims], nearest first; fewer if there are no more. */
  search(query: Embeddings, k: number, options?: IndexSearchOptions): Promise<Hit[][]>;
  /** Frees what the index holds; it cannot be used after. */
  dispose(): void;
}
