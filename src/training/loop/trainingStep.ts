import { dispose, type Optimizer, type Tensor, type Variable } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import type { Random } from '../../random/createRandom.ts';
import type { Batch } from './batches.ts';
import type { LoadedBatch } from './batchFeed.ts';
import { type BatchStatistics, batchStatistics } from './batchStatistics.ts';
import { clipByGlobalNorm } from './clipByGlobalNorm.ts';
import {
  cachedGradients,
  type GradientParts,
  type Gradients,
  wholeGradients,
} from './gradients.ts';
import type { LossReading } from './lossRecord.ts';

/** What is trained, and how. */
export interface Trainee extends GradientParts {
  readonly optimizer: Optimizer;
  /** The largest joint length of the gradients. */
  readonly clipNorm: number | undefined;
  /** Examples passed through the network at a time; undefined for the whole batch. */
  readonly subBatchSize: number | undefined;
}

/** What one step tells. */
export interface StepResult extends BatchStatistics, LossReading {
  /** The batch's loss before the step, with the network's regularization losses. */
  readonly loss: number;
  /** Joint Euclidean length of all gradients before clipping; undefined without `clipNorm`. */
  readonly gradientNorm: number | undefined;
}

/**
 * One step: the batch's loss, its gradients, the optimizer.
 *
 * @throws MetricLearningError if the loss is not finite: the weights then stay as they were before the step.
 */
export async function trainingStep(
  trainee: Trainee,
  batch: LoadedBatch,
  random: Random,
  name: string,
): Promise<StepResult> {
  const { optimizer, clipNorm, subBatchSize: size } = trainee;
  const gradients =
    size === undefined || size >= batch.indices.length
      ? wholeGradients(trainee, batch, random)
      : cachedGradients(trainee, batch, random, size);
  const { grads, record } = gradients;
  try {
    const told = await read(gradients, batch);
    const gradientNorm =
      clipNorm === undefined ? undefined : await clipByGlobalNorm(grads, clipNorm);
    if (!Number.isFinite(told.loss) || Number.isNaN(gradientNorm)) throw notFinite(told, name);
    // By place, not by name: tfjs keeps an optimizer's moments by position in this list.
    optimizer.applyGradients(
      variablesOf(trainee).map((one) => ({ name: one.name, tensor: grads[one.name] as Tensor })),
    );
    return { ...told, gradientNorm };
  } finally {
    record.dispose();
    dispose([gradients.loss, gradients.embeddings, grads]);
  }
}

/** All that the optimizer changes, in the order it keeps its moments. */
export function variablesOf({ weights, lossWeights }: GradientParts): Variable[] {
  return [...weights, ...lossWeights];
}

async function read(
  { loss: value, embeddings, record }: Gradients,
  batch: Batch,
): Promise<Omit<StepResult, 'gradientNorm'>> {
  const [loss = Number.NaN] = await value.data();
  return {
    ...batchStatistics(await embeddings.data(), embeddings.shape[1], batch),
    ...(await record.read()),
    loss,
  };
}

function notFinite(
  { loss, embeddingNorm }: Omit<StepResult, 'gradientNorm'>,
  name: string,
): MetricLearningError {
  return new MetricLearningError({
    where: 'TripletModel.fit',
    expected: 'a finite loss and finite gradients',
    got: `loss ${loss} at ${name} (mean embedding length ${embeddingNorm})`,
    fix: 'The weights are as they were before that step. Lower the learning rate, scale the inputs down, or end the network with a unit-length layer.',
  });
}
