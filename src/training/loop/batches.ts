import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { show } from '../../internal/checks.ts';
import type { Random } from '../../random/createRandom.ts';
import type { Sampler } from '../../samplers/sampler.ts';
import type { Triplets } from '../../tuples/tuples.ts';

/** What one training step looks at. */
export interface Batch {
  /** Positions in the data set. A batch of t triplets lists its t anchors, then its positives, then its negatives. */
  readonly indices: Int32Array;
  /** The class ids of these examples. */
  readonly labels: Int32Array;
  /** Triplets of positions within the batch, when a sampler made them. */
  readonly triplets: Triplets | undefined;
  /** How much the batch weighs in an epoch's mean: its triplets, or its examples where a miner makes the tuples. */
  readonly weight: number;
}

/**
 * The batches of one epoch. Triplets are shuffled; the last batch is smaller if it is not full.
 *
 * @throws MetricLearningError if the sampler gives nothing, or an index that is none of the data set.
 */
export function epochBatches(
  sampler: Sampler,
  labels: Int32Array,
  random: Random,
  batchSize: number,
): Batch[] {
  if (sampler.kind === 'batches') {
    const drawn = sampler.sample(labels, random.fork('sampler'), batchSize);
    if (!Array.isArray(drawn) || drawn.length === 0) throw badSample(sampler, drawn);
    return drawn.map((list) => {
      const indices = checkIndices(sampler, list, labels.length);
      return batchOf(indices, labels, undefined, indices.length);
    });
  }
  const triplets = sampler.sample(labels, random.fork('sampler'));
  const check = (list: Int32Array): Int32Array => checkIndices(sampler, list, labels.length);
  const drawn = {
    anchor: check(triplets?.anchor),
    positive: check(triplets?.positive),
    negative: check(triplets?.negative),
  };
  const [{ length }, ...others] = [drawn.anchor, drawn.positive, drawn.negative];
  if (others.some((list) => list.length !== length)) throw badSample(sampler, triplets);
  const order = Int32Array.from(drawn.anchor, (_, t) => t);
  random.fork('order').shuffle(order);
  return Array.from({ length: Math.ceil(order.length / batchSize) }, (_, b) =>
    tripletBatch(drawn, order.subarray(b * batchSize, (b + 1) * batchSize), labels),
  );
}

/** A list of indices of the data set, which a sampler of the caller's own may give as any array. */
function checkIndices(sampler: Sampler, list: ArrayLike<number>, count: number): Int32Array {
  if (!(list?.length > 0)) throw badSample(sampler, list);
  const indices = list instanceof Int32Array ? list : Int32Array.from(list);
  const wrong = indices.findIndex((index, i) => index !== list[i] || index < 0 || index >= count);
  if (wrong < 0) return indices;
  throw new MetricLearningError({
    where: sampler.name,
    expected: `indices from 0 to ${count - 1} (${count} examples)`,
    got: `${show(list[wrong])}`,
  });
}

function badSample({ name, kind }: Sampler, got: unknown): MetricLearningError {
  const wanted = {
    batches: 'at least one batch, and each batch a list of at least one index of an example',
    triplets: 'at least one triplet: { anchor, positive, negative }, lists of equal length',
  };
  return new MetricLearningError({
    where: name,
    expected: `sample to return ${wanted[kind]}`,
    got: show(got),
  });
}

function tripletBatch(drawn: Triplets, chosen: Int32Array, labels: Int32Array): Batch {
  const count = chosen.length;
  const indices = new Int32Array(3 * count);
  chosen.forEach((t, i) => {
    indices[i] = drawn.anchor[t]!;
    indices[count + i] = drawn.positive[t]!;
    indices[2 * count + i] = drawn.negative[t]!;
  });
  const from = (start: number): Int32Array => Int32Array.from(chosen, (_, i) => start + i);
  const triplets = { anchor: from(0), positive: from(count), negative: from(2 * count) };
  return batchOf(indices, labels, triplets, count);
}

function batchOf(
  indices: Int32Array,
  labels: Int32Array,
  triplets: Triplets | undefined,
  weight: number,
): Batch {
  return { indices, labels: indices.map((index) => labels[index]!), triplets, weight };
}

/** The triplets of all batches, as positions in the data set. */
export function tripletsOf(batches: readonly Batch[]): Triplets {
  const list = (name: keyof Triplets): Int32Array =>
    Int32Array.from(
      batches.flatMap(({ indices, triplets }) =>
        Array.from(triplets?.[name] ?? [], (row) => indices[row]!),
      ),
    );
  return { anchor: list('anchor'), positive: list('positive'), negative: list('negative') };
}
