import {
  add,
  mul,
  relu,
  reshape,
  type Tensor1D,
  type Tensor2D,
  tensor1d,
  type Variable,
  variable,
} from '@tensorflow/tfjs-core';
import { howMuchFarther } from '../../distances/compareDistances.ts';
import type { Distance } from '../../distances/distance.ts';
import { lpDistance } from '../../distances/lpDistance.ts';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { checkBackend } from '../../internal/checkBackend.ts';
import {
  seed as anyWholeNumber,
  either,
  finite,
  flag,
  listOf,
  nonNegative,
  oneOf,
  part,
  wholeNumber,
} from '../../internal/optionKinds.ts';
import {
  made,
  type OptionTable,
  type OptionValues,
  optional,
  preset,
  readOptions,
} from '../../internal/readOptions.ts';
import { pickRows } from '../../ops/pickRows.ts';
import { readNow } from '../../ops/readNow.ts';
import { divisorReducer } from '../../reducers/divisorReducer.ts';
import type { LossPart } from '../../reducers/reducer.ts';
import type { Partners } from '../../tuples/internal/partners.ts';
import type { Triplets } from '../../tuples/tuples.ts';
import { defineLoss } from '../defineLoss.ts';
import { distanceKind, lossRules } from '../internal/lossOptionRules.ts';
import { noTriplet, tripletPart, tripletsOfBatch } from '../internal/tripletPart.ts';
import type { Loss } from '../loss.ts';
import type { LossBatch } from '../lossBatch.ts';
import {
  defineParametricLoss,
  type ParametricLoss,
  type ParametricLossOptions,
} from '../parametricLoss.ts';

export interface MarginLossOptions extends ParametricLossOptions {
  /** What the loss measures between two embeddings. Default: `lpDistance()`, Euclidean between unit vectors. */
  distance?: Distance;
  /** Positives are drawn nearer than beta - margin, negatives pushed farther than beta + margin. Default 0.2. */
  margin?: number;
  /**
   * The boundary between near and far, in units of `distance`: one number, or a list with one number for each class.
   * 0.6 to 1.2 with the default distance. Default 1.2.
   */
  beta?: number | ArrayLike<number>;
  /** Learns the boundary: `beta` is then a parameter. Default false. */
  learnBeta?: boolean;
  /** The number of classes, each with its own boundary; labels go from 0 to `classes - 1`. Default: one boundary for all. */
  classes?: number;
  /** The coefficient of the penalty on a learned boundary: `nu * beta` is added to the loss. Default 0. */
  nu?: number;
  /** The number of random triplets of each anchor, when no tuples are given. Default 'all'. */
  tripletsPerAnchor?: number | 'all';
  /**
   * Determines the random triplets of `tripletsPerAnchor`, together with the batch: the same seed and batch give the
   * same triplets. Default 0.
   */
  seed?: number;
}

export const marginLossOptions: OptionTable<
  MarginLossOptions,
  'classes' | 'regularizer' | 'parameterRegularizer'
> = {
  distance: made(() => lpDistance(), distanceKind),
  margin: preset(0.2, nonNegative),
  beta: preset(1.2, either(finite, listOf(finite))),
  learnBeta: preset(false, flag),
  classes: optional(wholeNumber(1)),
  nu: preset(0, finite),
  tripletsPerAnchor: preset('all', either(wholeNumber(1), oneOf('all'))),
  seed: preset(0, anyWholeNumber),
  parameterRegularizer: optional(part('lpRegularizer()', 'compute')),
  parameterRegularizerCoefficient: preset(1, finite),
  ...lossRules(() => divisorReducer()),
};

/**
 * Margin loss: `max(0, d_ap - beta + margin) + max(0, beta - d_an + margin)` for each triplet, with a boundary beta
 * between near and far: one for all classes or one for each, constant or learned.
 *
 * The part `margin` has one loss for each triplet; with `learnBeta` the part `beta` has the penalties on the boundaries.
 * The default reducer divides the sum of each part by the number of terms above 0 in `margin`. With `learnBeta` the
 * loss has the parameter `beta`. The paper chooses the triplets with `distanceWeightedMiner`.
 *
 * @throws MetricLearningError if an option is unknown or out of its range, `beta` has not one number for each class, and
 * in `compute` for a label that is no such class.
 * @example
 * const loss = marginLoss({ learnBeta: true });
 * const tuples = distanceWeightedMiner().mine(embeddings, labels);
 * const value = loss.compute(embeddings, labels, { tuples });
 * @see Wu et al.: Sampling Matters in Deep Embedding Learning, ICCV 2017. https://arxiv.org/abs/1706.07567
 */
