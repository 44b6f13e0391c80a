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
import type { LossPart } from '../../reducers/reducer.ts';
import type { Weighting } from '../../reducers/weighting.ts';
import { tripletsOf } from '../../tuples/allTriplets.ts';
import { type Partners, tripletCount } from '../../tuples/internal/partners.ts';
import type { Triplets } from '../../tuples/tuples.ts';
import { type TripletSum, tripletSum } from './tripletSum.ts';

/** What triplets are made of, on the tape; see `TripletNumbers`. */
export interface TripletTerms {
  readonly name: string;
  /** What each positive pair adds to the loss of a triplet, [batch, candidates]. */
  readonly positive: Tensor2D;
  /** What each negative pair adds, [batch, candidates]. */
  readonly negative: Tensor2D;
  /** What each pair of positive and negative would add in its place, where that is more, [candidates, candidates]. */
  readonly swapped?: Tensor2D;
  readonly smooth?: boolean;
  readonly divisor?: number;
}

/**
 * A loss over triplets as a part: over a list of them, or over all that partners stand for. The latter is summed
 * without their list, unless a reducer asks for the single values.
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
        const slopes = [sum.positive, sum.negative, sum.swapped];
        const shapes = inputs.map((input) => input.shape);
        return {
          value: scalar(sum.value),
          gradient: (dy) =>
            shapes.map((shape, i) => mul(dy, tensor2d(slopes[i] as Float32Array, shape))),
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
