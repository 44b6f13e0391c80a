import { callback, wholeNumber } from '../internal/optionKinds.ts';
import { type OptionTable, optional, readOptions, required } from '../internal/readOptions.ts';
import type { Random } from '../random/createRandom.ts';
import type { LabelRelation } from '../tuples/pairsByRelation.ts';
import { checkDraw } from './checkDraw.ts';
import { checkEpoch, checkWholeGroups } from './checkGroups.ts';
import { rounds } from './rounds.ts';
import type { BatchSampler } from './sampler.ts';

export interface RelationSamplerOptions {
  /** Whether two labels are similar: any relation, such as `(a, b) => Math.abs(a - b) <= 1`. */
  matches: LabelRelation;
  /** The number of examples in a group: one, and others whose label matches its label. 2 to 8; 4 is common. */
  m: number;
  /** The number of examples in an epoch, rounded down to whole batches. Default: the size of the data set. */
  length?: number;
}

export const relationSamplerOptions: OptionTable<RelationSamplerOptions, 'length'> = {
  matches: required(callback('(label, other) => boolean')),
  m: required(wholeNumber(1)),
  length: optional(wholeNumber(1)),
};

const where = 'relationSampler';

/**
 * Batches for any relation between labels: groups of a random example and up to `m - 1` random others that match it.
 *
 * The examples that groups begin with come in rounds, so that each example begins a group before any does twice, and an
 * example is in a batch once. A group is smaller where too few examples match; further groups then fill the batch. For
 * labels that are sets `labelSetSampler` is faster: this sampler asks `matches` for a few hundred pairs a group.
 *
 * @throws MetricLearningError if an option is unknown, missing or out of its range; at use if `batchSize` is no multiple of
 * `m` or exceeds the length of an epoch or the number of examples.
 * @example
 * const matches = (a, b) => Math.abs(a - b) <= 1; // ratings: neighbors are similar
 * model.compile({ optimizer: 'adam', loss: relationLoss(supConLoss(), { matches }) });
 * await model.fit({ examples, labels }, { sampler: relationSampler({ matches, m: 4 }), batchSize: 32 });
 */
export function relationSampler(options: RelationSamplerOptions): BatchSampler {
  const { matches, m, length: given } = readOptions(where, relationSamplerOptions, options);
  return {
    kind: 'batches',
    name: where,
    defaultBatchSize: () => m * Math.max(1, Math.floor(32 / m)),
    sample(labels, random, batchSize) {
      checkDraw(where, labels, random);
      const length = given ?? labels.length;
      checkWholeGroups(where, m, batchSize);
      checkEpoch(where, Math.min(length, labels.length), batchSize);
      const next = rounds(labels.length, random);
      return Array.from({ length: Math.floor(length / batchSize) }, () =>
        drawBatch(labels, matches, m, batchSize, next, random),
      );
    },
  };
}

function drawBatch(
  labels: Int32Array,
  matches: LabelRelation,
  m: number,
  batchSize: number,
  next: () => number,
  random: Random,
): Int32Array {
  const batch = new Set<number>();
  while (batch.size < batchSize) {
    const seed = next();
    if (batch.has(seed)) continue;
    batch.add(seed);
    const most = Math.min(batchSize, batch.size + m - 1);
    for (const other of inRandomOrder(labels.length, random)) {
      if (batch.size === most) break;
      if (!batch.has(other) && matches(labels[seed]!, labels[other]!)) batch.add(other);
    }
  }
  return Int32Array.from(batch);
}

/** The numbers below `count`, each once, in an order that takes no memory: steps of a size that shares no factor with it. */
function* inRandomOrder(count: number, random: Random): Generator<number, void, void> {
  let step = 1 + random.integer(count);
  while (greatestCommonDivisor(step, count) > 1) step = 1 + random.integer(count);
  let at = random.integer(count);
  for (let i = 0; i < count; i++) {
    yield at;
    at = (at + step) % count;
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
