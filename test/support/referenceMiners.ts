import { dispose, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import type { Distance } from '../../src/distances/distance.ts';
import { angularMiner } from '../../src/miners/angularMiner.ts';
import { batchEasyHardMiner } from '../../src/miners/batchEasyHardMiner.ts';
import { batchHardMiner } from '../../src/miners/batchHardMiner.ts';
import { distanceWeightedMiner } from '../../src/miners/distanceWeightedMiner.ts';
import { embeddingsAlreadyPackagedAsTriplets } from '../../src/miners/embeddingsAlreadyPackagedAsTriplets.ts';
import { type HdcMiner, hdcMiner } from '../../src/miners/hdcMiner.ts';
import type { Miner } from '../../src/miners/miner.ts';
import { multiSimilarityMiner } from '../../src/miners/multiSimilarityMiner.ts';
import { pairMarginMiner } from '../../src/miners/pairMarginMiner.ts';
import { tripletMarginMiner } from '../../src/miners/tripletMarginMiner.ts';
import { uniformHistogramMiner } from '../../src/miners/uniformHistogramMiner.ts';
import type { Reference } from '../../src/tuples/reference.ts';
import type { Tuples } from '../../src/tuples/tuples.ts';
import { tuplesOf } from '../reference/checks/tuples.ts';
import { type DistanceSpec, distanceOf } from './referenceDistances.ts';

/** A case of `miners.json`. */
export interface MinerCase {
  id: string;
  miner: string;
  params: Record<string, unknown>;
  distance?: DistanceSpec;
  distance_given?: boolean;
  stochastic?: boolean;
  embeddings?: number[][];
  labels?: number[];
  ref_emb?: number[][];
  ref_labels?: number[];
  external_indices_tuple?: number[][];
  quirk?: unknown;
  expected: {
    error?: object;
    form?: 'triplets' | 'pairs' | 'negative_weights' | 'histogram';
    triplets?: number[][];
    pos_pairs?: number[][];
    neg_pairs?: number[][];
    weights?: number[][];
    num_triplets?: number;
    pos?: HistogramSide;
    neg?: HistogramSide;
  };
}

export interface HistogramSide {
  bin_edges: number[];
  pairs_per_bin: number[][][];
  non_empty_bins: number;
  num_sampled: number;
}

type Options = Record<string, unknown>;
type Make = (options: Options, distance: Distance | undefined) => Miner;

/** The reference's name of each miner, and how it is made from the reference's options. */
const makers: Record<string, Make> = {
  AngularMiner: ({ angle }) => angularMiner(given({ angleDegrees: angle })),
  BatchEasyHardMiner: (o, distance) =>
    batchEasyHardMiner(
      given({
        posStrategy: o['pos_strategy'],
        negStrategy: o['neg_strategy'],
        allowedPosRange: o['allowed_pos_range'],
        allowedNegRange: o['allowed_neg_range'],
        distance,
      }),
    ),
  BatchHardMiner: (_, distance) => batchHardMiner(given({ distance })),
  DistanceWeightedMiner: (o) =>
    distanceWeightedMiner(
      given({ cutoff: o['cutoff'], nonzeroLossCutoff: o['nonzero_loss_cutoff'] }),
    ),
  EmbeddingsAlreadyPackagedAsTriplets: () => embeddingsAlreadyPackagedAsTriplets(),
  HDCMiner: (o, distance) => hdcMiner(given({ filterFraction: o['filter_percentage'], distance })),
  MultiSimilarityMiner: ({ epsilon }, distance) =>
    multiSimilarityMiner(given({ epsilon, distance })),
  PairMarginMiner: (o, distance) =>
    pairMarginMiner(given({ posMargin: o['pos_margin'], negMargin: o['neg_margin'], distance })),
  TripletMarginMiner: (o, distance) =>
    tripletMarginMiner(
      given({ margin: o['margin'], typeOfTriplets: o['type_of_triplets'], distance }),
    ),
  UniformHistogramMiner: (o, distance) =>
    uniformHistogramMiner(
      given({
        numBins: o['num_bins'],
        posPerBin: o['pos_per_bin'],
        negPerBin: o['neg_per_bin'],
        distance,
      }),
    ),
};

/** The miner that the reference calls `name`. */
export function minerOf(name: string, options: Options, distance?: DistanceSpec): Miner {
  const make = makers[name];
  if (make === undefined) throw new Error(`no miner for ${name}`);
  return make(options, distance && distanceOf(distance));
}

/** Mines the case's batch. */
export function mineCase(c: MinerCase): Tuples {
  const miner = minerOf(c.miner, c.params, c.distance);
  return withBatch(c, (embeddings, labels, reference) => {
    if (c.external_indices_tuple === undefined)
      return miner.mine(embeddings, labels, { reference });
    const tuples = tuplesOf(c.external_indices_tuple);
    return (miner as HdcMiner).filter(embeddings, labels, tuples, { reference });
  });
}

/** Runs `body` with the case's batch and reference set, and frees them. */
export function withBatch<T>(
  c: MinerCase,
  body: (embeddings: Tensor2D, labels: number[], reference: Reference | undefined) => T,
): T {
  const embeddings = tensor2d(c.embeddings ?? [[]]);
  const reference = c.ref_emb && {
    embeddings: tensor2d(c.ref_emb),
    labels: Int32Array.from(c.ref_labels ?? []),
  };
  try {
    return body(embeddings, c.labels ?? [], reference);
  } finally {
    dispose([embeddings, reference?.embeddings ?? []]);
  }
}

/** Tuples as sorted lists of indices: what does not depend on the order in which they were found. */
export function sortedTuples(
  tuples: Tuples,
): { triplets: number[][] } | { pos: number[][]; neg: number[][] } {
  const rows = (...columns: Int32Array[]): number[][] =>
    Array.from(columns[0] as Int32Array, (_, i) =>
      columns.map((column) => column[i] as number),
    ).sort((a, b) => a.map((value, k) => value - (b[k] as number)).find((d) => d !== 0) ?? 0);
  return 'anchor' in tuples
    ? { triplets: rows(tuples.anchor, tuples.positive, tuples.negative) }
    : {
        pos: rows(tuples.positiveAnchor, tuples.positive),
        neg: rows(tuples.negativeAnchor, tuples.negative),
      };
}

/** The options that are given, the reference's null being none; the miners check their values themselves. */
function given(options: Options): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value != null));
}

/** How many of the pairs are members of each bin; a pair of no bin fails the count of all. */
export function drawsPerBin(bins: number[][][], anchor: Int32Array, other: Int32Array): number[] {
  const binOf = new Map(bins.flatMap((bin, i) => bin.map((pair) => [pair.join(), i] as const)));
  const draws = bins.map(() => 0);
  anchor.forEach((a, i) => {
    const bin = binOf.get(`${a},${other[i]}`);
    if (bin === undefined) throw new Error(`pair ${a},${other[i]} is in none of the bins`);
    draws[bin] = (draws[bin] as number) + 1;
  });
  return draws;
}
