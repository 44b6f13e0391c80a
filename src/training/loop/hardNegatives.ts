import type { OpenDataset } from '../../data/openDataset.ts';
import type { Distance } from '../../distances/distance.ts';
import { wholeNumber } from '../../internal/optionKinds.ts';
import { type OptionTable, type OptionValues, preset } from '../../internal/readOptions.ts';
import {
  type HardNegativeOptions,
  hardNegativeOptions,
  mineHardNegatives,
} from '../../miners/mineHardNegatives.ts';
import { embedSource } from '../../networks/embedExamples.ts';
import type { ForwardPass } from '../../networks/forwardPass.ts';
import type { Random } from '../../random/createRandom.ts';
import type { StoredTensor } from '../checkpoints/checkpointFile.ts';
import type { Batch } from './batches.ts';

export interface FitHardNegativesOptions extends HardNegativeOptions {
  /** Steps between two minings; an epoch begins with one. Each mining embeds the whole training set. Default 100. */
  every?: number;
}

export const fitHardNegativesOptions: OptionTable<FitHardNegativesOptions> = {
  every: preset(100, wholeNumber(1)),
  ...hardNegativeOptions,
};

/** Hard negatives of the anchors of the next steps, from the whole training set. */
export interface HardNegativeSource {
  /** Steps between two minings. */
  readonly every: number;
  /** Embeds the set as the network is now, and keeps the hard negatives of all anchors of these batches. */
  mine(set: OpenDataset, batches: readonly Batch[]): Promise<void>;
  /** A batch with a hard negative of each anchor: in place of the negative of a triplet, or beside the examples. */
  put(batch: Batch, labels: Int32Array, random: Random): Batch;
  /** What was mined last, for a checkpoint. */
  state(): StoredTensor[];
  restore(stored: readonly StoredTensor[]): void;
}

/** Mines with a network in inference mode, by the distance of its loss. */
export function hardNegativeSource(
  { every, count, skip, guard }: OptionValues<typeof fitHardNegativesOptions>,
  forward: ForwardPass,
  distance: Distance,
): HardNegativeSource {
  let mined = new Map<number, Int32Array>();
  const put: HardNegativeSource['put'] = (batch, labels, random) => {
    const draw = (anchor: number): number | undefined => {
      const hard = mined.get(anchor);
      return hard?.[random.integer(hard.length)];
    };
    return batch.triplets === undefined
      ? besideExamples(batch, labels, draw)
      : inTriplets(batch, labels, draw);
  };

  return {
    every,
    put,
    async mine({ source, labels }, batches) {
      const anchors = Int32Array.from(new Set(batches.flatMap(anchorsOf)));
      const embeddings = await embedSource(forward, source);
      try {
        const options = { anchors, count, skip, guard, distance };
        const { indices } = await mineHardNegatives(embeddings, labels, options);
        mined = listsOf(anchors, indices);
      } finally {
        embeddings.dispose();
      }
    },
    state() {
      const anchors = Int32Array.from(mined.keys());
      const indices = new Int32Array(anchors.length * count).fill(-1);
      anchors.forEach((anchor, i) => {
        indices.set(mined.get(anchor)!, i * count);
      });
      const stored = (name: string, values: Int32Array): StoredTensor => ({
        name: `hard ${name}`,
        shape: [values.length],
        dtype: 'int32',
        values,
      });
      return [stored('anchors', anchors), stored('negatives', indices)];
    },
    restore(stored) {
      const valuesOf = (name: string): Int32Array =>
        Int32Array.from(stored.find((one) => one.name === `hard ${name}`)?.values ?? []);
      mined = listsOf(valuesOf('anchors'), valuesOf('negatives'));
    },
  };
}

/** The lists of anchors that have a hard negative. */
function listsOf(anchors: Int32Array, indices: Int32Array): Map<number, Int32Array> {
  const count = indices.length / anchors.length;
  const lists = [...anchors].map((anchor, i): [number, Int32Array] => {
    const row = indices.slice(i * count, (i + 1) * count);
    return [anchor, row.filter((index) => index >= 0)];
  });
  return new Map(lists.filter(([, list]) => list.length > 0));
}

/** The data set's indices of the anchors of a batch: all of its examples where it has no triplets. */
function anchorsOf({ indices, triplets }: Batch): number[] {
  return triplets ? Array.from(triplets.anchor, (row) => indices[row]!) : [...indices];
}

function inTriplets(
  batch: Batch,
  labels: Int32Array,
  draw: (anchor: number) => number | undefined,
): Batch {
  const { anchor, negative } = batch.triplets!;
  const indices = batch.indices.slice();
  anchor.forEach((row, i) => {
    const hard = draw(indices[row]!);
    if (hard !== undefined) indices[negative[i]!] = hard;
  });
  return { ...batch, indices, labels: indices.map((index) => labels[index]!) };
}

function besideExamples(
  batch: Batch,
  labels: Int32Array,
  draw: (anchor: number) => number | undefined,
): Batch {
  const all = new Set(batch.indices);
  for (const anchor of batch.indices) {
    const hard = draw(anchor);
    if (hard !== undefined) all.add(hard);
  }
  const repeated = batch.indices.length - new Set(batch.indices).size;
  const added = [...all].slice(batch.indices.length - repeated);
  const indices = Int32Array.of(...batch.indices, ...added);
  return {
    ...batch,
    indices,
    labels: indices.map((index) => labels[index]!),
    weight: indices.length,
  };
}
