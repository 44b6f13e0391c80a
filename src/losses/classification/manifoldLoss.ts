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
import { similarityKind } from '../../distances/distanceOption.ts';
import { finite, type OptionKind, wholeNumber } from '../../internal/optionKinds.ts';
import {
  made,
  type OptionTable,
  preset,
  readOptions,
  required,
} from '../../internal/readOptions.ts';
import { maskedLogSumExp } from '../../ops/maskedLogSumExp.ts';
import { randomWalk } from '../../ops/randomWalk.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import type { Reducer } from '../../reducers/reducer.ts';
import { parametricLossRules } from '../internal/classLossRules.ts';
import { classTargets, oneHot } from '../internal/classTargets.ts';
import { normalVariable } from '../internal/normalVariable.ts';
import {
  defineParametricLoss,
  type ParametricLoss,
  type ParametricLossOptions,
} from '../parametricLoss.ts';
import { checkDims } from './classLoss.ts';

export interface ManifoldLossOptions extends ParametricLossOptions {
  /** The length of an embedding. */
  dims: number;
  /** The number of proxies: labels are 0 to `proxies - 1`. Default 50. */
  proxies?: number;
  /** The context part is multiplied by this number: 0 leaves it out, Infinity leaves out the intrinsic part. Default 1. */
  lambdaC?: number;
  /** The probability that the random walk goes on at each step: from 0 to below 1. Default 0.8. */
  alpha?: number;
  /** How much nearer the target proxy must be than all others. Default 0.0005. */
  margin?: number;
  /** Measures embeddings and proxies; it must be a similarity. Default: `cosineSimilarity()`. */
  distance?: Distance;
  /** Has no effect: the loss is one number already. Default: `meanReducer()`. */
  reducer?: Reducer;
}

/** A number >= 0, or Infinity. */
const nonNegativeOrInfinite: OptionKind<number> = {
  expected: 'a number >= 0, or Infinity',
  accepts: (value) => typeof value === 'number' && value >= 0,
};

/** A number from 0 to below 1. */
const belowOne: OptionKind<number> = {
  expected: 'a number from 0 to below 1',
  accepts: (value) => typeof value === 'number' && value >= 0 && value < 1,
};

export const manifoldLossOptions: OptionTable<
  ManifoldLossOptions,
  'regularizer' | 'parameterRegularizer'
> = {
  dims: required(wholeNumber(1)),
  proxies: preset(50, wholeNumber(1)),
  lambdaC: preset(1, nonNegativeOrInfinite),
  alpha: preset(0.8, belowOne),
  margin: preset(5e-4, finite),
  distance: made(() => cosineSimilarity(), similarityKind),
  ...parametricLossRules(() => meanReducer()),
};

const name = 'manifoldLoss';

/**
 * Manifold similarity: embeddings and proxies are the nodes of a graph. An embedding is the nearer to a proxy, the more often
 * a random walk from the embedding ends at the proxy. The target proxy must be nearer than all others.
 *
 * The intrinsic part compares these frequencies, the context part compares cosines between whole rows of frequencies. Both
 * are the mean over the batch of `log(1 + sum of exp(other - target + margin))` over the proxies that are too near.
 *
 * Labels are indices of proxies, not classes: the paper assigns images to proxies at random, without any labels. The
 * parameter is `proxies`, [proxies, dims]. Memory grows with the square of batch + proxies, time with the cube.
 *
 * @throws MetricLearningError if an option is unknown, missing or out of its range, or `distance` is no similarity.
 * @example
 * const loss = manifoldLoss({ dims: 64, proxies: 20 });
 * const value = loss.compute(embeddings, labels); // embeddings [batch, 64], labels 0 to 19
 * @see Aziere, Todorovic: Ensemble Deep Manifold Similarity Learning Using Hard Proxies, CVPR 2019.
 */
export function manifoldLoss(options: ManifoldLossOptions): ParametricLoss {
  const values = readOptions(name, manifoldLossOptions, options);
  const { dims, proxies: count, seed, lambdaC, alpha, margin, distance } = values;
  const proxies = normalVariable('manifoldLoss', seed, [count, dims]);
  const rows = (): Tensor2D => proxies as unknown as Tensor2D;

  return defineParametricLoss({
    name,
    accepts: { labels: 'needed', tuples: 'none', reference: 'none', classes: true },
    options: values,
    distance,
    reducer: values.reducer,
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
        const coefficient = Number.isFinite(lambdaC) ? lambdaC : 1;
        terms.push(mul(tooNear(likeness, mask, margin), coefficient));
      }
      return terms.map((term) => ({ name: 'loss', kind: 'reduced', values: term }) as const);
    },
  });
}

/** The edges between all nodes, `exp(2 * similarity)`, symmetrically normalized; no edge from a node to itself. */
function graph(nodes: Tensor2D, distance: Distance): Tensor2D {
  const others = sub(1, eye(nodes.shape[0]));
  const edges = mul<Tensor2D>(exp(mul(relu(distance.matrix(nodes)), 2)), others);
  const scale = rsqrt<Tensor2D>(sum(edges, 1, true));
  return mul(mul(edges, scale), transpose(scale));
}

/**
 * The mean over rows of `log(1 + sum of exp(other - target + margin))`, over the others where the exponent is not negative;
 * `mask` is 1 at the targets.
 */
function tooNear(closeness: Tensor2D, mask: Tensor2D, margin: number): Scalar {
  const target = sum<Tensor2D>(mul(closeness, mask), 1, true);
  const excess = add<Tensor2D>(sub(closeness, target), margin);
  const counted = mul<Tensor2D>(sub(1, mask), sub(1, step(neg(excess))));
  return mean(maskedLogSumExp(excess, counted, { addOne: true }));
}
