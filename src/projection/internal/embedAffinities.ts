import { yieldToEvents } from '../../internal/yieldToEvents.ts';
import type { Affinities } from './affinities.ts';
import { createQuadTree, rebuildQuadTree, repel } from './quadTree.ts';

export interface EmbedOptions {
  readonly iterations: number;
  readonly theta: number;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

const exaggeration = 12;
const pause = 20_000; // points moved between two pauses: some 50 ms

/**
 * Moves points until their neighbourhoods are those of the affinities, by gradient descent with momentum. The first part
 * exaggerates attraction, so that clusters find together before they push each other away.
 */
export async function embedAffinities(
  matrix: Affinities,
  points: Float64Array,
  { iterations, theta, onProgress, signal }: EmbedOptions,
): Promise<{ points: Float32Array; divergence: number }> {
  const count = points.length / 2;
  const tree = createQuadTree(count);
  const velocity = new Float64Array(points.length);
  const gains = new Float64Array(points.length).fill(1);
  const attraction = new Float64Array(points.length);
  const repulsion = new Float64Array(points.length);
  const early = Math.min(250, Math.floor(iterations / 3));
  const rate = Math.max(50, count / exaggeration);
  const every = Math.max(1, Math.round(pause / count));

  for (let step = 0; step < iterations && !signal?.aborted; step++) {
    repulsion.fill(0);
    rebuildQuadTree(tree, points);
    const total = repel(tree, points, repulsion, theta);
    attract(matrix, points, attraction);
    const factor = step < early ? exaggeration : 1;
    const momentum = step < early ? 0.5 : 0.8;
    for (let i = 0; i < points.length; i++) {
      const gradient = 4 * (factor * attraction[i]! - repulsion[i]! / total);
      const same = gradient > 0 === velocity[i]! > 0;
      gains[i] = Math.max(0.01, same ? gains[i]! * 0.8 : gains[i]! + 0.2);
      velocity[i] = momentum * velocity[i]! - rate * gains[i]! * gradient;
      points[i]! += velocity[i]!;
    }
    center(points);
    onProgress?.(step + 1, iterations);
    if (step % every === 0) await yieldToEvents();
  }
  rebuildQuadTree(tree, points);
  const total = repel(tree, points, repulsion, theta);
  return { points: Float32Array.from(points), divergence: divergenceOf(matrix, points, total) };
}

/** forces = sum of affinity * (p - q) / (1 + |p - q|^2) */
function attract(
  { starts, columns, values }: Affinities,
  points: Float64Array,
  forces: Float64Array,
): void {
  for (let i = 0; 2 * i < points.length; i++) {
    const [x, y] = [points[2 * i]!, points[2 * i + 1]!];
    let [forceX, forceY] = [0, 0];
    for (let at = starts[i]!; at < starts[i + 1]!; at++) {
      const j = columns[at]!;
      const dx = x - points[2 * j]!;
      const dy = y - points[2 * j + 1]!;
      const pull = values[at]! / (1 + dx * dx + dy * dy);
      forceX += pull * dx;
      forceY += pull * dy;
    }
    forces[2 * i] = forceX;
    forces[2 * i + 1] = forceY;
  }
}

function center(points: Float64Array): void {
  const sums = [0, 0];
  for (let i = 0; i < points.length; i++) sums[i & 1]! += points[i]!;
  for (let i = 0; i < points.length; i++) points[i]! -= (2 * sums[i & 1]!) / points.length;
}

function divergenceOf(
  { starts, columns, values }: Affinities,
  points: Float64Array,
  total: number,
): number {
  // A pair may be listed twice in a row, once for each that is the other's neighbour: its parts belong together.
  let sum = 0;
  for (let i = 0; 2 * i < points.length; i++) {
    const row = new Map<number, number>();
    for (let at = starts[i]!; at < starts[i + 1]!; at++) {
      row.set(columns[at]!, (row.get(columns[at]!) ?? 0) + values[at]!);
    }
    for (const [j, p] of row) {
      const dx = points[2 * i]! - points[2 * j]!;
      const dy = points[2 * i + 1]! - points[2 * j + 1]!;
      if (p > 0) sum += p * Math.log(p * total * (1 + dx * dx + dy * dy));
    }
  }
  return sum;
}
