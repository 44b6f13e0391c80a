import { type ClassLabels, readLabelPair } from '../data/classLabels.ts';
import { checkSameDims, type Embeddings, readEmbeddings } from '../data/embeddings.ts';
import type { Distance } from '../distances/distance.ts';
import { distanceRule } from '../distances/distanceOption.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { type OptionKind, seed, wholeNumber } from '../internal/optionKinds.ts';
import { type OptionTable, optional, preset, readOptions } from '../internal/readOptions.ts';
import { createRandom, type Random } from '../random/createRandom.ts';
import { measurePairs } from '../search/exact/measurePairs.ts';
import { type ReferenceSet, referenceKind } from './evaluationSet.ts';

/** Pairs of items: the distance of each pair, and whether its items are the same (1) or different (0). */
export interface PairDistances {
  readonly distances: ArrayLike<number>;
  readonly same: ArrayLike<number | boolean>;
}

export interface PairOptions {
  /** Pairs each embedding with each of these. Default: with each other embedding. */
  reference?: ReferenceSet;
  /** How far two embeddings are apart. Default: `lpDistance()`, Euclidean between unit vectors. */
  distance?: Distance;
  /** The most pairs; if there are more, this number of pairs is drawn. Infinity keeps all. Default 1000000. */
  limit?: number;
  /** Determines the draw. Default 0. */
  seed?: number;
}

const limitKind: OptionKind<number> = {
  expected: 'a whole number >= 1, or Infinity',
  accepts: (value) => value === Infinity || wholeNumber(1).accepts(value),
};

export const pairOptions: OptionTable<PairOptions, 'reference'> = {
  reference: optional(referenceKind),
  distance: distanceRule,
  limit: preset(1_000_000, limitKind),
  seed: preset(0, seed),
};

/**
 * The distances of all pairs of embeddings, in float64: pairs i < j in row-major order, or each embedding with each
 * reference.
 *
 * If there are more pairs than `limit`, that many are drawn at random with replacement, each pair with the same
 * probability, so that every rate of the drawn pairs estimates the rate of all pairs. `embeddings` are [count, dims],
 * `labels` one class id or name a row: items of one label are the same.
 *
 * @throws MetricLearningError on bad shapes or labels, on rows that are not finite, and if there is no pair.
 * @example
 * const pairs = await pairDistances(embeddings, labels);
 * const { threshold } = calibrateThreshold(pairs, { far: 0.01 });
 */
export async function pairDistances(
  embeddings: Embeddings,
  labels: ClassLabels,
  options: PairOptions = {},
): Promise<{ distances: Float64Array; same: Uint8Array }> {
  const where = 'pairDistances';
  const values = readOptions(where, pairOptions, options);
  const { distance, limit, reference } = values;
  const query = await readEmbeddings(where, 'embeddings', embeddings);
  const others = reference
    ? await readEmbeddings(where, 'reference.embeddings', reference.embeddings)
    : query;
  const labeled = [labels, query.shape[0]] as const;
  const [queryLabels, otherLabels] = readLabelPair(
    where,
    labeled,
    reference ? [reference.labels, others.shape[0]] : labeled,
  ).ids;
  checkSameDims(where, query, others);

  const [rows, columns] = [query.shape[0], others.shape[0]];
  const all = reference ? rows * columns : (rows * (rows - 1)) / 2;
  if (all === 0) {
    throw new MetricLearningError({ where, expected: 'at least two embeddings', got: 'one' });
  }
  const count = Math.min(all, limit);
  const [a, b] = [new Int32Array(count), new Int32Array(count)];
  const same = new Uint8Array(count);
  let at = 0;
  for (const [i, j] of count < all
    ? drawnPairs(rows, columns, reference === undefined, count, createRandom(values.seed))
    : allPairs(rows, columns, reference === undefined)) {
    a[at] = i;
    b[at] = j;
    same[at++] = queryLabels[i] === otherLabels[j] ? 1 : 0;
  }
  return { distances: await measurePairs(where, distance, [query, a], [others, b]), same };
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
