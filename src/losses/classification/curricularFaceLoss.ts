import {
  add,
  cast,
  greater,
  mul,
  relu,
  sqrt,
  square,
  sub,
  sum,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { between, positive } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { readNow } from '../../ops/readNow.ts';
import { asColumn } from '../../ops/rows.ts';
import { withGradient } from '../../ops/withGradient.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { arcMargin } from '../internal/arcMargin.ts';
import { classDirections } from '../internal/classDirections.ts';
import { softmaxLossRules } from '../internal/classLossRules.ts';
import { oneHot } from '../internal/classTargets.ts';
import { crossEntropy } from '../internal/crossEntropy.ts';
import { withRunningState } from '../internal/runningState.ts';
import { type ClassLoss, defineClassLoss, type SoftmaxLossOptions } from './classLoss.ts';

export interface CurricularFaceLossOptions extends SoftmaxLossOptions {
  /** The margin: added to the angle between an embedding and its target class, in degrees. Default 28.6. */
  marginDegrees?: number;
  /** Logits are cosines times this number. 64 for thousands of classes; 16 to 32 for few. Default 64. */
  scale?: number;
  /** The share of each batch in the running mean of the target cosines. From 0 to 1. Default 0.01. */
  momentum?: number;
}

export const curricularFaceLossOptions: OptionTable<
  CurricularFaceLossOptions,
  'regularizer' | 'parameterRegularizer'
> = {
  marginDegrees: preset(28.6, between(0, 180)),
  scale: preset(64, positive),
  momentum: preset(0.01, between(0, 1)),
  ...softmaxLossRules(() => meanReducer()),
};

const name = 'curricularFaceLoss';

/**
 * CurricularFace: `arcFaceLoss` that turns to hard negatives as training goes on.
 *
 * A class other than the target class is a hard negative if its cosine exceeds `cos(angle + margin)` of the target class.
 * The logit of a hard negative is `scale * cos * (t + cos)`. t is the running mean of the cosines to the target classes,
 * from 0 at the start: hard negatives count less at first, and more later. No gradient flows through t. It is part of
 * `state`: `t`, [1]. One loss for each example. The parameter is `W`, [dims, classes].
 *
 * @throws MetricLearningError if an option is unknown, missing or out of its range.
 * @example
 * const loss = curricularFaceLoss({ classes: 10, dims: 64, scale: 32 });
 * const value = loss.compute(embeddings, labels); // embeddings [batch, 64], labels 0 to 9
 * @see Huang et al.: CurricularFace, CVPR 2020. https://arxiv.org/abs/2004.00288
 */
export function curricularFaceLoss(options: CurricularFaceLossOptions): ClassLoss {
  const values = readOptions(name, curricularFaceLossOptions, options);
  const { marginDegrees, scale, momentum, labelSmoothing } = values;
  const { spec, cosines } = classDirections(name, values);
  const radians = (marginDegrees * Math.PI) / 180;
  const margin = arcMargin(radians);
  const t = new Float32Array(1);

  const loss = defineClassLoss({
    ...spec,
    name,
    options: values,
    logits: (embeddings) => mul(cosines(embeddings), scale),
    parts(embeddings, targets) {
      const x = cosines(embeddings);
      const mask = oneHot(targets);
      const ofTargets = readNow(name, sum<Tensor1D>(mul(x, mask), 1));
      const mean = ofTargets.reduce((total, cosine) => total + cosine, 0) / ofTargets.length;
      t[0] = momentum * mean + (1 - momentum) * t[0]!;
      const hardened = hardenNegatives(x, mask, radians, t[0]!);
      return [crossEntropy(hardened, targets, { margin, scale, labelSmoothing })];
    },
  });
  return withRunningState(loss, { t });
}

/** Cosines [batch, classes] with `cos * (t + cos)` at the hard negatives; `mask` is 1 at the target classes. */
function hardenNegatives(cosines: Tensor2D, mask: Tensor2D, margin: number, t: number): Tensor2D {
  const hardOf = (x: Tensor2D, targets: Tensor2D): Tensor2D => {
    const target = sum<Tensor1D>(mul(x, targets), 1);
    const sine = sqrt<Tensor1D>(relu(sub(1, square(target))));
    const withMargin = sub<Tensor1D>(mul(target, Math.cos(margin)), mul(sine, Math.sin(margin)));
    return mul(cast(greater(x, asColumn(withMargin)), 'float32'), sub(1, targets));
  };
  return withGradient<Tensor2D>([cosines], (save) => {
    save([cosines, mask]);
    const change = mul(cosines, add(cosines, t - 1)); // cos * (t + cos) - cos
    return {
      value: add(cosines, mul(hardOf(cosines, mask), change)),
      gradient(dy, saved) {
        const [x, targets] = saved as [Tensor2D, Tensor2D];
        return [mul(dy, add(1, mul(hardOf(x, targets), add(mul(x, 2), t - 1))))];
      },
    };
  });
}