export function marginLoss(options: MarginLossOptions & { learnBeta: true }): ParametricLoss;
export function marginLoss(options?: MarginLossOptions): Loss;
export function marginLoss(options: MarginLossOptions = {}): Loss | ParametricLoss {
  const values = readOptions('marginLoss', marginLossOptions, options);
  const { margin, nu, learnBeta, distance, tripletsPerAnchor, seed } = values;
  const betas = betasOf(values);
  const perClass = betas.length > 1 || values.classes !== undefined;

  const parts = (batch: LossBatch, beta: Tensor1D): LossPart[] => {
    const triplets = tripletsOfBatch(batch, tripletsPerAnchor, seed);
    if (noTriplet(triplets)) return [];
    const boundary = perClass ? ofAnchors(beta, batch.labels, betas.length) : beta;
    const d = distance.matrix(batch.embeddings, batch.reference);
    const positive = relu<Tensor2D>(add(howMuchFarther(distance, d, boundary), margin));
    const negative = relu<Tensor2D>(add(howMuchFarther(distance, boundary, d), margin));
    const [near, far] = [readNow('marginLoss', positive), readNow('marginLoss', negative)];
    const divisor = activeTerms(triplets, near, far, batch.candidates);
    const main = tripletPart({ name: 'margin', positive, negative, divisor }, triplets);
    if (!learnBeta) return [main];

    const penalty = mul(boundary, nu);
    if (!perClass) return [main, { name: 'beta', kind: 'reduced', values: reshape(penalty, []) }];
    const counts = tensor1d(tripletsOfAnchors(triplets, batch.embeddings.shape[0]));
    const penalties = reshape(penalty, [penalty.size]);
    return [main, { name: 'beta', kind: 'elements', values: penalties, counts, divisor }];
  };

  const spec = {
    name: 'marginLoss',
    accepts: {
      labels: 'or tuples',
      tuples: 'tuples',
      reference: 'optional',
      classes: true,
    },
    distance,
    options: values,
  } as const;
  if (!learnBeta) {
    return defineLoss({ ...spec, parts: (batch) => parts(batch, tensor1d(betas)) });
  }
  checkBackend('marginLoss');
  const beta = variableOf(betas);
  return defineParametricLoss({
    ...spec,
    variables: { beta },
    parameterRows: () => reshape(beta, [beta.size, 1]),
    parts: (batch) => parts(batch, beta as Variable & Tensor1D),
  });
}

function variableOf(values: number[]): Variable {
  const initial = tensor1d(values);
  const made = variable(initial);
  initial.dispose();
  return made;
}

/** The boundary of each anchor's class, [batch, 1]. */
function ofAnchors(beta: Tensor1D, labels: Int32Array | null, classes: number): Tensor2D {
  const bad = labels?.find((label) => label < 0 || label >= classes);
  if (labels === null || bad !== undefined) {
    throw new MetricLearningError({
      where: 'marginLoss',
      expected: `labels from 0 to ${classes - 1}, as each class has its beta`,
      got: labels === null ? 'none' : `${bad}`,
    });
  }
  return pickRows(reshape(beta, [classes, 1]), labels);
}

function betasOf({ beta, classes }: OptionValues<typeof marginLossOptions>): number[] {
  const betas =
    typeof beta === 'number' ? Array<number>(classes ?? 1).fill(beta) : Array.from(beta);
  if (classes === undefined || classes === betas.length) return betas;
  throw new MetricLearningError({
    where: 'marginLoss',
    expected: `one beta, or one for each class (${classes})`,
    got: `${betas.length}`,
  });
}

/** The number of triplets of each anchor. */
function tripletsOfAnchors(triplets: Triplets | Partners, anchors: number): Float32Array {
  const counts = new Float32Array(anchors);
  if ('anchor' in triplets) {
    for (const anchor of triplets.anchor) counts[anchor] = counts[anchor]! + 1;
    return counts;
  }
  const [p, n] = [triplets.positives.starts, triplets.negatives.starts];
  return counts.map((_, a) => lengthAt(p, a) * lengthAt(n, a));
}

/** The number of terms above 0 in all triplets, whose terms are `positive[a, p]` and `negative[a, n]`. */
function activeTerms(
  triplets: Triplets | Partners,
  positive: Float32Array,
  negative: Float32Array,
  candidates: number,
): number {
  const active = (terms: Float32Array, anchor: number, partner: number): number =>
    terms[anchor * candidates + partner]! > 0 ? 1 : 0;
  let count = 0;
  if ('anchor' in triplets) {
    triplets.anchor.forEach((a, i) => {
      count += active(positive, a, triplets.positive[i]!);
      count += active(negative, a, triplets.negative[i]!);
    });
    return count;
  }
  const { positives, negatives } = triplets;
  for (let a = 0; a + 1 < positives.starts.length; a++) {
    // each positive is in as many triplets as the anchor has negatives, and the other way round
    const [ofPositive, ofNegative] = [lengthAt(negatives.starts, a), lengthAt(positives.starts, a)];
    for (let i = positives.starts[a]!; i < positives.starts[a + 1]!; i++) {
      count += ofPositive * active(positive, a, positives.items[i]!);
    }
    for (let i = negatives.starts[a]!; i < negatives.starts[a + 1]!; i++) {
      count += ofNegative * active(negative, a, negatives.items[i]!);
    }
  }
  return count;
}

function lengthAt(starts: Int32Array, i: number): number {
  return starts[i + 1]! - starts[i]!;
}
