import { add, mul, neg, sub, type Tensor2D, transpose } from '@tensorflow/tfjs-core';
import { howMuchFarther } from '../../distances/compareDistances.ts';
import { cosineSimilarity } from '../../distances/cosineSimilarity.ts';
import type { Distance } from '../../distances/distance.ts';
import { finite, positive } from '../../internal/optionKinds.ts';
import { made, type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { maskedLogSumExp } from '../../ops/maskedLogSumExp.ts';
import { divisorReducer } from '../../reducers/divisorReducer.ts';
import { classLossRules } from '../internal/classLossRules.ts';
import { classMasks } from '../internal/classTargets.ts';
import { distanceKind } from '../internal/lossOptionRules.ts';
import { normalVariable } from '../internal/normalVariable.ts';
import { type ClassLoss, type ClassLossOptions, defineClassLoss } from './classLoss.ts';

export interface ProxyAnchorLossOptions extends ClassLossOptions {
  /** The margin, in units of `distance`. Default 0.1. */
  margin?: number;
  /** The larger, the more the hardest examples of each proxy count. 16 to 64. Default 32. */
  alpha?: number;
  /** Measures embeddings against proxies. Default: `cosineSimilarity()`. */
  distance?: Distance;
}

export const proxyAnchorLossOptions: OptionTable<
  ProxyAnchorLossOptions,
  'regularizer' | 'parameterRegularizer'
> = {
  margin: preset(0.1, finite),
  alpha: preset(32, positive),
  distance: made(() => cosineSimilarity(), distanceKind),
  ...classLossRules(() => divisorReducer()),
};

/**
 * Proxy-Anchor: for each proxy, `log(1 + sum of exp(alpha * (margin - similarity)))` over the examples of its class, and
 * `log(1 + sum of exp(alpha * (similarity + margin)))` over all other examples.
 *
 * A distance in place of a similarity turns the signs. The parts `positive` and `negative` have one loss for each proxy.
 * The default reducer divides the sum of the first by the number of classes in the batch, and the sum of the second by
 * the number of all classes. The parameter is `proxies`, [classes, dims].
 *
 * @throws MetricLearningError if an option is unknown, missing or out of its range.
 * @example
 * const loss = proxyAnchorLoss({ classes: 10, dims: 64 });
 * const value = loss.compute(embeddings, labels); // embeddings [batch, 64], labels 0 to 9
 * @see Kim et al.: Proxy Anchor Loss for Deep Metric Learning, CVPR 2020. https://arxiv.org/abs/2003.13911
 */
export function proxyAnchorLoss(options: ProxyAnchorLossOptions): ClassLoss {
  const name = 'proxyAnchorLoss';
  const values = readOptions(name, proxyAnchorLossOptions, options);
  const { classes, dims, seed, margin, alpha, distance } = values;
  const proxies = normalVariable('proxyAnchorLoss', seed, [classes, dims], Math.sqrt(2 / classes));
  const proxyClasses = Int32Array.from({ length: classes }, (_, id) => id);
  const rows = (): Tensor2D => proxies as unknown as Tensor2D;

  return defineClassLoss({
    name,
    options: values,
    distance,
    variables: { proxies },
    parameterRows: rows,
    logits(embeddings) {
      const d = distance.matrix(embeddings, rows());
      return distance.inverted ? d : neg(d);
    },
    reducer: divisorReducer(),
    parts(embeddings, targets) {
      const d = mul<Tensor2D>(transpose(distance.matrix(embeddings, rows())), alpha); // [classes, batch]
      const { ids, coefficients } = targets;
      const { members, others } = classMasks(targets);
      const logSum = (violation: Tensor2D, counts: Tensor2D) => {
        const x = coefficients ? add<Tensor2D>(violation, sub(coefficients, 1)) : violation;
        return maskedLogSumExp(x, counts, { addOne: true });
      };
      const positive = logSum(howMuchFarther(distance, d, alpha * margin), members);
      const negative = logSum(howMuchFarther(distance, -alpha * margin, d), others);
      const ofProxies = { kind: 'elements', classes: proxyClasses } as const;
      return [
        { ...ofProxies, name: 'positive', values: positive, divisor: new Set(ids).size },
        { ...ofProxies, name: 'negative', values: negative, divisor: classes },
      ];
    },
  });
}
