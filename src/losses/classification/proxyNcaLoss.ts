import { mul, type Tensor2D } from '@tensorflow/tfjs-core';
import type { Distance } from '../../distances/distance.ts';
import { lpDistance } from '../../distances/lpDistance.ts';
import { positive } from '../../internal/optionKinds.ts';
import { made, type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { softmaxLossRules } from '../internal/classLossRules.ts';
import { crossEntropy } from '../internal/crossEntropy.ts';
import { distanceKind } from '../internal/lossOptionRules.ts';
import { normalVariable } from '../internal/normalVariable.ts';
import { type ClassLoss, defineClassLoss, type SoftmaxLossOptions } from './classLoss.ts';

export interface ProxyNcaLossOptions extends SoftmaxLossOptions {
  /** Logits are `-softmaxScale * distance`: the larger, the sharper the softmax. 1 to 10. Default 1. */
  softmaxScale?: number;
  /** Measures embeddings against proxies. Default: `lpDistance({ power: 2 })`, squared Euclidean between unit vectors. */
  distance?: Distance;
}

export const proxyNcaLossOptions: OptionTable<
  ProxyNcaLossOptions,
  'regularizer' | 'parameterRegularizer'
> = {
  softmaxScale: preset(1, positive),
  distance: made(() => lpDistance({ power: 2 }), distanceKind),
  ...softmaxLossRules(() => meanReducer()),
};

/**
 * Proxy-NCA: cross entropy over `-softmaxScale * distance` between an embedding and one proxy for each class.
 *
 * A similarity in place of a distance counts positive. One loss for each example; of tuples only the anchors count. The
 * parameter is `proxies`, [classes, dims].
 *
 * @throws MetricLearningError if an option is unknown, missing or out of its range.
 * @example
 * const loss = proxyNcaLoss({ classes: 10, dims: 64 });
 * const value = loss.compute(embeddings, labels); // embeddings [batch, 64], labels 0 to 9
 * @see Movshovitz-Attias et al.: No Fuss Distance Metric Learning using Proxies, ICCV 2017.
 * https://arxiv.org/abs/1703.07464
 */
export function proxyNcaLoss(options: ProxyNcaLossOptions): ClassLoss {
  const name = 'proxyNcaLoss';
  const values = readOptions(name, proxyNcaLossOptions, options);
  const { classes, dims, seed, softmaxScale, distance, labelSmoothing } = values;
  const proxies = normalVariable('proxyNcaLoss', seed, [classes, dims]);
  const rows = (): Tensor2D => proxies as unknown as Tensor2D;
  const scale = distance.inverted ? softmaxScale : -softmaxScale;

  return defineClassLoss({
    name,
    options: values,
    distance,
    variables: { proxies },
    parameterRows: rows,
    logits: (embeddings) => mul(distance.matrix(embeddings, rows()), scale),
    parts: (embeddings, targets) => [
      crossEntropy(distance.matrix(embeddings, rows()), targets, { scale, labelSmoothing }),
    ],
    anchorsOnly: true,
  });
}
