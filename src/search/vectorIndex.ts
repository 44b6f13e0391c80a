import type { Embeddings } from '../data/embeddings.ts';
import type { Distance } from '../distances/distance.ts';
import type { OptionKind } from '../internal/optionKinds.ts';
import { type OptionTable, optional, preset } from '../internal/readOptions.ts';
import { thresholdKind } from './searchOptions.ts';

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

/** Picks the items that satisfy all its parts; `{}` picks every item, except in `remove`, which asks for `all: true`. */
export interface ItemFilter {
  /** True picks every item. It stands alone. */
  readonly all?: true;
  /** One of these ids. */
  readonly ids?: readonly string[];
  /** This label, or one of these labels. */
  readonly label?: ItemLabel | readonly ItemLabel[];
  /** These values at these keys of the metadata. */
  readonly metadata?: { readonly [key: string]: string | number | boolean | null };
}

export interface IndexSearchOptions {
  /** Which items may be found. Default: all. */
  filter?: ItemFilter;
  /**
   * The distance beyond which an item is no hit: without any hit, the query is like nothing that is known. Default
   * Infinity.
   */
  threshold?: number;
}

/** Accepts anything here: `checkItemFilter` checks it later. */
const filterKind: OptionKind<ItemFilter> = { expected: 'a filter', accepts: () => true };

export const indexSearchOptions: OptionTable<IndexSearchOptions, 'filter'> = {
  filter: optional(filterKind),
  threshold: preset(Infinity, thresholdKind),
};

/**
 * A collection of embeddings that can be searched, wherever it is kept: in memory (`createIndex`), in an approximate
 * index or in a database. Calls are served one after the other, in the order in which they were made; searches that wait
 * at the same time are answered together.
 */
export interface VectorIndex {
  readonly dims: number;
  readonly distance: Distance;
  /** The number of items that the filter picks. Default: of all items. */
  count(filter?: ItemFilter): Promise<number>;
  /**
   * Adds embeddings [count, dims], with one item each.
   *
   * @throws MetricLearningError, adding none, if shapes do not fit, an id is known already, or JSON cannot hold a label
   * or metadata.
   */
  add(embeddings: Embeddings, items: readonly IndexItem[]): Promise<void>;
  /** Adds embeddings, and replaces the items whose ids are known already. */
  upsert(embeddings: Embeddings, items: readonly IndexItem[]): Promise<void>;
  /**
   * Removes the items that the filter picks, and returns their number.
   *
   * @throws MetricLearningError if the filter has no part; `{ all: true }` removes every item.
   */
  remove(filter: ItemFilter): Promise<number>;
  /** The k nearest items of each query [queries, dims], nearest first; fewer if there are fewer. */
  search(query: Embeddings, k: number, options?: IndexSearchOptions): Promise<Hit[][]>;
  /** Answers all calls from before, and frees what the index holds; later calls are refused. */
  close(): Promise<void>;
  /** Refuses calls that wait, and frees what the index holds when the call that runs is done; later calls are refused. */
  dispose(): void;
}
