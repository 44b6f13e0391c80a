import {
  add,
  dispose,
  keep,
  type NamedTensorMap,
  type Optimizer,
  type Scalar,
  type Tensor,
  type Tensor2D,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { MetricLearningError } from '../base/errors.ts';
import type { Random } from '../base/random.ts';
import type { ExampleSource } from '../data/exampleSource.ts';
import type { Batch } from './batches.ts';
import type { Objective } from './objective.ts';
import { withSeededMath } from './withSeededMath.ts';

/** What is trained, and how. */
export interface Trainee {
  readonly base: LayersModel;
  readonly objective: Objective;
  readonly optimizer: Optimizer;
  /** What the optimizer changes: the network's trainable weights, and the loss's own. */
  readonly variables: Variable[];
}

/** What one step tells. */
export interface StepResult {
  /** The batch's loss before the step, with the network's regularization losses. */
  readonly loss: number;
  /** Share of triplets with a loss above zero; undefined where the loss does not tell each triplet's. */
  readonly active: number | undefined;
  /** Mean Euclidean length of the batch's embeddings. */
  readonly embeddingNorm: number;
}

/**
 * One step: one forward pass over all examples of the batch, the loss, its gradients, the optimizer.
 *
 * @throws MetricLearningError if the loss is not finite: the weights then stay as they were before the step.
 */
export async function trainingStep(
  { base, objective, optimizer, variables }: Trainee,
  source: ExampleSource,
  batch: Batch,
  random: Random,
  name: string,
): Promise<StepResult> {
  const examples = source.pick(batch.indices);
  const watched: { each?: Tensor; embeddings?: Tensor2D } = {};
  let value: Scalar | undefined;
  let grads: NamedTensorMap = {};
  try {
    ({ value, grads } = withSeededMath(random, () =>
      variableGrads(() => {
        const embeddings = keep(base.apply(examples, { training: true }) as Tensor2D);
        watched.embeddings = embeddings;
        const { loss, each } = objective(embeddings, batch);
        if (each !== undefined) watched.each = keep(each);
        return base.calculateLosses().reduce((sum, penalty) => add<Scalar>(sum, penalty), loss);
      }, variables),
    ));
    const result = await read(value, watched);
    if (!Number.isFinite(result.loss)) throw notFinite(result, name);
    // By place, not by name: tfjs keeps an optimizer's moments by position in this list.
    optimizer.applyGradients(
      variables.map((variable) => ({ name: variable.name, tensor: grads[variable.name] as Tensor })),
    );
    return result;
  } finally {
    dispose([examples, value, watched.each, watched.embeddings, grads]);
  }
}

async function read(
  value: Scalar,
  { each, embeddings }: { each?: Tensor; embeddings?: Tensor2D },
): Promise<StepResult> {
  const [loss = Number.NaN] = await value.data();
  const terms = await each?.data();
  return {
    loss,
    active: terms && terms.filter((term: number) => term > 0).length / terms.length,
    embeddingNorm: embeddings
      ? meanLength(await embeddings.data(), embeddings.shape[1])
      : Number.NaN,
  };
}

function meanLength(values: ArrayLike<number>, dims: number): number {
  let total = 0;
  for (let start = 0; start < values.length; start += dims) {
    let squares = 0;
    for (let i = start; i < start + dims; i++) squares += (values[i] as number) ** 2;
    total += Math.sqrt(squares);
  }
  return total / (values.length / dims);
}

function notFinite({ loss, embeddingNorm }: StepResult, name: string): MetricLearningError {
  return new MetricLearningError({
    where: 'TripletModel.fit',
    expected: 'a finite loss',
    got: `${loss} at ${name} (mean embedding length ${embeddingNorm})`,
    fix: 'The weights are as they were before that step. Lower the learning rate, scale the inputs down, or end the network with a unit-length layer.',
  });
}
