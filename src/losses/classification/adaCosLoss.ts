import { concat, exp, mul, sub, sum, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { flag, wholeNumber } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions, required } from '../../internal/readOptions.ts';
import { readNow } from '../../ops/readNow.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { classDirections } from '../internal/classDirections.ts';
import { softmaxLossRules } from '../internal/classLossRules.ts';
import { oneHot } from '../internal/classTargets.ts';
import { crossEntropy } from '../internal/crossEntropy.ts';
import { withRunningState } from '../internal/runningState.ts';
import { type ClassLoss, defineClassLoss, type SoftmaxLossOptions } from './classLoss.ts';

export interface AdaCosLossOptions extends SoftmaxLossOptions {
  /** The number of classes, at least 3: labels are 0 to `classes - 1`. */
  classes: number;
  /** Sets the scale anew in each batch; false keeps the scale of the start. Default true. */
  dynamic?: boolean;
}

export const adaCosLossOptions: OptionTable<
  AdaCosLossOptions,
  'regularizer' | 'parameterRegularizer'
> = {
  ...softmaxLossRules(() => meanReducer()),
  classes: required(wholeNumber(3)),
  dynamic: preset(true, flag),
};

const name = 'adaCosLoss';

/**
 * AdaCos: cross entropy over the logits `scale * cos(angle)` of all classes; the loss sets the scale itself, and there is no
 * margin.
 *
 * The scale starts at `sqrt(2) * log(classes - 1)`. In each batch it becomes `log(B) / cos(min(angle, 45 degrees))`: B is
 * the mean over the batch of the sum of `exp(scale * cos)` over the other classes, and the angle is the median of the
 * angles to the target classes. No gradient flows through the scale. It is part of `state`: `scale`, [1]. One loss for
 * each example. The parameter is `W`, [dims, classes].
 *
 * @throws MetricLearningError if an option is unknown, missing or out of its range.
 * @example
 * const loss = adaCosLoss({ classes: 10, dims: 64 });
 * const value = loss.compute(embeddings, labels); // embeddings [batch, 64], labels 0 to 9
 * @see Zhang et al.: AdaCos, CVPR 2019. https://arxiv.org/abs/1905.00292
 */
export function adaCosLoss(options: AdaCosLossOptions): ClassLoss {
  const values = readOptions(name, adaCosLossOptions, options);
  const { classes, dynamic, labelSmoothing } = values;
  const { spec, cosines } = classDirections(name, values);
  const scale = Float32Array.of(Math.SQRT2 * Math.log(classes - 1));

  const loss = defineClassLoss({
    ...spec,
    name,
    options: values,
    logits: (embeddings) => mul(cosines(embeddings), scale[0]!),
    parts(embeddings, targets) {
      const x = cosines(embeddings);
      if (dynamic) scale[0] = nextScale(x, oneHot(targets), scale[0]!);
      return [crossEntropy(x, targets, { scale: scale[0]!, labelSmoothing })];
    },
  });
  return withRunningState(loss, { scale });
}

/** The scale that follows from a batch: cosines [batch, classes], and 1 at the target classes in `mask`. */
function nextScale(cosines: Tensor2D, mask: Tensor2D, scale: number): number {
  // exp(scale * (cos - 1)) does not overflow
  const others = sum<Tensor1D>(mul(exp(mul(sub(cosines, 1), scale)), sub(1, mask)), 1);
  const ofTargets = sum<Tensor1D>(mul(cosines, mask), 1);
  const numbers = readNow(name, concat([ofTargets, others]));
  const count = numbers.length / 2;
  const mean = numbers.subarray(count).reduce((total, x) => total + x, 0) / count;
  const angles = numbers.slice(0, count).map((x) => Math.acos(Math.min(Math.max(x, -1), 1)));
  const next = (Math.log(mean) + scale) / Math.cos(Math.min(median(angles), Math.PI / 4));
  // embeddings that are all alike would let the scale grow without bound, opposite ones let it fall below 0
  return next > 0 ? Math.min(next, largest) : scale;
}

const largest = 1e4;

/** The middle value, or the mean of the two middle ones. */
function median(values: Float32Array): number {
  const sorted = values.slice().sort();
  const half = (sorted.length - 1) / 2;
  return (sorted[Math.floor(half)]! + sorted[Math.ceil(half)]!) / 2;
}
