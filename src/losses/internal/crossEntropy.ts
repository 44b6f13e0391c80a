import {
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
import { type Margin, moveOwn } from './moveOwn.ts';

export interface CrossEntropyOptions {
  /** What is put on the own class's entry, before `scale`. Default: nothing. */
  margin?: Margin;
  /** Logits are this times the matrix. Default 1. */
  scale?: number;
}

/** `-log softmax(scale * x)` at the class of each example, times the example's weight; x is [batch, classes]. */
export function crossEntropy(
  x: Tensor2D,
  targets: ClassTargets,
  { margin, scale = 1 }: CrossEntropyOptions = {},
): LossPart {
  const run = hasOwnKernel('SimdCrossEntropy') ? byKernel : byTensors;
  const values = run(x, targets, scale, margin);
  const { weights } = targets;
  return { name: 'loss', kind: 'elements', values: weights ? mul(values, weights) : values };
}

function byKernel(
  x: Tensor2D,
  { ids }: ClassTargets,
  scale: number,
  margin: Margin | undefined,
): Tensor1D {
  const own = tensor1d(ids, 'int32');
  const rows = ids.map((_, row) => row);
  const withMargin = (entries: Tensor2D) => margin?.(pick(entries, rows, ids));
  return withGradient<Tensor1D>([x], (save) => {
    const inputs = { x, targets: own, targetX: withMargin(x)?.moved };
    const losses = runOwnKernel('SimdCrossEntropy', inputs, { scale })[0] as Tensor1D;
    save([x, own, losses]);
    return {
      value: losses,
      gradient(dy, [entries, columns, values]) {
        const margins = withMargin(entries as Tensor2D);
        const margined = { targetX: margins?.moved, derivative: margins?.slope?.() };
        const given = { x: entries, targets: columns, losses: values, dy, ...margined };
        return [...runOwnKernel('SimdCrossEntropyGradient', given, { scale })];
      },
    };
  });
}

function byTensors(
  x: Tensor2D,
  targets: ClassTargets,
  scale: number,
  margin: Margin | undefined,
): Tensor1D {
  const mask = oneHot(targets);
  const moved = margin ? moveOwn(x, mask, margin) : x;
  const logits = scale === 1 ? moved : mul<Tensor2D>(moved, scale);
  return withGradient<Tensor1D>([logits], (save) => {
    save([logits, mask]);
    const below = sub<Tensor2D>(logits, max(logits, 1, true));
    return {
      value: sub(log(sum(exp(below), 1)), sum(mul(below, mask), 1)),
      gradient(dy, saved) {
        const [entries, own] = saved as [Tensor2D, Tensor2D];
        return [mul(sub(softmax(entries), own), asColumn(dy))];
      },
    };
  });
}
