import { type Optimizer, type Tensor2D, util, type Variable } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Dataset } from '../../data/dataset.ts';
import type { ExampleSource } from '../../data/exampleSource.ts';
import { type InputSpec, openDataset } from '../../data/openDataset.ts';
import { checkRecord } from '../../internal/checkRecord.ts';
import { checkInteger } from '../../internal/checks.ts';
import type { Loss } from '../../losses/loss.ts';
import type { ParametricLoss, StatefulLoss } from '../../losses/parametricLoss.ts';
import type { KerasLoss } from '../../losses/triplet/tripletLoss.ts';
import { embedExamples } from '../../networks/embedExamples.ts';
import type { ForwardPass } from '../../networks/forwardPass.ts';
import { createRandom, type Random } from '../../random/createRandom.ts';
import { consecutiveTripletsSampler } from '../../samplers/consecutiveTripletsSampler.ts';
import type { Sampler } from '../../samplers/sampler.ts';
import {
  checkCheckpointOptions,
  type Fingerprint,
  type RunParts,
  resumeCheckpoint,
  saveCheckpoint,
} from '../checkpoints/checkpoint.ts';
import { freshState, type RunState } from '../checkpoints/runState.ts';
import { type Batch, epochBatches } from './batches.ts';
import { type BatchFeed, datasetFeed, type StreamDataset, streamFeed } from './batchFeed.ts';
import { checkTrainOptions } from './checkTrainOptions.ts';
import { checkEarlyStopping } from './earlyStopping.ts';
import { heldOutLoss } from './heldOutLoss.ts';
import { type Objective, objective } from './objective.ts';
import type { TrainingPlan, Validation } from './train.ts';
import type { FitOptions, ValidationMetric } from './trainOptions.ts';

/** What `fit` brings to a plan beside data and options. */
export interface Learner {
  readonly base: LayersModel;
  readonly forward: ForwardPass;
  readonly input: InputSpec;
  readonly optimizer: Optimizer;
  readonly loss: KerasLoss | Loss;
}

const where = 'TripletModel.fit';

/** Checks data and options, and makes of them a plan, and the state from which it starts. */
export async function createPlan(
  learner: Learner,
  data: Dataset | StreamDataset,
  options: FitOptions,
): Promise<{ plan: TrainingPlan; state: RunState }> {
  checkTrainOptions(where, options);
  checkRecord(where, 'data', data, '{ examples, labels } or { stream }');
  const { base, forward, optimizer, loss } = learner;
  const { sampler = consecutiveTripletsSampler(), batchSize = 32, epochs = 1, seed = 0 } = options;
  const goal = objective(loss, options.miner, 'stream' in data ? streaming : sampler);
  const random = createRandom(seed);
  const { feed, fingerprint } =
    'stream' in data
      ? openStream(learner.input, data)
      : await openFeed(learner.input, data, sampler, batchSize, random.fork('check'));
  const { earlyStopping, checkpoint, validation, validationMetrics = {} } = options;
  const measured = validation === undefined ? [] : ['valLoss', ...Object.keys(validationMetrics)];
  if (earlyStopping !== undefined) checkEarlyStopping(where, earlyStopping, ['loss', ...measured]);
  if (checkpoint !== undefined) await checkCheckpointOptions(where, checkpoint);

  const parts: RunParts = {
    optimizer,
    weights: base.weights.map((weight) => weight.read() as Variable),
    loss: 'restore' in loss ? (loss as StatefulLoss) : undefined,
    fingerprint: { seed, 'number of parameters': base.countParams(), ...fingerprint },
  };

  const plan: TrainingPlan = {
    trainee: {
      base,
      forward,
      objective: goal,
      optimizer,
      weights: base.trainableWeights.map((weight) => weight.read() as Variable),
      lossWeights: 'variables' in loss ? Object.values((loss as ParametricLoss).variables) : [],
      clipNorm: options.clipNorm,
      subBatchSize: options.subBatchSize,
      augment: options.augment ?? ((examples) => examples),
    },
    feed,
    epochs,
    random,
    learningRate: options.learningRate,
    validate: validator(
      forward,
      goal,
      validation && (await openDataset(`${where} (validation)`, learner.input, validation)),
      (ids) => epochBatches(sampler, ids, random.fork('validation'), batchSize),
      validationMetrics,
    ),
    earlyStopping,
    async checkpoint(state, at) {
      const due = at === 'end' || state.taken % (checkpoint?.everySteps ?? Infinity) === 0;
      if (checkpoint && due) await saveCheckpoint(checkpoint, state, parts);
    },
    signal: options.signal,
    now: options.now ?? util.now,
  };
  const resumed = checkpoint?.resume ? await resumeCheckpoint(checkpoint, parts) : undefined;
  return { plan, state: resumed ?? freshState() };
}

/** A stream gives whole batches, as a sampler of batches does. */
const streaming = { kind: 'batches' } as const;

interface Feed {
  readonly feed: BatchFeed;
  readonly fingerprint: Fingerprint;
}

async function openFeed(
  input: InputSpec,
  data: Dataset,
  sampler: Sampler,
  batchSize: number,
  random: Random,
): Promise<Feed> {
  const { source, labels } = await openDataset(where, input, data);
  const steps = epochBatches(sampler, labels, random, batchSize).length;
  return {
    feed: datasetFeed(source, labels, sampler, batchSize),
    fingerprint: {
      'batch size': batchSize,
      sampler: sampler.name,
      'number of examples': source.count,
      'steps an epoch': steps,
    },
  };
}

function openStream(input: InputSpec, data: StreamDataset): Feed {
  const { stepsPerEpoch } = data;
  if (stepsPerEpoch !== undefined) checkInteger(where, 'stepsPerEpoch', stepsPerEpoch);
  return {
    feed: streamFeed(where, data, input),
    fingerprint: { 'steps an epoch': stepsPerEpoch ?? 'all' },
  };
}

/** Measures loss and metrics on a validation set: each of its examples is embedded once. */
function validator(
  forward: ForwardPass,
  goal: Objective,
  held: { source: ExampleSource; labels: Int32Array } | undefined,
  draw: (labels: Int32Array) => Batch[],
  wished: Readonly<Record<string, ValidationMetric>>,
): () => Promise<Validation> {
  if (held === undefined) return async () => ({ valLoss: undefined, metrics: {} });
  const { source, labels } = held;
  const batches = draw(labels);
  return async () => {
    const embeddings: Tensor2D = embedExamples(forward, source);
    try {
      const valLoss = await heldOutLoss(embeddings, batches, goal);
      const metrics: Record<string, number> = {};
      for (const [name, metric] of Object.entries(wished)) {
        metrics[name] = await metric(embeddings, labels);
      }
      return { valLoss, metrics };
    } finally {
      embeddings.dispose();
    }
  };
}
