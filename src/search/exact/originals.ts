import { ready } from '@tensorflow/tfjs-core';
import type { EmbeddingRows } from '../../data/embeddings.ts';
import type { Distance } from '../../distances/distance.ts';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { show } from '../../internal/checks.ts';
import { callback, type OptionKind } from '../../internal/optionKinds.ts';
import type { EncodedRows } from './encodedRows.ts';
import type { ItemStore } from './itemStore.ts';
import { measurePairs } from './measurePairs.ts';
import { type Found, nearestAmong } from './nearestAmong.ts';

/**
 * Gives vectors as they were before an index rounded them: one for each id, in the same order; undefined for an item whose
 * vector is not at hand. `openIndexVectors` of the entry `node` reads them from a file.
 */
export type ReadOriginals = (
  ids: readonly string[],
) => Promise<readonly (ArrayLike<number> | undefined)[]>;

export const originalsKind: OptionKind<ReadOriginals> =
  /*#__PURE__*/ callback('async (ids) => vectors');

/** Vectors that are read together. */
const readAtOnce = 16_384;

/** The number of candidates by rounded vectors, of which the k nearest by originals are found. */
export function candidatesOf(k: number): number {
  return 4 * k + 16;
}

/**
 * Ranks candidates by their originals. An item keeps its rounded vector where the original is not at hand, or is another
 * one by now: that of an item which was replaced does not round to what the index keeps.
 */
export async function rankByOriginals(
  { store, rows, distance }: { store: ItemStore; rows: EncodedRows; distance: Distance },
  originals: ReadOriginals,
  query: EmbeddingRows,
  candidates: readonly (readonly Found[])[],
  k: number,
  visit: (q: number, found: readonly Found[]) => void,
): Promise<void> {
  await ready();
  for (let first = 0; first < candidates.length; ) {
    let end = first;
    let count = 0;
    while (end < candidates.length && (end === first || count < readAtOnce)) {
      count += candidates[end++]!.length;
    }
    const some = candidates.slice(first, end);
    const slots = [...new Set(some.flatMap((found) => found.map(({ index }) => index)))];
    const vectors = await vectorsOf(store, rows, slots, originals);
    const places = new Map(slots.map((slot, at) => [slot, at]));
    const q = some.flatMap((found, i) => found.map(() => first + i));
    const r = some.flatMap((found) => found.map(({ index }) => places.get(index)!));
    const distances = await measurePairs('index.search', distance, [query, q], [vectors, r]);
    let at = 0;
    some.forEach((found, i) => {
      const own = new Map(found.map(({ index }) => [index, distances[at++]!]));
      visit(
        first + i,
        nearestAmong([...own.keys()], k, (slot) => own.get(slot)!),
      );
    });
    first = end;
  }
}

/** The originals of some slots, or what the index keeps. */
async function vectorsOf(
  { dims, item }: ItemStore,
  rows: EncodedRows,
  slots: readonly number[],
  originals: ReadOriginals,
): Promise<EmbeddingRows> {
  const given: unknown = await originals(slots.map((slot) => item(slot)!.id));
  if (!Array.isArray(given) || given.length !== slots.length) {
    throw new MetricLearningError({
      where: 'index.search',
      expected: `originals to give a vector or undefined for each id (${slots.length})`,
      got: Array.isArray(given) ? `${given.length} of them` : show(given),
    });
  }
  const data = new Float32Array(slots.length * dims);
  slots.forEach((slot, i) => {
    const original = given[i] as ArrayLike<number> | null | undefined;
    const vector = data.subarray(i * dims, (i + 1) * dims);
    if (original !== undefined && original !== null) {
      checkOriginal(original, dims, item(slot)!.id);
      vector.set(original);
      if (rows.keeps(slot, vector)) return;
    }
    vector.set(rows.row(slot));
  });
  return { data, shape: [slots.length, dims] };
}

function checkOriginal(original: ArrayLike<number>, dims: number, id: string): void {
  const isList = typeof original === 'object' && original.length === dims;
  const bad = isList ? Array.from(original).find((value) => !Number.isFinite(value)) : original;
  if (isList && bad === undefined) return;
  throw new MetricLearningError({
    where: 'index.search',
    expected: `originals to give ${dims} finite numbers for ${JSON.stringify(id)}, or undefined`,
    got: show(bad),
  });
}
