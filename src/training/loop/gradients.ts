import {
  add,
  concat,
  dispose,
  keep,
  mul,
  type NamedTensorMap,
  type Scalar,
  slice,
  sum,
  Tensor,
  type Tensor2D,
  tidy,
  util,
  type Variable,
  variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { show } from '../../internal/checks.ts';
import type { ForwardPass } from '../../networks/forwardPass.ts';
import { type Random, type RandomState, restoreRandom } from '../../random/createRandom.ts';
import { withSeededMath } from '../../random/withSeededMath.ts';
import type { LoadedBatch } from './batchFeed.ts';
import { createLossRecord, type LossRecord } from './lossRecord.ts';
import type { Objective } from './objective.ts';

/** What gradients are taken of. */
export interface GradientParts {
  readonly base: LayersModel;
  /** The network with its normalization before it. */
  readonly forward: ForwardPass;
  readonly objective: Objective;
  /** The network's trainable weights. */
  readonly weights: readonly Variable[];
  /** The loss's own weights. */
  readonly lossWeights: readonly Variable[];
  /** Changes training examples at random; returns them as they are where nothing is to be changed. */
  readonly augment: Augment;
}

/** Changes a batch of examples [batch, ...] at random, keeping its shape: shifts, noise, crops. */
export type Augment = (examples: Tensor, random: Random) => Tensor;

/** A batch's loss and its gradients by variable name; the caller disposes all of it. */
export interface Gradients {
  readonly loss: Scalar;
  readonly grads: NamedTensorMap;
  readonly embeddings: Tensor2D;
  /** What the loss told. */
  readonly record: LossRecord;
}

/** One forward and one backward pass over the whole batch. */
export function wholeGradients(
  { base, forward, objective, weights, lossWeights, augment }: GradientParts,
  batch: LoadedBatch,
  random: Random,
): Gradients {
  const examples = tidy(() => augmented(augment, batch.examples(0, batch.indices.length), random));
  const record = createLossRecord();
  const kept: Tensor2D[] = [];
  try {
    const { value, grads } = withSeededMath(random, () =>
      variableGrads(() => {
        const embeddings = keep(forward(examples, 'training'));
        kept.push(embeddings);
        return plusPenalties(base, objective(embeddings, batch, record.observe), record);
      }, [...weights, ...lossWeights]),
    );
    return { loss: value, grads, embeddings: kept[0] as Tensor2D, record };
  } catch (error) {
    record.dispose();
    dispose(kept);
    throw error;
  } finally {
    examples.dispose();
  }
}

/**
 * The same gradients with the memory of `size` examples: all are embedded in parts without a tape, the loss over the
 * whole batch gives the gradient of each embedding, and each part is passed again to carry it back to the weights.
 *
 * Dropout masks and augmentation are the same in both passes. Batch normalization sees the parts, twice, not the batch.
 *
 * @see Gao et al.: Scaling Deep Contrastive Learning Batch Size under Memory Limited Setup, 2021. https://arxiv.org/abs/2101.06983
 */
export function cachedGradients(
  { base, forward, objective, weights, lossWeights, augment }: GradientParts,
  batch: LoadedBatch,
  random: Random,
  size: number,
): Gradients {
  const count = batch.indices.length;
  const starts = Array.from({ length: Math.ceil(count / size) }, (_, i) => i * size);
  const pass = (start: number, chance: Random): Tensor2D =>
    withSeededMath(chance, () => {
      const end = Math.min(start + size, count);
      const examples = augmented(augment, batch.examples(start, end), chance);
      return forward(examples, 'training');
    });

  const states: RandomState[] = [];
  const parts = starts.map((start) => {
    states.push(random.state());
    return tidy(() => pass(start, random));
  });
  const embeddings = tidy(() => variable(concat(parts, 0))) as Variable & Tensor2D;
  dispose(parts);

  const record = createLossRecord();
  const { value: loss, grads } = variableGrads(
    () => plusPenalties(base, objective(embeddings, batch, record.observe), record),
    [embeddings, ...lossWeights, ...weights],
  );
  const direction = grads[embeddings.name] as Tensor2D;
  delete grads[embeddings.name];

  starts.forEach((start, i) => {
    const { value, grads: more } = variableGrads(() => {
      const part = pass(start, restoreRandom(states[i] as RandomState));
      return sum<Scalar>(mul(part, slice(direction, [start, 0], part.shape)));
    }, [...weights]);
    value.dispose();
    accumulate(grads, more);
  });
  direction.dispose();
  return { loss, grads, embeddings, record };
}

function plusPenalties(base: LayersModel, loss: Scalar, { observe }: LossRecord): Scalar {
  return base.calculateLosses().reduce((total, penalty) => {
    observe('network', penalty);
    return add<Scalar>(total, penalty);
  }, loss);
}

function accumulate(grads: NamedTensorMap, more: NamedTensorMap): void {
  for (const [name, grad] of Object.entries(more)) {
    const before = grads[name];
    if (before === undefined) {
      grads[name] = grad;
      continue;
    }
    grads[name] = add(before, grad);
    dispose([before, grad]);
  }
}

/** The changed examples; throws for what is none. */
function augmented(augment: Augment, examples: Tensor, random: Random): Tensor {
  const changed: unknown = augment(examples, random);
  if (changed instanceof Tensor && util.arraysEqual(changed.shape, examples.shape)) return changed;
  throw new MetricLearningError({
    where: 'TripletModel.fit',
    expected: `augment to return a tensor of shape [${examples.shape.join(', ')}]`,
    got: changed instanceof Tensor ? `one of shape [${changed.shape.join(', ')}]` : show(changed),
  });
}
