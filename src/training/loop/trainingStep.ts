import { dispose, type Optimizer, type Variable } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { joinSnapshots, type Snapshot, snapshotVariables } from '../../internal/snapshot.ts';
import type { Loss } from '../../losses/loss.ts';
import { snapshotLoss } from '../../losses/snapshotLoss.ts';
import type { KerasLoss } from '../../losses/triplet/tripletLoss.ts';
import { snapshotNetwork } from '../../networks/networkState.ts';
import { canReadNow } from '../../ops/readNow.ts';
import type { Random } from '../../random/createRandom.ts';
import { applyGradients, snapshotOptimizer } from '../optimizer/optimizerSlots.ts';
import { allFinite } from './allFinite.ts';
import type { Batch } from './batches.ts';
import type { LoadedBatch } from './batchFeed.ts';
import { batchStatistics } from './batchStatistics.ts';
import { clipByGlobalNorm } from './clipByGlobalNorm.ts';
import type { StepResult } from './events.ts';
import { explainKernel } from './explainKernel.ts';
import {
  cachedGradients,
  type GradientParts,
  type Gradients,
  wholeGradients,
} from './gradients.ts';

/** What is trained, and how. */
export interface Learner extends GradientParts {
  readonly loss: Loss | KerasLoss;
  readonly optimizer: Optimizer;
  /** The largest joint length of the gradients. */
  readonly clipNorm: number | undefined;
  /** Examples passed through the network at a time; undefined for the whole batch. */
  readonly subBatchSize: number | undefined;
  /** Called after each step that was taken: the momentum encoder follows the network. */
  readonly follow: (() => void) | undefined;
}

/**
 * One step: the loss of the batch, its gradients, the optimizer.
 *
 * @throws MetricLearningError if the loss, a gradient or a weight after the step is not finite. After this and any
 * other error all is as it was before the step: every variable and statistic of the network, the parameters and the
 * memory of the loss, and the optimizer.
 */
export async function trainingStep(
  learner: Learner,
  batch: LoadedBatch,
  random: Random,
  name: string,
): Promise<StepResult> {
  const before = await snapshot(learner);
  try {
    const result = await step(learner, batch, random, name);
    learner.follow?.();
    return result;
  } catch (error) {
    before.restore();
    throw explainKernel(error);
  } finally {
    before.dispose();
  }
}

async function step(
  learner: Learner,
  batch: LoadedBatch,
  random: Random,
  name: string,
): Promise<StepResult> {
  const { optimizer, clipNorm, subBatchSize: size } = learner;
  const count = batch.indices.length;
  const gradients =
    (size === undefined || size >= count) && canReadNow()
      ? wholeGradients(learner, batch, random)
      : await cachedGradients(learner, batch, random, Math.min(size ?? count, count));
  const { grads, record } = gradients;
  try {
    const result = await read(gradients, batch);
    const finite = Number.isFinite(result.loss) && (await allFinite(grads));
    if (!finite) throw notFinite(result, name);
    const gradientNorm =
      clipNorm === undefined ? undefined : await clipByGlobalNorm(grads, clipNorm);
    const trained = trainedVariables(learner);
    applyGradients(optimizer, trained, grads);
    const after = Object.fromEntries(trained.map((one) => [one.name, one]));
    if (!(await allFinite(after))) {
      throw notFinite(result, name, 'weights after it', adviceFor(optimizer));
    }
    return { ...result, gradientNorm };
  } finally {
    record.dispose();
    dispose([gradients.loss, gradients.embeddings, grads]);
  }
}

/** All that the optimizer changes. */
export function trainedVariables({ weights, parameters }: GradientParts): Variable[] {
  return [...weights, ...parameters];
}

async function snapshot({ base, loss, optimizer, parameters }: Learner): Promise<Snapshot> {
  return joinSnapshots([
    snapshotNetwork(base),
    snapshotVariables(parameters),
    snapshotOptimizer(optimizer),
    await snapshotLoss(loss),
  ]);
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

/** What to do about an optimizer that makes weights NaN of finite gradients; undefined where the usual advice serves. */
function adviceFor(optimizer: Optimizer): string | undefined {
  const { centered } = optimizer.getConfig() as { centered?: boolean };
  return centered
    ? "tfjs' centered rmsprop takes the root of a negative number where a gradient is small: use rmsprop without centered, or adam."
    : undefined;
}

function notFinite(
  { loss, embeddingNorm }: Omit<StepResult, 'gradientNorm'>,
  name: string,
  what = 'gradients',
  advice = 'Lower the learning rate, scale the inputs down, or end the network with a unit-length layer.',
): MetricLearningError {
  return new MetricLearningError({
    where: 'TripletModel.fit',
    expected: `a finite loss and finite ${what}`,
    got: `loss ${loss} at ${name} (mean embedding length ${embeddingNorm})`,
    fix: `The weights are as they were before that step. ${advice}`,
  });
}
