import {
  add,
  concat,
  exp,
  eye,
  mean,
  mul,
  neg,
  relu,
  rsqrt,
  type Scalar,
  slice,
  step,
  sub,
  sum,
  type Tensor2D,
  transpose,
} from '@tensorflow/tfjs-core';
import { cosineSimilarity } from '../../distances/cosineSimilarity.ts';
import type { Distance } from '../../distances/distance.ts';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkFinite, checkInteger } from '../../internal/checks.ts';
import { maskedLogSumExp } from '../../ops/maskedLogSumExp.ts';
import { randomWalk } from '../../ops/randomWalk.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { checkLossOptions } from '../internal/checkLossOptions.ts';
import { checkSimilarity } from '../internal/checkSimilarity.ts';
import { classTargets, oneHot } from '../internal/classTargets.ts';
import { normalVariable } from '../internal/normalVariable.ts';
import { parametricLossOptions } from '../internal/optionNames.ts';
import {
  defineParametricLoss,
  type ParametricLoss,
  type ParametricLossOptions,
} from '../parametricLoss.ts';
import { checkDims } from './classLoss.ts';

export interface ManifoldLossOptions extends ParametricLossOptions {
  /** Length of an embedding. */
  dims: number;
  /** How many proxies there are: labels go from 0 to one below. Default 50. */
  proxies?: number;
  /** What the context part is multiplied by: 0 leaves it out, Infinity leaves the intrinsic part out. Default 1. */
  lambdaC?: number;
  /** With what probability the random walk goes on at each step: from 0 to below 1. Default 0.8. */
  alpha?: number;
  /** How much nearer the own proxy must be. Default 5e-4. */
  margin?: number;
  /** A similarity. Default: `cosineSimilarity()`. */
  distance?: Distance;
}

const name = 'manifoldLoss';

/**
 * Manifold similarity: embeddings and proxies are a graph, and how near an embedding is to a proxy is how often a
 * random walk from one ends at the other. The own proxy must be nearer than all others.
 *
 * The intrinsic part compares those frequencies, the context part the cosines between whole rows of them; both are
 * the mean over the batch of `log(1 + sum of exp(other - own + margin))` over the proxies that are too near. The loss
 * is one number already, so reducers leave it as it is.
 *
 * Labels are indices of proxies, not classes: the paper assigns images to proxies at random, without any labels. The
 * weights are `proxies`, [proxies, dims]. Memory and time grow with the square and the cube of batch + proxies.
 *
 * @throws MetricLearningError if `distance` is no similarity or a number is out of its range.
 * @see Aziere, Todorovic: Ensemble Deep Manifold Similarity Learning Using Hard Proxies, CVPR 2019.
 */
export function manifoldLoss(options: ManifoldLossOptions): ParametricLoss {
  checkOptions(name, options, [
    'dims',
    'proxies',
    'lambdaC',
    'alpha',
    'margin',
    'distance',
    ...parametricLossOptions,
  ]);
  const { dims, proxies: count = 50, seed = 0 } = options;
  const { lambdaC = 1, alpha = 0.8, margin = 5e-4, distance = cosineSimilarity() } = options;
  checkInteger(name, 'dims', dims);
  checkInteger(name, 'proxies', count);
  checkRange('lambdaC', lambdaC, 'a number >= 0, or Infinity', lambdaC >= 0);
  checkRange('alpha', alpha, 'a number from 0 to below 1', alpha >= 0 && alpha < 1);
  checkFinite(name, 'margin', margin);
  checkSimilarity(name, distance);
  checkLossOptions(name, options);
  const proxies = normalVariable(seed, [count, dims]);
  const rows = (): Tensor2D => proxies as unknown as Tensor2D;

  return defineParametricLoss({
    name,
    accepts: { labels: 'needed', tuples: 'none', reference: 'none', classes: true },
    options,
    reducer: meanReducer(),
    variables: { proxies },
    parameterRows: rows,
    parts(batch) {
      checkDims(name, batch.embeddings, dims);
      const mask = oneHot(classTargets(name, batch, count));
      const walk = randomWalk(graph(concat([batch.embeddings, rows()]), distance), alpha);
      const [size, nodes] = [batch.embeddings.shape[0], walk.shape[0]];
      const fromEmbeddings = slice(walk, [0, 0], [size, nodes]);
      const fromProxies = slice(walk, [size, 0], [count, nodes]);

      const terms: Scalar[] = [];
      if (lambdaC !== Number.POSITIVE_INFINITY) {
        const ends = slice(fromEmbeddings, [0, size], [size, count]);
        terms.push(tooNear(ends, mask, margin));
      }
      if (lambdaC > 0) {
        const likeness = cosineSimilarity().matrix(fromEmbeddings, fromProxies);
        const weight = Number.isFinite(lambdaC) ? lambdaC : 1;
        terms.push(mul(tooNear(likeness, mask, margin), weight));
      }
      return terms.map((values) => ({ name: 'loss', kind: 'reduced', values }) as const);
    },
  });
}

/** Symmetrically normalized weights of the edges between all nodes, `exp(2 * similarity)`; none to itself. */
function graph(nodes: Tensor2D, distance: Distance): Tensor2D {
  const others = sub(1, eye(nodes.shape[0]));
  const edges = mul<Tensor2D>(exp(mul(relu(distance.matrix(nodes)), 2)), others);
  const scale = rsqrt<Tensor2D>(sum(edges, 1, true));
  return mul(mul(edges, scale), transpose(scale));
}

/** Mean over rows of `log(1 + sum of exp(other - own + margin))`, over the others where the exponent is not negative. */
function tooNear(closeness: Tensor2D, own: Tensor2D, margin: number): Scalar {
  const ownCloseness = sum<Tensor2D>(mul(closeness, own), 1, true);
  const excess = add<Tensor2D>(sub(closeness, ownCloseness), margin);
  const counted = mul<Tensor2D>(sub(1, own), sub(1, step(neg(excess))));
  return mean(maskedLogSumExp(excess, counted, { addOne: true }));
}

function checkRange(option: string, value: number, wish: string, holds: boolean): void {
  if (typeof value === 'number' && holds) return;
  throw new MetricLearningError({
    where: name,
    expected: `${option} to be ${wish}`,
    got: `${option}: ${value}`,
  });
}
