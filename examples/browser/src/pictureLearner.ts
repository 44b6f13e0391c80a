import { tensor2d } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { ldaAdapter, lpDistance, nearestNeighbors } from 'tfjs-metric-learning';

/** Features of pictures, row by row, and the number of the kind of each. */
export interface Shown {
  readonly features: Float32Array;
  readonly dims: number;
  readonly kinds: readonly number[];
}

/** How well pictures of one kind find each other, as the features are and after the adapter. */
export interface Learned {
  readonly before: number;
  readonly after: number;
  readonly adapted: boolean;
}

/** How far a picture is from the nearest one of each kind, in units of the threshold: up to 1 is near. */
export interface Seen {
  readonly distances: readonly number[];
}

interface Rows {
  readonly data: Float32Array;
  readonly shape: readonly [number, number];
}

const folds = 5;
const kept = 0.95; // of the pictures that were held out are within the threshold
const distance = lpDistance({ normalize: false });

/** Learns from pictures what tells their kinds apart, and answers which kind another one is. */
export function createPictureLearner() {
  let adapter: LayersModel | undefined;
  let known: Rows | undefined;
  let kinds: readonly number[] = [];
  let threshold = 1;

  return {
    /** The adapter is used if more pictures that it was not made from are right with it than without it. */
    async learn({ features, dims, kinds: given }: Shown): Promise<Learned> {
      const rows: Rows = { data: features, shape: [given.length, dims] };
      const trials = [await heldOut(rows, given, false), await heldOut(rows, given, true)] as const;
      const adapted = trials[1].right > trials[0].right;
      adapter?.dispose();
      adapter = adapted ? await ldaAdapter(rows, given) : undefined;
      known = await through(adapter, rows);
      kinds = given;
      const { distances } = trials[adapted ? 1 : 0];
      threshold = distances[Math.ceil(kept * distances.length) - 1] || 1;
      return { before: trials[0].right, after: trials[1].right, adapted };
    },
    async see(features: Float32Array): Promise<Seen> {
      if (!known) return { distances: [] };
      const asked = await through(adapter, { data: features, shape: [1, features.length] });
      const found = await nearestNeighbors(asked, known, kinds.length, { distance });
      const nearest = new Array<number>(Math.max(...kinds) + 1).fill(Infinity);
      found.indices.forEach((i, rank) => {
        const kind = kinds[i]!;
        nearest[kind] = Math.min(nearest[kind]!, found.distances[rank]! / threshold);
      });
      return { distances: nearest };
    },
  };
}

/** Each fold is asked for among the others: the share whose nearest is of their kind, and how far their own kind is. */
async function heldOut(
  rows: Rows,
  kinds: readonly number[],
  adapt: boolean,
): Promise<{ right: number; distances: number[] }> {
  const seen = new Map<number, number>();
  const fold = kinds.map((kind) => {
    const rank = seen.get(kind) ?? 0;
    seen.set(kind, rank + 1);
    return rank % folds;
  });
  let right = 0;
  const distances: number[] = [];
  for (let held = 0; held < folds; held++) {
    const [asked, others] = [true, false].map((inFold) =>
      [...kinds.keys()].filter((i) => (fold[i] === held) === inFold),
    ) as [number[], number[]];
    if (asked.length === 0 || others.length === 0) continue;
    const base = pick(rows, others);
    const made = adapt
      ? await ldaAdapter(
          base,
          others.map((i) => kinds[i]!),
        )
      : undefined;
    const [from, to] = [await through(made, pick(rows, asked)), await through(made, base)];
    made?.dispose();
    const found = await nearestNeighbors(from, to, others.length, { distance });
    asked.forEach((i, row) => {
      const start = row * others.length;
      const at = (rank: number): number => kinds[others[found.indices[start + rank]!]!]!;
      if (at(0) === kinds[i]) right++;
      for (let rank = 0; rank < others.length; rank++) {
        if (at(rank) !== kinds[i]) continue;
        distances.push(found.distances[start + rank]!);
        break;
      }
    });
  }
  return { right: right / kinds.length, distances: distances.sort((a, b) => a - b) };
}

function pick({ data, shape: [, dims] }: Rows, chosen: readonly number[]): Rows {
  const rows = new Float32Array(chosen.length * dims);
  chosen.forEach((row, i) => {
    rows.set(data.subarray(row * dims, (row + 1) * dims), i * dims);
  });
  return { data: rows, shape: [chosen.length, dims] };
}

async function through(adapter: LayersModel | undefined, rows: Rows): Promise<Rows> {
  if (!adapter) return rows;
  const input = tensor2d(rows.data, [...rows.shape]);
  const output = adapter.predict(input);
  input.dispose();
  if (Array.isArray(output)) throw new Error('An adapter has one output.');
  const [count = 0, dims = 0] = output.shape;
  const data = (await output.data()) as Float32Array;
  output.dispose();
  return { data, shape: [count, dims] };
}
