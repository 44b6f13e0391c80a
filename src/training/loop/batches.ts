import type { Random } from '../../random/createRandom.ts';
import type { BatchSampler, TripletSampler } from '../../samplers/sampler.ts';
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

/** The batches of one epoch. Triplets are shuffled; the last batch is smaller if it is not full. */
export function epochBatches(
  sampler: TripletSampler | BatchSampler,
  labels: Int32Array,
  random: Random,
  batchSize: number,
): Batch[] {
  if (sampler.kind === 'batches') {
    return sampler
      .sample(labels, random.fork('sampler'), batchSize)
      .map((indices) => batchOf(indices, labels, undefined, indices.length));
  }
  const drawn = sampler.sample(labels, random.fork('sampler'));
  const order = Int32Array.from(drawn.anchor, (_, t) => t);
  random.fork('order').shuffle(order);
  return Array.from({ length: Math.ceil(order.length / batchSize) }, (_, b) =>
    tripletBatch(drawn, order.subarray(b * batchSize, (b + 1) * batchSize), labels),
  );
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
