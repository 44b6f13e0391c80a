import { mul, type Tensor2D } from '@tensorflow/tfjs-core';
import type { Distance } from '../../distances/distance.ts';
import { lpDistance } from '../../distances/lpDistance.ts';
import { checkPositive } from '../../internal/checks.ts';
import { crossEntropy } from '../internal/crossEntropy.ts';
import { normalVariable } from '../internal/normalVariable.ts';
import {
  type ClassLoss,
  type ClassLossOptions,
  checkClassOptions,
  defineClassLoss,
} from './classLoss.ts';

export interface ProxyNcaLossOptions extends ClassLossOptions {
  /** What distances are multiplied by: the larger, the sharper. Default 1. */
  softmaxScale?: number;
  /** Default: `lpDistance({ power: 2 })`, squared Euclidean between unit vectors. */
  distance?: Distance;
}

/**
 * Proxy-NCA: cross entropy over `-softmaxScale * d` between embeddings and one proxy a class.
 *
 * Its weights are `proxies`, [classes, dims]. Of tuples only the anchors weigh.
 *
 * @throws MetricLearningError if `softmaxScale` is not positive, or `classes` or `dims` no whole number >= 1.
 * @see Movshovitz-Attias et al.: No Fuss Distance Metric Learning using Proxies, ICCV 2017. https://arxiv.org/abs/1703.07464
 */
export function proxyNcaLoss(options: ProxyNcaLossOptions): ClassLoss {
  const name = 'proxyNcaLoss';
  checkClassOptions(name, options, ['softmaxScale', 'distance']);
  const { classes, dims, seed = 0, softmaxScale = 1 } = options;
  const { distance = lpDistance({ power: 2 }) } = options;
  checkPositive(name, 'softmaxScale', softmaxScale);
  const proxies = normalVariable(seed, [classes, dims]);
  const rows = (): Tensor2D => proxies as unknown as Tensor2D;
  const scale = distance.inverted ? softmaxScale : -softmaxScale;

  return defineClassLoss({
    name,
    options,
    variables: { proxies },
    parameterRows: rows,
    logits: (embeddings) => mul(distance.matrix(embeddings, rows()), scale),
    parts: (embeddings, targets) => [
      crossEntropy(distance.matrix(embeddings, rows()), targets, { scale }),
    ],
    anchorsOnly: true,
  });
}
