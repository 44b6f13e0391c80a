import { add, mul, neg, sub, type Tensor2D, transpose } from '@tensorflow/tfjs-core';
import { cosineSimilarity } from '../../distances/cosineSimilarity.ts';
import type { Distance } from '../../distances/distance.ts';
import { gap } from '../../distances/gap.ts';
import { checkFinite, checkPositive } from '../../internal/checks.ts';
import { maskedLogSumExp } from '../../ops/maskedLogSumExp.ts';
import { divisorReducer } from '../../reducers/divisorReducer.ts';
import { classMasks } from '../internal/classTargets.ts';
import { normalVariable } from '../internal/normalVariable.ts';
import {
  type ClassLoss,
  type ClassLossOptions,
  checkClassOptions,
  defineClassLoss,
} from './classLoss.ts';

export interface ProxyAnchorLossOptions extends ClassLossOptions {
  /** In units of `distance`. Default 0.1. */
  margin?: number;
  /** How sharply the hardest examples are preferred. Default 32. */
  alpha?: number;
  /** Default: `cosineSimilarity()`. */
  distance?: Distance;
}

/**
 * Proxy-Anchor: of each proxy, `log(1 + sum of exp(alpha * (margin - similarity)))` over the examples of its class,
 * and `log(1 + sum of exp(alpha * (similarity + margin)))` over all others. A distance in place of a similarity
 * turns the signs.
 *
 * Its parts `positive` and `negative` are each reduced for itself and added: by default the first is divided by the
 * number of classes in the batch, the second by that of all classes. Its weights are `proxies`, [classes, dims].
 *
 * @throws MetricLearningError if `margin` is not finite, `alpha` not positive, or `classes` or `dims` no whole
 * number >= 1.
 * @see Kim et al.: Proxy Anchor Loss for Deep Metric Learning, CVPR 2020. https://arxiv.org/abs/2003.13911
 */
export function proxyAnchorLoss(options: ProxyAnchorLossOptions): ClassLoss {
  const name = 'proxyAnchorLoss';
  checkClassOptions(name, options, ['margin', 'alpha', 'distance']);
  const { classes, dims, seed = 0, margin = 0.1, alpha = 32 } = options;
  const { distance = cosineSimilarity() } = options;
  checkFinite(name, 'margin', margin);
  checkPositive(name, 'alpha', alpha);
  const proxies = normalVariable(seed, [classes, dims], Math.sqrt(2 / classes));
  const proxyClasses = Int32Array.from({ length: classes }, (_, id) => id);
  const rows = (): Tensor2D => proxies as unknown as Tensor2D;

  return defineClassLoss({
    name,
    options,
    variables: { proxies },
    parameterRows: rows,
    logits(embeddings) {
      const d = distance.matrix(embeddings, rows());
      return distance.inverted ? d : neg(d);
    },
    reducer: divisorReducer(),
    parts(embeddings, targets) {
      const d = mul<Tensor2D>(transpose(distance.matrix(embeddings, rows())), alpha); // [classes, batch]
      const { ids, weights } = targets;
      const { members, others } = classMasks(targets);
      const logSum = (violation: Tensor2D, counts: Tensor2D) => {
        const x = weights ? add<Tensor2D>(violation, sub(weights, 1)) : violation;
        return maskedLogSumExp(x, counts, { addOne: true });
      };
      const positive = logSum(gap(distance, d, alpha * margin), members);
      const negative = logSum(gap(distance, -alpha * margin, d), others);
      const ofProxies = { kind: 'elements', classes: proxyClasses } as const;
      return [
        { ...ofProxies, name: 'positive', values: positive, divisor: new Set(ids).size },
        { ...ofProxies, name: 'negative', values: negative, divisor: classes },
      ];
    },
  });
}
