import { type Embeddings, readEmbeddings } from '../data/embeddings.ts';
import { type Labels, toLabels } from '../data/labels.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkOptions } from '../internal/checkOptions.ts';
import { checkInteger } from '../internal/checks.ts';
import { createRandom, type Random } from '../random/createRandom.ts';
import { createSearchSpace } from '../search/exact/searchSpace.ts';
import type { SearchDistance } from '../search/searchDistance.ts';

/** Pairs of items: how far apart they are, and whether they are the same (1) or different (0). */
export interface PairDistances {
  readonly distances: ArrayLike<number>;
  readonly same: ArrayLike<number | boolean>;
}

export interface PairOptions {
  /** Pair each embedding with these instead of with the other embeddings. */
  reference?: { readonly embeddings: Embeddings; readonly labels: Labels };
  /** Default `squaredEuclidean`. */
  distance?: SearchDistance;
  /** The most pairs; of more, as many are drawn. Default 1,000,000. */
  limit?: number;
  /** For the draw. Default 0. */
  seed?: number;
}

/**
 * The distances of all pairs of embeddings, in float64: i < j in row-major order, none with itself, or every one with
 * every reference. When there are more than `limit`, that many are drawn at random with replacement, all pairs alike,
 * so that every rate made from them estimates the one of all pairs.
 *
 * `embeddings` are [count, dims], `labels` one class id a row: two of one label are the same.
 *
 * @throws MetricLearningError on bad shapes or labels, on rows that are not finite, and if there is no pair.
 */
export async function pairDistances(
  embeddings: Embeddings,
  labels: Labels,
  options: PairOptions = {},
): Promise<{ distances: Float64Array; same: Uint8Array }> {
  const where = 'pairDistances';
  checkOptions(where, options, ['reference', 'distance', 'limit', 'seed']);
  const { distance = 'squaredEuclidean', limit = 1_000_000, seed = 0, reference } = options;
  if (limit !== Infinity) checkInteger(where, 'limit', limit);
  const query = await readEmbeddings(where, 'embeddings', embeddings);
  const queryLabels = toLabels(where, labels, query.shape[0]);
  const others = reference
    ? await readEmbeddings(where, 'reference.embeddings', reference.embeddings)
    : query;
  const otherLabels = reference ? toLabels(where, reference.labels, others.shape[0]) : queryLabels;
  const space = createSearchSpace(where, others, distance);
  const { exact } = space.prepare(query);

  const [rows, columns] = [query.shape[0], others.shape[0]];
  const all = reference ? rows * columns : (rows * (rows - 1)) / 2;
  if (all === 0) {
    throw new MetricLearningError({ where, expected: 'at least two embeddings', got: 'one' });
  }
  const count = Math.min(all, limit);
  const distances = new Float64Array(count);
  const same = new Uint8Array(count);
  let at = 0;
  for (const [i, j] of count < all
    ? drawnPairs(rows, columns, reference === undefined, count, createRandom(seed))
    : allPairs(rows, columns, reference === undefined)) {
    distances[at] = space.finish(exact(i, j));
    same[at++] = queryLabels[i] === otherLabels[j] ? 1 : 0;
  }
  return { distances, same };
}

type Pair = readonly [number, number];

function* allPairs(rows: number, columns: number, unordered: boolean): Generator<Pair> {
  for (let i = 0; i < rows; i++) {
    for (let j = unordered ? i + 1 : 0; j < columns; j++) yield [i, j];
  }
}

function* drawnPairs(
  rows: number,
  columns: number,
  distinct: boolean,
  count: number,
  random: Random,
): Generator<Pair> {
  for (let drawn = 0; drawn < count; drawn++) {
    const i = random.integer(rows);
    const j = random.integer(distinct ? columns - 1 : columns);
    yield [i, distinct && j >= i ? j + 1 : j]; // skips i itself
  }
}
