import {
  dispose,
  gather,
  neg,
  sub,
  type Tensor2D,
  tensor1d,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core';
import { type Embeddings, readEmbeddings } from '../data/embeddings.ts';
import { type Labels, toLabels } from '../data/labels.ts';
import type { Distance } from '../distances/distance.ts';
import { distanceRule } from '../distances/distanceOption.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { listOf, nonNegative, wholeNumber } from '../internal/optionKinds.ts';
import { type OptionTable, optional, preset, readOptions } from '../internal/readOptions.ts';

/** Which negatives of an example count as hard. */
export interface HardNegativeOptions {
  /** The most negatives of each anchor: the nearest that are left. Default 10. */
  count?: number;
  /** The number of nearest negatives of each anchor that are left out first: labels are seldom all right. Default 0. */
  skip?: number;
  /**
   * The guard against false negatives: a negative nearer to the anchor than `guard` times the nearest positive is left out,
   * as it is probably of the class of the anchor. 0 is no guard. Default 0.9.
   */
  guard?: number;
}

export interface MineHardNegativesOptions extends HardNegativeOptions {
  /** The indices of the anchors. Default: all examples. */
  anchors?: ArrayLike<number>;
  /** How far two embeddings are apart. Default: `lpDistance()`, Euclidean between unit vectors. */
  distance?: Distance;
}

export const hardNegativeOptions: OptionTable<HardNegativeOptions> = {
  count: preset(10, wholeNumber(1)),
  skip: preset(0, wholeNumber(0)),
  guard: preset(0.9, nonNegative),
};

export const mineHardNegativesOptions: OptionTable<MineHardNegativesOptions, 'anchors'> = {
  anchors: optional(listOf(wholeNumber(0), 0)),
  distance: distanceRule,
  ...hardNegativeOptions,
};

/** The hard negatives of some anchors. */
export interface HardNegatives {
  /** Indices of examples, [anchors, count] in row-major order, the nearest first; -1 where an anchor has no more. */
  readonly indices: Int32Array;
  readonly shape: readonly [anchors: number, count: number];
}

const where = 'mineHardNegatives';
/** Distances that are there at a time: 32 MB. */
const blockSize = 2 ** 23;

/**
 * The hard negatives of each example among a whole set: the nearest examples of other classes, with a guard against
 * examples whose label is probably wrong.
 *
 * `embeddings` are [count, dims], `labels` one class id a row. `fit` mines so every few steps with its option
 * `hardNegatives`.
 *
 * @throws MetricLearningError if shapes and labels do not fit, a row is not finite, an option is unknown or out of its
 * range, or the distance may be negative and there is a guard.
 * @example
 * const { indices, shape } = await mineHardNegatives(embeddings, labels, { count: 5 }); // [count, 5]
 * @see Moreira et al.: NV-Retriever, 2024, for the guard relative to the positive. https://arxiv.org/abs/2407.15831
 */
export async function mineHardNegatives(
  embeddings: Embeddings,
  labels: Labels,
  options: MineHardNegativesOptions = {},
): Promise<HardNegatives> {
  const { anchors, count, skip, guard, distance } = readOptions(
    where,
    mineHardNegativesOptions,
    options,
  );
  checkGuard(where, distance, guard);
  const { data, shape } = await readEmbeddings(where, 'embeddings', embeddings);
  const [total] = shape;
  const ids = toLabels(where, labels, total);
  const chosen = anchors === undefined ? Int32Array.from(ids.keys()) : Int32Array.from(anchors);
  checkAnchors(chosen, total);
  const indices = new Int32Array(chosen.length * count).fill(-1);
  const atOnce = Math.max(1, Math.floor(blockSize / total));
  const all = tensor2d(data, [...shape]);
  try {
    for (let start = 0; start < chosen.length; start += atOnce) {
      const block = chosen.subarray(start, start + atOnce);
      const matrix = tidy(() => apart(distance, gather(all, tensor1d(block, 'int32')), all));
      const values = await matrix.data<'float32'>();
      dispose(matrix);
      block.forEach((anchor, i) => {
        const row = values.subarray(i * total, (i + 1) * total);
        const nearest = nearestNegatives(row, ids, anchor, count + skip, guard).slice(skip);
        indices.set(nearest, (start + i) * count);
      });
    }
  } finally {
    all.dispose();
  }
  return { indices, shape: [chosen.length, count] };
}

/** Distances, smaller for nearer, of each x to each y. */
function apart(distance: Distance, x: Tensor2D, y: Tensor2D): Tensor2D {
  const values = distance.matrix(x, y);
  if (!distance.inverted) return values;
  return distance.search?.metric === 'cosine' ? sub(1, values) : neg(values);
}

/** The nearest negatives of an anchor that pass the guard, the nearest first. */
function nearestNegatives(
  distances: Float32Array,
  labels: Int32Array,
  anchor: number,
  most: number,
  guard: number,
): number[] {
  const label = labels[anchor];
  let nearestPositive = Infinity;
  for (let i = 0; i < distances.length; i++) {
    if (labels[i] === label && i !== anchor && distances[i]! < nearestPositive) {
      nearestPositive = distances[i]!;
    }
  }
  const least = guard === 0 || nearestPositive === Infinity ? -Infinity : guard * nearestPositive;
  const found: number[] = [];
  for (let i = 0; i < distances.length; i++) {
    const value = distances[i]!;
    if (labels[i] === label || value < least) continue;
    if (found.length === most && value >= distances[found[most - 1]!]!) continue;
    let place = Math.min(found.length, most - 1);
    for (; place > 0 && distances[found[place - 1]!]! > value; place--) {
      found[place] = found[place - 1]!;
    }
    found[place] = i;
  }
  return found;
}

/** Throws for a guard where distances may be negative: a share of them says nothing. */
export function checkGuard(where: string, distance: Distance, guard: number): void {
  if (guard === 0 || !distance.inverted || distance.search?.metric === 'cosine') return;
  throw new MetricLearningError({
    where,
    expected: 'a distance, or cosineSimilarity(), for a guard',
    got: `${distance.name}()`,
    fix: 'Pass guard: 0, and leave out the nearest with skip.',
  });
}

function checkAnchors(anchors: Int32Array, total: number): void {
  const wrong = anchors.find((anchor) => anchor < 0 || anchor >= total);
  if (wrong === undefined) return;
  throw new MetricLearningError({
    where,
    expected: `anchors to be indices of embeddings, from 0 to ${total - 1}`,
    got: `${wrong}`,
  });
}
