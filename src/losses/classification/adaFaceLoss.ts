import {
  add,
  cast,
  clipByValue,
  cos,
  divNoNan,
  equal,
  mul,
  sin,
  sqrt,
  square,
  sub,
  type Tensor1D,
  tensor1d,
} from '@tensorflow/tfjs-core';
import { between, nonNegative, positive } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { readNow } from '../../ops/readNow.ts';
import { rowNorms } from '../../ops/rowNorms.ts';
import { safeAcos } from '../../ops/safeAcos.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { classDirections } from '../internal/classDirections.ts';
import { softmaxLossRules } from '../internal/classLossRules.ts';
import { crossEntropy } from '../internal/crossEntropy.ts';
import { withRunningState } from '../internal/runningState.ts';
import type { TargetMargin } from '../internal/targetMargin.ts';
import { type ClassLoss, defineClassLoss, type SoftmaxLossOptions } from './classLoss.ts';

export interface AdaFaceLossOptions extends SoftmaxLossOptions {
  /** The margin of an embedding of average length, on the cosine; at most this much on the angle, in radians. Default 0.4. */
  margin?: number;
  /** How strongly the length of an embedding changes the margin: 0 is no change. Default 0.333. */
  h?: number;
  /** Logits are cosines times this number. 64 for thousands of classes; 16 to 32 for few. Default 64. */
  scale?: number;
  /** The share of each batch in the running mean and deviation of the lengths. From 0 to 1. Default 0.01. */
  momentum?: number;
}

export const adaFaceLossOptions: OptionTable<
  AdaFaceLossOptions,
  'regularizer' | 'parameterRegularizer'
> = {
  margin: preset(0.4, nonNegative),
  h: preset(0.333, nonNegative),
  scale: preset(64, positive),
  momentum: preset(0.01, between(0, 1)),
  ...softmaxLossRules(() => meanReducer()),
};

const name = 'adaFaceLoss';

/**
 * AdaFace: cross entropy over the logits `scale * cos(angle)` of all classes, with a margin for the target class that
 * depends on the length of the embedding: blurred and dark pictures give short embeddings.
 *
 * `q = h * (length - mean) / deviation`, clipped to -1 and 1, says how good an example is. The logit of the target class
 * is `scale * (cos(angle - margin * q) - margin * (1 + q))`: hard examples count more where q is large, less where q is
 * small. Mean and deviation of the lengths are running statistics that start at 20 and 100, as the authors' do; no
 * gradient flows through q. They are part of `state`: `lengths`, [2]. One loss for each example. The parameter is
 * `W`, [dims, classes].
 *
 * Pass embeddings that are not normalized: the lengths are what the loss looks at.
 *
 * @throws MetricLearningError if an option is unknown, missing or out of its range.
 * @example
 * const loss = adaFaceLoss({ classes: 10, dims: 64, scale: 32 });
 * const value = loss.compute(embeddings, labels); // embeddings [batch, 64], labels 0 to 9
 * @see Kim, Jain, Liu: AdaFace, CVPR 2022. https://arxiv.org/abs/2204.00964
 */
export function adaFaceLoss(options: AdaFaceLossOptions): ClassLoss {
  const values = readOptions(name, adaFaceLossOptions, options);
  const { margin, h, scale, momentum, labelSmoothing } = values;
  const { spec, cosines } = classDirections(name, values);
  const lengths = Float32Array.of(20, 100); // running mean and deviation

  const loss = defineClassLoss({
    ...spec,
    name,
    options: values,
    logits: (embeddings) => mul(cosines(embeddings), scale),
    parts(embeddings, targets) {
      const ofBatch = readNow(name, rowNorms(embeddings)).map((x) =>
        Math.min(Math.max(x, 1e-3), 100),
      );
      follow(lengths, ofBatch, momentum);
      const [mean = 0, deviation = 1] = lengths;
      const quality = ofBatch.map((x) => clip((h * (x - mean)) / (deviation + 1e-3)));
      const onTarget = adaptiveMargin(quality, margin);
      return [
        crossEntropy(cosines(embeddings), targets, { margin: onTarget, scale, labelSmoothing }),
      ];
    },
  });
  return withRunningState(loss, { lengths });
}

/** Moves the running mean and deviation a little to those of a batch; a batch of one has no deviation. */
function follow(running: Float32Array, values: Float32Array, momentum: number): void {
  const count = values.length;
  const mean = values.reduce((sum, x) => sum + x, 0) / count;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (count - 1);
  running[0] = momentum * mean + (1 - momentum) * running[0]!;
  if (count > 1) {
    running[1] = momentum * Math.sqrt(variance) + (1 - momentum) * running[1]!;
  }
}

function clip(quality: number): number {
  return Math.min(Math.max(quality, -1), 1);
}

/** Angles are kept this far from 0 and 180 degrees, where the derivative of the angle has no bound. */
const edge = 1e-3;

/** `cos(angle - margin * quality) - margin * (1 + quality)` from `cos(angle)`, one quality for each example. */
function adaptiveMargin(quality: Float32Array, margin: number): TargetMargin {
  return (cosine) => {
    const q = tensor1d(quality);
    const inside = clipByValue<Tensor1D>(cosine, edge - 1, 1 - edge);
    const turned = sub<Tensor1D>(safeAcos(inside), mul(q, margin));
    const angle = clipByValue<Tensor1D>(turned, edge, Math.PI - edge);
    return {
      value: sub(cos(angle), mul(add(q, 1), margin)),
      derivative() {
        // where an angle is clipped, the derivative is 0
        const free = mul(same(cosine, inside), same(turned, angle));
        return mul(free, divNoNan<Tensor1D>(sin(angle), sqrt(sub(1, square(inside)))));
      },
    };
  };
}

/** 1 where both are equal, 0 elsewhere. */
function same(a: Tensor1D, b: Tensor1D): Tensor1D {
  return cast(equal(a, b), 'float32');
}
