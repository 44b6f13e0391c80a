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
import type { Distance } from '../../distances/distance.ts';
import { gap } from '../../distances/gap.ts';
import { lpDistance } from '../../distances/lpDistance.ts';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkFinite, checkInteger, checkNonNegative } from '../../internal/checks.ts';
import { pickRows } from '../../ops/pickRows.ts';
import { readNow } from '../../ops/readNow.ts';
import { createRandom } from '../../random/createRandom.ts';
import { divisorReducer } from '../../reducers/divisorReducer.ts';
import type { LossPart } from '../../reducers/reducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { parametricLossOptions } from '../internal/optionNames.ts';
import { activeTerms, tripletsOfAnchors } from '../internal/tripletCounts.ts';
import { tripletPart } from '../internal/tripletPart.ts';
import { noTriplet, tripletsOfBatch } from '../internal/tripletsOfBatch.ts';
import type { Loss } from '../loss.ts';
import type { LossBatch } from '../lossBatch.ts';
import {
  defineParametricLoss,
  type ParametricLoss,
  type ParametricLossOptions,
} from '../parametricLoss.ts';

export interface MarginLossOptions extends ParametricLossOptions {
  /** Default: `lpDistance()`. */
  distance?: Distance;
  /** Positives should be nearer than beta - margin, negatives farther than beta + margin. Default 0.2. */
  margin?: number;
  /** The boundary between near and far, in units of `distance`; a list has one for each class. Default 1.2. */
  beta?: number | readonly number[];
  /** Learn the boundary. Default false. */
  learnBeta?: boolean;
  /** Number of classes, for a boundary of its own for each; labels then go from 0 to `classes - 1`. Default: one. */
  classes?: number;
  /** What a learned boundary is penalized by: `nu * beta` is added. Default 0. */
  nu?: number;
  /** Take so many random triplets of each anchor when no tuples are given, by `seed`. Default: all. */
  tripletsPerAnchor?: number | 'all';
}

/**
 * Margin loss: `max(0, d_ap - beta + margin) + max(0, beta - d_an + margin)` for each triplet, with a boundary beta
 * between near and far that may be learned, one for all classes or one for each.
 *
 * Its parts are `margin`, one value a triplet, and with `learnBeta` the penalty `beta`; both are by default divided by
 * the number of terms above 0. With `learnBeta` it is a loss with parameters, whose variable is `beta`. Its usual miner
 * is `distanceWeightedMiner`.
 *
 * @throws MetricLearningError if a number is out of its range, `classes` does not go with `beta`, and at use for a
 * label that is no such class.
 * @see Wu et al.: Sampling Matters in Deep Embedding Learning, ICCV 2017. https://arxiv.org/abs/1706.07567
 */
export function marginLoss(options: MarginLossOptions & { learnBeta: true }): ParametricLoss;
export function marginLoss(options?: MarginLossOptions): Loss;
export function marginLoss(options: MarginLossOptions = {}): Loss | ParametricLoss {
  checkOptions('marginLoss', options, [
    'distance',
    'margin',
    'beta',
    'learnBeta',
    'classes',
    'nu',
    'tripletsPerAnchor',
    ...parametricLossOptions,
  ]);
  const { margin = 0.2, nu = 0, learnBeta = false, distance = lpDistance(), seed = 0 } = options;
  const { tripletsPerAnchor = 'all' } = options;
  checkNonNegative('marginLoss', 'margin', margin);
  checkFinite('marginLoss', 'nu', nu);
  if (tripletsPerAnchor !== 'all')
    checkInteger('marginLoss', 'tripletsPerAnchor', tripletsPerAnchor);
  const random = createRandom(seed);
  const betas = checkedBetas(options);
  const perClass = betas.length > 1 || options.classes !== undefined;

  const parts = (batch: LossBatch, beta: Tensor1D): LossPart[] => {
    const triplets = tripletsOfBatch(batch, tripletsPerAnchor, random);
    if (noTriplet(triplets)) return [];
    const boundary = perClass ? ofAnchors(beta, batch.labels, betas.length) : beta;
    const d = distance.matrix(batch.embeddings, batch.reference);
    const positive = relu<Tensor2D>(add(gap(distance, d, boundary), margin));
    const negative = relu<Tensor2D>(add(gap(distance, boundary, d), margin));
    const [near, far] = [readNow('marginLoss', positive), readNow('marginLoss', negative)];
    const divisor = activeTerms(triplets, near, far, batch.candidates);
    const main = tripletPart({ name: 'margin', positive, negative, divisor }, triplets);
    if (!learnBeta) return [main];

    const penalty = mul(boundary, nu);
    if (!perClass) return [main, { name: 'beta', kind: 'reduced', values: reshape(penalty, []) }];
    const counts = tensor1d(tripletsOfAnchors(triplets, batch.embeddings.shape[0]));
    const values = reshape(penalty, [penalty.size]);
    return [main, { name: 'beta', kind: 'elements', values, counts, divisor }];
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
    options,
    reducer: divisorReducer(),
  } as const;
  if (!learnBeta) {
    return defineLoss({ ...spec, parts: (batch) => parts(batch, tensor1d(betas)) });
  }
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

function checkedBetas({ beta = 1.2, classes }: MarginLossOptions): number[] {
  if (classes !== undefined) checkInteger('marginLoss', 'classes', classes);
  const list = typeof beta === 'object' && beta !== null;
  const betas = list ? [...beta] : Array<number>(classes ?? 1).fill(beta);
  for (const value of betas) checkFinite('marginLoss', 'beta', value);
  if (betas.length > 0 && (classes === undefined || classes === betas.length)) return betas;
  throw new MetricLearningError({
    where: 'marginLoss',
    expected: `one beta, or one for each class (${classes ?? 'at least 1'})`,
    got: `${betas.length}`,
  });
}
