import {
  add,
  cast,
  clipByValue,
  cos,
  div,
  divNoNan,
  greater,
  mul,
  neg,
  onesLike,
  type Rank,
  relu,
  reshape,
  sin,
  sqrt,
  square,
  sub,
  sum,
  type Tensor1D,
  type Tensor2D,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { between, flag, nonNegative, positive } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { asColumn } from '../../ops/rows.ts';
import { select } from '../../ops/select.ts';
import { withGradient } from '../../ops/withGradient.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { classDirections } from '../internal/classDirections.ts';
import { softmaxLossRules } from '../internal/classLossRules.ts';
import { oneHot } from '../internal/classTargets.ts';
import { crossEntropy } from '../internal/crossEntropy.ts';
import { rowLengths } from '../internal/rowLengths.ts';
import { type ClassLoss, defineClassLoss, type SoftmaxLossOptions } from './classLoss.ts';

export interface MagFaceLossOptions extends SoftmaxLossOptions {
  /** Shorter embeddings count as this long. Default 10. */
  lowerLength?: number;
  /** Longer embeddings count as this long. Default 110. */
  upperLength?: number;
  /** The margin at `lowerLength`: added to the angle to the target class, in radians. Default 0.45. */
  lowerMargin?: number;
  /** The margin at `upperLength`, in radians. Default 0.8. */
  upperMargin?: number;
  /** The penalty on short embeddings is multiplied by this number. 20 to 35. Default 35. */
  lambda?: number;
  /** Leaves out the margin where the angle to the target class exceeds 90 degrees. Default true. */
  easyMargin?: boolean;
  /** Logits are cosines times this number. 64 for thousands of classes; 16 to 32 for few. Default 64. */
  scale?: number;
}

export const magFaceLossOptions: OptionTable<
  MagFaceLossOptions,
  'regularizer' | 'parameterRegularizer'
> = {
  lowerLength: preset(10, positive),
  upperLength: preset(110, positive),
  lowerMargin: preset(0.45, between(0, Math.PI)),
  upperMargin: preset(0.8, between(0, Math.PI)),
  lambda: preset(35, nonNegative),
  easyMargin: preset(true, flag),
  scale: preset(64, positive),
  ...softmaxLossRules(() => meanReducer()),
};

const name = 'magFaceLoss';

/**
 * MagFace: `arcFaceLoss` with a margin that grows with the length of the embedding, and a penalty on short embeddings. After
 * training, the length of an embedding says how good its example is.
 *
 * The margin grows linearly from `lowerMargin` at `lowerLength` to `upperMargin` at `upperLength`. The parts `loss` and
 * `length` have one loss for each example; `length` is `lambda * (a / upperLength^2 + 1 / a)` for an embedding of length
 * a. The parameter is `W`, [dims, classes].
 *
 * Pass embeddings that are not normalized: the lengths are what the loss looks at. Where all of them are outside of the
 * two bounds, lengths have no gradient: choose bounds around the lengths that the network gives.
 *
 * @throws MetricLearningError if an option is unknown, missing or out of its range, or an upper bound is below its lower
 * bound.
 * @example
 * const loss = magFaceLoss({ classes: 10, dims: 64, scale: 32, lowerLength: 1, upperLength: 20 });
 * const value = loss.compute(embeddings, labels); // embeddings [batch, 64], labels 0 to 9
 * @see Meng et al.: MagFace, CVPR 2021. https://arxiv.org/abs/2103.06627
 */
export function magFaceLoss(options: MagFaceLossOptions): ClassLoss {
  const values = readOptions(name, magFaceLossOptions, options);
  const { lowerLength, upperLength, lowerMargin, upperMargin, lambda, easyMargin } = values;
  const { scale, labelSmoothing } = values;
  checkOrder('Length', lowerLength, upperLength);
  checkOrder('Margin', lowerMargin, upperMargin);
  const { spec, cosines } = classDirections(name, values);
  const growth = (upperMargin - lowerMargin) / (upperLength - lowerLength);

  return defineClassLoss({
    ...spec,
    name,
    options: values,
    logits: (embeddings) => mul(cosines(embeddings), scale),
    parts(embeddings, targets) {
      const free = reshape<Rank.R1>(rowLengths(embeddings), [targets.ids.length]);
      const lengths = clipped(free, lowerLength, upperLength);
      const margins = add<Tensor1D>(mul(sub(lengths, lowerLength), growth), lowerMargin);
      const x = cosines(embeddings);
      const mask = oneHot(targets);
      const target = sum<Tensor1D>(mul(x, mask), 1);
      const withMargin = addAngle(target, margins, easyMargin);
      const logits = add<Tensor2D>(x, mul(mask, asColumn(sub(withMargin, target))));
      const penalty = mul<Tensor1D>(
        add(div(lengths, upperLength ** 2), div(1, lengths)),
        targets.coefficients ? mul(targets.coefficients, lambda) : lambda,
      );
      return [
        crossEntropy(logits, targets, { scale, labelSmoothing }),
        { name: 'length', kind: 'elements', values: penalty },
      ];
    },
  });
}

function checkOrder(of: 'Length' | 'Margin', lower: number, upper: number): void {
  if (upper > lower || (of === 'Margin' && upper === lower)) return;
  throw new MetricLearningError({
    where: name,
    expected: `upper${of} to be larger than lower${of} (${lower})`,
    got: `upper${of}: ${upper}`,
  });
}

/** Clips to two bounds, with gradient 0 outside. */
function clipped(x: Tensor1D, low: number, high: number): Tensor1D {
  return withGradient<Tensor1D>([x], (save) => {
    save([x]);
    return {
      value: clipByValue(x, low, high),
      gradient(dy, [saved]) {
        const inside = mul(
          cast(greater(saved as Tensor1D, low), 'float32'),
          cast(greater(high, saved as Tensor1D), 'float32'),
        );
        return [mul(dy, inside)];
      },
    };
  });
}

/**
 * `cos(angle + margin)` from cosines and margins, [batch] each. With `easy` the cosine stays as it is where the angle
 * exceeds 90 degrees; else, where `angle + margin` exceeds 180 degrees, it is `cos(angle) - margin * sin(margin)`.
 */
function addAngle(cosine: Tensor1D, margin: Tensor1D, easy: boolean): Tensor1D {
  return withGradient<Tensor1D>([cosine, margin], (save) => {
    save([cosine, margin]);
    const parts = (c: Tensor1D, m: Tensor1D) => {
      const sine = sqrt<Tensor1D>(relu(sub(1, square(c))));
      const [cosM, sinM] = [cos<Tensor1D>(m), sin<Tensor1D>(m)];
      const within = greater<Tensor1D>(c, easy ? zerosLike(c) : neg(cosM));
      return { sine, cosM, sinM, within };
    };
    const { sine, cosM, sinM, within } = parts(cosine, margin);
    const turned = sub<Tensor1D>(mul(cosine, cosM), mul(sine, sinM));
    return {
      value: select(within, turned, easy ? cosine : sub<Tensor1D>(cosine, mul(margin, sinM))),
      gradient(dy, saved) {
        const [c, m] = saved as [Tensor1D, Tensor1D];
        const at = parts(c, m);
        const ofCosine = add<Tensor1D>(at.cosM, mul(divNoNan<Tensor1D>(c, at.sine), at.sinM));
        const ofMargin = neg(add<Tensor1D>(mul(c, at.sinM), mul(at.sine, at.cosM)));
        const beyond = easy ? zerosLike(m) : neg(add<Tensor1D>(at.sinM, mul(m, at.cosM)));
        return [
          mul(dy, select(at.within, ofCosine, onesLike(c))),
          mul(dy, select(at.within, ofMargin, beyond)),
        ];
      },
    };
  });
}
