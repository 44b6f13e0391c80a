import {
  add,
  clone,
  concat,
  dispose,
  keep,
  mul,
  type NamedTensorMap,
  type Scalar,
  scalar,
  slice,
  sum,
  Tensor,
  type Tensor2D,
  tidy,
  util,
  type Variable,
  variable,
} from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { show } from '../../internal/checks.ts';
import { noSnapshot } from '../../internal/snapshot.ts';
import type { ForwardPass } from '../../networks/forwardPass.ts';
import { snapshotNetwork } from '../../networks/networkState.ts';
import { onHost, readForHost } from '../../ops/onHost.ts';
import { canReadNow } from '../../ops/readNow.ts';
import { type Random, type RandomState, restoreRandom } from '../../random/createRandom.ts';
import { withSeededMath } from '../../random/withSeededMath.ts';
import type { LoadedBatch } from './batchFeed.ts';
import { createLossRecord, type LossRecord } from './lossRecord.ts';
import type { Objective } from './objective.ts';
import { variableGradients } from './variableGradients.ts';

/** What is needed to compute gradients. */
export interface GradientParts {
  readonly base: LayersModel;
  /** The network with its normalization before it. */
  readonly forward: ForwardPass;
  readonly objective: Objective;
  /** The trainable weights of the network. */
  readonly weights: readonly Variable[];
  /** The parameters of the loss. */
  readonly parameters: readonly Variable[];
  /** Changes training examples at random; returns them unchanged where there is no augmentation. */
  readonly augment: Augment;
  /** How often a batch holds each of its examples: 2 for two views. Each view is augmented alone. */
  readonly views: 1 | 2;
  /** Embeds the second views in place of the network, where there is a momentum encoder; no gradient flows through it. */
  readonly keys: ((examples: Tensor) => Tensor2D) | undefined;
}

/** Changes a batch of examples [batch, ...] at random, keeping its shape: shifts, noise, crops. */
export type Augment = (examples: Tensor, random: Random) => Tensor;

/** The loss of a batch and its gradients by variable name; the caller disposes all of it. */
export interface Gradients {
  readonly loss: Scalar;
  readonly grads: NamedTensorMap;
  readonly embeddings: Tensor2D;
  /** What the loss reported. */
  readonly record: LossRecord;
}

/** One forward and one backward pass over the whole batch. */
export function wholeGradients(
  parts: GradientParts,
  batch: LoadedBatch,
  random: Random,
): Gradients {
  const { base, forward, objective, weights, parameters, keys } = parts;
  const count = batch.indices.length;
  const trained = keys === undefined ? count : count / 2;
  const examples = tidy(() => augmentedExamples(parts, batch, 0, trained, random));
  const record = createLossRecord();
  const kept: Tensor2D[] = [];
  let others: Tensor2D | undefined;
  try {
    others = keysOf(parts, batch, trained, count, random);
    const { value, grads } = withSeededMath(random, () =>
      variableGradients(() => {
        const queries = forward(examples, 'training');
        const embeddings = keep(others === undefined ? queries : concat([queries, others], 0));
        kept.push(embeddings);
        return plusPenalties(base, objective(embeddings, batch, record.observe), record);
      }, [...weights, ...parameters]),
    );
    return { loss: value, grads, embeddings: kept[0]!, record };
  } catch (error) {
    record.dispose();
    dispose(kept);
    throw error;
  } finally {
    examples.dispose();
    others?.dispose();
  }
}

/**
 * The same gradients with the memory of `size` examples: all are embedded in parts without a tape, the loss over the
 * whole batch gives the gradient of each embedding, and each part is passed again to carry it back to the weights.
 *
 * Dropout masks and augmentation are the same in both passes. Batch normalization sees the parts, twice, not the batch.
 *
 * On webgpu, where nothing can be read while gradients are recorded, miner and loss run beside it on a backend that can:
 * the network stays on the graphics card. Its statistics are then those of the first pass.
 *
 * @see Gao et al.: Scaling Deep Contrastive Learning Batch Size under Memory Limited Setup, 2021. https://arxiv.org/abs/2101.06983
 */
