import {
  add,
  exp,
  log,
  max,
  mul,
  softmax,
  sub,
  sum,
  type Tensor1D,
  type Tensor2D,
  tensor1d,
} from '@tensorflow/tfjs-core';
import { hasOwnKernel, runOwnKernel } from '../../ops/ownKernel.ts';
import { pick } from '../../ops/pick.ts';
import { asColumn } from '../../ops/rows.ts';
import { withGradient } from '../../ops/withGradient.ts';
import type { LossPart } from '../../reducers/reducer.ts';
import { type ClassTargets, oneHot } from './classTargets.ts';
import { type TargetMargin, withTargetMargin } from './targetMargin.ts';

export interface CrossEntropyOptions {
  /** The margin on the entry of the target class, before `scale`. Default: none. */
  margin?: TargetMargin;
  /** Logits are `scale` times the matrix. Default 1. */
  scale?: number;
  /** The target distribution gives every class this much divided by the number of classes. Default 0. */
  labelSmoothing?: number;
}

/**
 * Cross entropy between `softmax(scale * x)` and the target distribution of each example, times the coefficient of the
 * example; x is [batch, classes]. Without smoothing it is `-log softmax(scale * x)` at the target class.
 */
export function crossEntropy(
  x: Tensor2D,
  targets: ClassTargets,
  { margin, scale = 1, labelSmoothing = 0 }: CrossEntropyOptions = {},
): LossPart {
  const values =
    hasOwnKernel('SimdCrossEntropy') && labelSmoothing === 0
      ? byKernel(x, targets, scale, margin)
      : byTensors(x, targets, scale, margin, labelSmoothing);
  const { coefficients } = targets;
  return {
    name: 'loss',
    kind: 'elements',
    values: coefficients ? mul(values, coefficients) : values,
  };
}

function byKernel(
  x: Tensor2D,
  { ids }: ClassTargets,
  scale: number,
  margin: TargetMargin | undefined,
): Tensor1D {
  const target = tensor1d(ids, 'int32');
  const rows = ids.map((_, row) => row);
  const withMargin = (entries: Tensor2D) => margin?.(pick(entries, rows, ids));
  return withGradient<Tensor1D>([x], (save) => {
    const inputs = { x, targets: target, targetX: withMargin(x)?.value };
    const losses = runOwnKernel('SimdCrossEntropy', inputs, { scale })[0] as Tensor1D;
    save([x, target, losses]);
    return {
      value: losses,
      gradient(dy, [entries, columns, values]) {
        const entry = withMargin(entries as Tensor2D);
        const ofMargin = { targetX: entry?.value, derivative: entry?.derivative?.() };
        const given = { x: entries, targets: columns, losses: values, dy, ...ofMargin };
        return [...runOwnKernel('SimdCrossEntropyGradient', given, { scale })];
      },
    };
  });
}

function byTensors(
  x: Tensor2D,
  targets: ClassTargets,
  scale: number,
  margin: TargetMargin | undefined,
  labelSmoothing: number,
): Tensor1D {
  const mask = oneHot(targets);
  const entries = margin ? withTargetMargin(x, mask, margin) : x;
  const logits = scale === 1 ? entries : mul<Tensor2D>(entries, scale);
  const distribution =
    labelSmoothing === 0
      ? mask
      : add<Tensor2D>(mul(mask, 1 - labelSmoothing), labelSmoothing / targets.classes);
  return withGradient<Tensor1D>([logits], (save) => {
    save([logits, distribution]);
    const below = sub<Tensor2D>(logits, max(logits, 1, true));
    return {
      value: sub(log(sum(exp(below), 1)), sum(mul(below, distribution), 1)),
      gradient(dy, saved) {
        const [values, target] = saved as [Tensor2D, Tensor2D];
        return [mul(sub(softmax(values), target), asColumn(dy))];
      },
    };
  });
}
