import {
  add,
  maximum,
  mul,
  relu,
  type Scalar,
  scalar,
  softplus,
  type Tensor1D,
  type Tensor2D,
  tensor2d,
} from '@tensorflow/tfjs-core';
import { pick } from '../../ops/pick.ts';
import { canReadNow, readNow } from '../../ops/readNow.ts';
import { withGradient } from '../../ops/withGradient.ts';
import { batchRandom } from '../../random/batchRandom.ts';
import type { LossPart } from '../../reducers/reducer.ts';
import type { Weighting } from '../../reducers/weighting.ts';
import { tripletsOf } from '../../tuples/allTriplets.ts';
import {
  type Partners,
  partnersFromLabels,
  partnersFromPairs,
  tripletCount,
} from '../../tuples/internal/partners.ts';
import { randomTriplets } from '../../tuples/internal/randomTriplets.ts';
import type { Triplets } from '../../tuples/tuples.ts';
import type { LossBatch } from '../lossBatch.ts';
import { type TripletSum, tripletSum } from './tripletSum.ts';

/**
 * The triplets of a batch: the list that was given as tuples, or the partners of each anchor, which stand for all its
 * triplets; with `perAnchor` a list of so many random triplets of each anchor, which seed and batch determine.
 */
export function tripletsOfBatch(
  batch: LossBatch,
  perAnchor: number | 'all' = 'all',
  seed = 0,
): Triplets | Partners {
  if (batch.tuples !== undefined) {
    if ('anchor' in batch.tuples) return batch.tuples;
    return partnersFromPairs(batch.tuples, batch.embeddings.shape[0]);
  }
  const { labels, candidateLabels, reference } = batch;
  const partners = partnersFromLabels(
    labels as Int32Array,
    reference && (candidateLabels as Int32Array),
  );
  if (perAnchor === 'all') return partners;
  // A backend that cannot read at once draws the same for all batches with the same labels.
  const drawnFrom = canReadNow()
    ? readNow('tripletsPerAnchor', batch.embeddings)
    : partners.positives.items;
  return randomTriplets(partners, perAnchor, batchRandom(seed, drawnFrom));
}

/** Whether there is not one triplet. */
export function noTriplet(triplets: Triplets | Partners): boolean {
  if ('anchor' in triplets) return triplets.anchor.length === 0;
  const { positives, negatives } = triplets;
  for (let i = 0; i + 1 < positives.starts.length; i++) {
    if (
      positives.starts[i]! < positives.starts[i + 1]! &&
      negatives.starts[i]! < negatives.starts[i + 1]!
    ) {
      return false;
    }
  }
  return true;
}

/** The terms of triplets on the gradient tape; see `TripletNumbers`. */
export interface TripletTerms {
  /** The name of the part. */
  readonly name: string;
  /** The term of each positive pair, [batch, candidates]. */
  readonly positive: Tensor2D;
  /** The term of each negative pair, [batch, candidates]. */
  readonly negative: Tensor2D;
  /** The term of each pair of positive and negative, which replaces a smaller term of the negative pair, [candidates, candidates]. */
  readonly swapped?: Tensor2D;
  readonly smooth?: boolean;
  readonly divisor?: number;
}

/**
 * The part of a loss over triplets: a list of triplets, or all that the partners stand for.
 *
 * The triplets of partners are summed without their list, unless a reducer asks for the loss of each triplet.
 */
export function tripletPart(terms: TripletTerms, tuples: Triplets | Partners): LossPart {
  if ('anchor' in tuples) return listedPart(terms, tuples);
  const { name, divisor } = terms;
  let listed: LossPart | undefined;
  const list = (): LossPart => {
    listed ??= listedPart(terms, tripletsOf(tuples));
    return listed;
  };
  if (!canReadNow()) return list();
  const { positive, negative, swapped, smooth = false } = terms;
  const inputs = swapped === undefined ? [positive, negative] : [positive, negative, swapped];
  const sumUp = (weighting: Weighting, labels: Int32Array | null): TripletSum =>
    tripletSum(
      {
        partners: tuples,
        candidates: positive.shape[1],
        positive: readNow(weighting.name, positive),
        negative: readNow(weighting.name, negative),
        ...(swapped && { swapped: readNow(weighting.name, swapped) }),
        smooth,
        ...(divisor !== undefined && { divisor }),
      },
      weighting,
      labels,
    );
  let active: number | undefined;
  return {
    name,
    kind: 'triplets',
    ...(divisor !== undefined && { divisor }),
    get values() {
      return list().values;
    },
    get anchors() {
      return list().anchors as Int32Array;
    },
    tally() {
      active ??= sumUp(activeOnes, null).counted;
      return { all: tripletCount(tuples), active };
    },
    weightedSum: (weighting, labels) =>
      withGradient<Scalar>(inputs, () => {
        const sum = sumUp(weighting, labels);
        if (countsActive(weighting)) active = sum.counted;
        const gradients = [sum.positive, sum.negative, sum.swapped];
        const shapes = inputs.map((input) => input.shape);
        return {
          value: scalar(sum.value),
          gradient: (dy) => shapes.map((shape, i) => mul(dy, tensor2d(gradients[i]!, shape))),
        };
      }),
  };
}

const activeOnes: Weighting = { name: 'tally', above: 0, divideBy: 'one' };

function countsActive({ above, below }: Weighting): boolean {
  return above === 0 && below === undefined;
}

function listedPart(terms: TripletTerms, { anchor, positive, negative }: Triplets): LossPart {
  const { name, swapped, smooth = false, divisor } = terms;
  const near = pick(terms.positive, anchor, positive);
  let far = pick(terms.negative, anchor, negative);
  if (swapped) far = maximum(far, pick(swapped, positive, negative));
  const excess = add<Tensor1D>(near, far);
  const values = smooth ? softplus(excess) : relu(excess);
  const part = { name, kind: 'triplets', values, anchors: anchor } as const;
  return divisor === undefined ? part : { ...part, divisor };
}