export async function cachedGradients(
  parts: GradientParts,
  batch: LoadedBatch,
  random: Random,
  size: number,
): Promise<Gradients> {
  const { base, forward, objective, weights, parameters, keys } = parts;
  const count = batch.indices.length;
  const trained = keys === undefined ? count : count / 2;
  const starts = Array.from({ length: Math.ceil(trained / size) }, (_, i) => i * size);
  const embed = (start: number, stream: Random): Tensor2D =>
    withSeededMath(stream, () => {
      const end = Math.min(start + size, trained);
      return forward(augmentedExamples(parts, batch, start, end, stream), 'training');
    });

  const states: RandomState[] = [];
  const record = createLossRecord();
  const held: (Tensor | NamedTensorMap)[] = [];
  const onTape = canReadNow();
  let statistics = noSnapshot;
  try {
    const embeddings = tidy(() => {
      const pieces = starts.map((start) => {
        states.push(random.state());
        return tidy(() => embed(start, random));
      });
      for (let start = trained; start < count; start += size) {
        const others = keysOf(parts, batch, start, Math.min(start + size, count), random);
        if (others !== undefined) pieces.push(others);
      }
      return variable(concat(pieces, 0));
    }) as Variable & Tensor2D;
    held.push(embeddings);
    await readForHost([embeddings, ...parameters]);
    const { value, grads } = onHost('TripletModel.fit', () =>
      variableGradients(
        () => {
          const loss = objective(embeddings, batch, record.observe);
          return onTape ? plusPenalties(base, loss, record) : clone(loss); // the record keeps it
        },
        onTape ? [embeddings, ...parameters, ...weights] : [embeddings, ...parameters],
      ),
    );
    held.push(value, grads);
    const direction = grads[embeddings.name]!;
    if (!onTape) statistics = snapshotNetwork(base);
    starts.forEach((start, i) => {
      const { value: along, grads: more } = variableGradients(() => {
        const part = embed(start, restoreRandom(states[i]!));
        return sum<Scalar>(mul(part, slice(direction, [start, 0], part.shape)));
      }, weights);
      along.dispose();
      accumulate(grads, more);
    });
    statistics.restore();
    delete grads[embeddings.name];
    direction.dispose();
    const loss = onTape ? value : addPenalties(parts, value, grads, record);
    return { loss, grads, embeddings, record };
  } catch (error) {
    record.dispose();
    for (const one of held) dispose(one);
    throw error;
  } finally {
    statistics.dispose();
  }
}

/** Second views as the momentum encoder embeds them; undefined where there is none. */
function keysOf(
  parts: GradientParts,
  batch: LoadedBatch,
  start: number,
  end: number,
  random: Random,
): Tensor2D | undefined {
  const { keys } = parts;
  return keys && tidy(() => keys(augmentedExamples(parts, batch, start, end, random)));
}

function plusPenalties(base: LayersModel, loss: Scalar, { observe }: LossRecord): Scalar {
  return base.calculateLosses().reduce((total, penalty) => {
    observe('network', penalty);
    return add<Scalar>(total, penalty);
  }, loss);
}

/** Adds the penalties of the network to the gradients, and to the loss, which is disposed. */
function addPenalties(
  { base, weights }: GradientParts,
  loss: Scalar,
  grads: NamedTensorMap,
  record: LossRecord,
): Scalar {
  if (tidy(() => base.calculateLosses().length) === 0) return loss;
  const { value, grads: more } = variableGradients(
    () => plusPenalties(base, scalar(0), record),
    weights,
  );
  accumulate(grads, more);
  const total = add<Scalar>(loss, value);
  dispose([loss, value]);
  return total;
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

/** Examples of a batch, changed by the augmentation: the views of a batch one by one. */
function augmentedExamples(
  { augment, views }: GradientParts,
  batch: LoadedBatch,
  start: number,
  end: number,
  random: Random,
): Tensor {
  const half = batch.indices.length / 2;
  const cuts = views === 2 && start < half && end > half ? [start, half, end] : [start, end];
  const pieces = cuts.slice(1).map((to, i) => {
    const from = cuts[i]!;
    return augmented(augment, batch.examples(from, to), random);
  });
  return pieces.length === 1 ? pieces[0]! : concat(pieces, 0);
}

/** The examples that `augment` returned; throws unless they are a tensor of the same shape. */
function augmented(augment: Augment, examples: Tensor, random: Random): Tensor {
  const changed: unknown = augment(examples, random);
  if (changed instanceof Tensor && util.arraysEqual(changed.shape, examples.shape)) return changed;
  throw new MetricLearningError({
    where: 'TripletModel.fit',
    expected: `augment to return a tensor of shape [${examples.shape.join(', ')}]`,
    got: changed instanceof Tensor ? `one of shape [${changed.shape.join(', ')}]` : show(changed),
  });
}
