import type { EmbeddingRows } from '../../data/embeddings.ts';
import { exactDistance } from '../exact/exactDistance.ts';
import { nearestAmong } from '../exact/nearestAmong.ts';
import type { Found } from '../exact/rowSearch.ts';
import type { SearchDistance } from '../searchDistance.ts';
import type { DistinctRows } from './distinctRows.ts';
import type { NeighborGraph } from './neighborGraph.ts';

/** Candidates beyond k, for the graph's float32 may take the k-th for one of them. */
const spare = 16;
/** A candidate of the graph takes as long as looking at so many items. */
const costOfCandidate = 4;

export interface GraphSearch {
  readonly graph: NeighborGraph;
  readonly rows: DistinctRows;
  readonly distance: SearchDistance;
  readonly query: EmbeddingRows;
  readonly reference: EmbeddingRows;
  /** Which references may be found: 1, or 0. Default: all. */
  readonly allowed: Uint8Array | undefined;
}

/**
 * Finds the k nearest of each query, or as many as there are: candidates from the graph, ranked by their exact
 * distances. Where it yields too few, as a filter may want others, it is asked for four times as many, and so on; as soon
 * as looking at each allowed item costs less than that, this is done, and the answer is exact.
 */
export function graphSearch({
  graph,
  rows,
  distance,
  query,
  reference,
  allowed,
}: GraphSearch): (k: number, visit: (q: number, found: readonly Found[]) => void) => void {
  const exact = exactDistance(distance, query, reference);
  const total = reference.shape[0];
  const count = allowed ? allowed.reduce((sum, mark) => sum + mark, 0) : total;

  const candidatesOf = (nodes: readonly number[]): number[] => {
    const candidates: number[] = [];
    for (const node of nodes) {
      rows.eachRow(node, (place) => {
        if (!allowed || allowed[place] === 1) candidates.push(place);
      });
    }
    return candidates;
  };

  return (k, visit) => {
    const wanted = Math.min(k, count);
    const lookAt = (q: number, candidates: readonly number[]): void =>
      visit(
        q,
        nearestAmong(candidates, wanted, (r) => exact(q, r)),
      );
    let pending = Array.from({ length: query.shape[0] }, (_, q) => q);
    const ofAll = (wanted * total) / Math.max(1, count); // so many hold as many as are wanted
    let fetch = spare + Math.ceil(allowed ? 1.5 * ofAll : ofAll);
    while (pending.length > 0 && costOfCandidate * fetch < count) {
      const short: number[] = [];
      graph.search(gathered(query, pending), fetch, (i, nodes) => {
        const q = pending[i] as number;
        const candidates = candidatesOf(nodes);
        if (candidates.length < wanted) short.push(q);
        else lookAt(q, candidates);
      });
      pending = short;
      fetch *= 4;
    }
    if (pending.length === 0) return;
    const places = Array.from({ length: total }, (_, place) => place);
    const all = allowed ? places.filter((place) => allowed[place] === 1) : places;
    for (const q of pending) lookAt(q, all);
  };
}

function gathered(
  { data, shape: [, dims] }: EmbeddingRows,
  some: readonly number[],
): EmbeddingRows {
  const values = new Float32Array(some.length * dims);
  some.forEach((q, i) => {
    values.set(data.subarray(q * dims, (q + 1) * dims), i * dims);
  });
  return { data: values, shape: [some.length, dims] };
}
