import type { GalleryRow } from '../../charts/neighborGallerySvg.ts';
import { indicesByClass } from '../../data/labels.ts';
import type { Random } from '../../random/createRandom.ts';
import type { Neighbors } from '../../search/exact/nearestNeighbors.ts';

/** Queries that are shown with their neighbors. */
export interface GalleryRows {
  /** Queries that are drawn at random, each of another class. */
  readonly typical: readonly GalleryRow[];
  /** Queries whose nearest neighbor is of another class, the nearest first; at most two per class. */
  readonly mistakes: readonly GalleryRow[];
}

const mostRows = 8;
const mostNeighbors = 6;
const mostOfAClass = 2;

/** Chooses queries. A query whose class is missing in the reference is no mistake. */
export function galleryRows(
  found: Neighbors,
  queryLabels: Int32Array,
  referenceLabels: Int32Array,
  random: Random,
): GalleryRows {
  const [, k] = found.shape;
  const shown = Math.min(mostNeighbors, k);
  const row = (query: number): GalleryRow => ({
    query,
    neighbors: found.indices.subarray(query * k, query * k + shown),
    distances: found.distances.subarray(query * k, query * k + shown),
  });
  const classes = [...indicesByClass(queryLabels).values()];
  const typical = random
    .shuffle(classes.map((_, i) => i))
    .slice(0, mostRows)
    .sort((a, b) => a - b)
    .map((i) => classes[i]!)
    .map((members) => members[random.integer(members.length)]!);

  const known = new Set(referenceLabels);
  const wrong = Int32Array.from(queryLabels.keys()).filter(
    (q) => referenceLabels[found.indices[q * k]!] !== queryLabels[q] && known.has(queryLabels[q]!),
  );
  const nearest = (q: number): number => found.distances[q * k]!;
  wrong.sort((a, b) => nearest(a) - nearest(b) || a - b);
  return { typical: typical.map(row), mistakes: fewOfEach(wrong, queryLabels).map(row) };
}

function fewOfEach(queries: Int32Array, labels: Int32Array): number[] {
  const counts = new Map<number, number>();
  const kept: number[] = [];
  for (const q of queries) {
    const label = labels[q]!;
    const count = counts.get(label) ?? 0;
    if (count >= mostOfAClass) continue;
    counts.set(label, count + 1);
    if (kept.push(q) === mostRows) break;
  }
  return kept;
}
