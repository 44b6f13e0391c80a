import {
  type Optimizer,
  type Tensor,
  type Tensor2D,
  util,
  type Variable,
} from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { readClassLabels } from '../../data/classLabels.ts';
import type { InputSpec } from '../../data/openDataset.ts';
import { isStream } from '../../data/streamDataset.ts';
import type { Distance } from '../../distances/distance.ts';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { checkRecord } from '../../internal/checkRecord.ts';
import { readOptions } from '../../internal/readOptions.ts';
import type { Loss } from '../../losses/loss.ts';
import { checkNotDisposed, parametersOf, type StatefulLoss } from '../../losses/parametricLoss.ts';
import type { KerasLoss } from '../../losses/triplet/tripletLoss.ts';
import { checkGuard } from '../../miners/mineHardNegatives.ts';
import {
  createMomentumEncoder,
  createMomentumEncoderOptions,
  type MomentumEncoder,
} from '../../networks/createMomentumEncoder.ts';
import { type ForwardPass, forwardPass } from '../../networks/forwardPass.ts';
import { networkVariables } from '../../networks/networkState.ts';
import type { FullNormalization } from '../../networks/normalization.ts';
import { createRandom } from '../../random/createRandom.ts';
import { consecutiveTripletsSampler } from '../../samplers/consecutiveTripletsSampler.ts';
import {
  checkCheckpointOptions,
  type Fingerprint,
  type RunParts,
  resumeCheckpoint,
  saveCheckpoint,
} from '../checkpoints/checkpoint.ts';
import { freshState, type RunState } from '../checkpoints/runState.ts';
import { checkEarlyStopping } from './earlyStopping.ts';
import {
  fitHardNegativesOptions,
  type HardNegativeSource,
  hardNegativeSource,
} from './hardNegatives.ts';
import { isOverViews, momentumObjective, objective, viewsObjective } from './objective.ts';
import { openFeed, type TrainingData } from './openFeed.ts';
import type { FitSettings } from './readFitOptions.ts';
import { shuffledBatches } from './shuffledBatches.ts';
import { checkClasses, watchTeaching } from './teaching.ts';
import type { TrainingPlan } from './train.ts';
import type { Learner } from './trainingStep.ts';
import { createValidation, noValidation } from './validation.ts';

/** The compiled model that a plan trains. */
export interface CompiledModel {
  readonly base: LayersModel;
  readonly forward: ForwardPass;
  readonly normalization: FullNormalization;
  readonly input: InputSpec;
  readonly optimizer: Optimizer;
  readonly loss: KerasLoss | Loss;
  /** What the loss measures between embeddings. */
  readonly distance: Distance;
}

/** A plan, the state from which it starts, and how to free what was made for it. */
export interface Prepared {
  readonly plan: TrainingPlan;
  readonly state: RunState;
  dispose(): void;
}

/** Makes a plan of model, data and options, and the state from which it starts. */
export async function createPlan(
  where: string,
  model: CompiledModel,
  data: TrainingData,
  settings: FitSettings,
): Promise<Prepared> {
  checkRecord(where, 'data', data, '{ examples, labels } or { stream }');
  const { momentumEncoder } = settings;
  const encoder = momentumEncoder && (await createMomentumEncoder(model.base, momentumEncoder));
  const dispose = (): void => encoder?.dispose();
  try {
    return { ...(await preparedPlan(where, model, data, settings, encoder)), dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

async function preparedPlan(
  where: string,
  model: CompiledModel,
  data: TrainingData,
  settings: FitSettings,
  encoder: MomentumEncoder | undefined,
): Promise<Omit<Prepared, 'dispose'>> {
  if (isStream(data)) checkNoSampler(where, settings);
  const { optimizer, loss, input } = model;
  const { views, seed, maxSteps, validation, checkpoint, earlyStopping } = settings;
  const sampler =
    settings.sampler ?? (views === 2 ? shuffledBatches : consecutiveTripletsSampler());
  const random = createRandom(seed);
  const learner = learnerOf(model, data, settings, encoder);
  const hard = hardNegativesOf(where, model, data, settings);
  const drawing = { sampler, batchSize: settings.batchSize, views, hard };
  const { feed, batchSize, labels, fingerprint } = await openFeed(
    where,
    input,
    data,
    drawing,
    random.fork('check'),
  );

  const overViews = views === 2 && typeof loss !== 'function' && isOverViews(loss);
  if (labels !== undefined) checkClasses(where, labels, { loss, overViews });

  const metrics = settings.validationMetrics ?? {};
  const judged = validation !== undefined && knowsClasses(where, loss, labels, validation, metrics);
  const measured = [...(judged ? ['valLoss'] : []), ...(validation ? Object.keys(metrics) : [])];
  if (earlyStopping !== undefined) checkEarlyStopping(where, earlyStopping, ['loss', ...measured]);
  if (checkpoint !== undefined) await checkCheckpointOptions(where, checkpoint);
  const validate =
    validation === undefined
      ? noValidation
      : await createValidation(`${where} (validation)`, {
          learner,
          input,
          data: validation,
          sampler: isStream(data) ? { ...shuffledBatches, ofOneDataset: true } : sampler,
          validationSampler: settings.validationSampler,
          batchSize,
          random: random.fork('validation'),
          metrics,
          judged,
          distance: model.distance,
        });

  const parts: RunParts = {
    optimizer,
    network: networkVariables(model.base),
    encoder: encoder ? networkVariables(encoder.model) : [],
    mined: hard,
    parameters: learner.parameters,
    loss: 'restore' in loss ? (loss as StatefulLoss) : undefined,
    fingerprint: {
      seed,
      'number of parameters': model.base.countParams(),
      optimizer: optimizer.getClassName(),
      loss: loss.name,
      miner: settings.miner?.name ?? 'none',
      'number of views': views,
      ...fingerprint,
      ...rarePrint(settings),
    },
  };
  const plan: TrainingPlan = {
    learner,
    best: parts,
    feed,
    epochs: settings.epochs ?? (maxSteps === undefined ? 1 : Infinity),
    maxSteps: maxSteps ?? Infinity,
    random,
    learningRate: settings.learningRate,
    validate,
    earlyStopping,
    teaching: watchTeaching(where, loss),
    async checkpoint(state, at) {
      const due = at === 'end' || state.totalSteps % (checkpoint?.everySteps ?? Infinity) === 0;
      if (checkpoint && due) await saveCheckpoint(checkpoint, state, parts);
    },
    signal: settings.signal,
    now: settings.now ?? util.now,
  };
  const resumed = checkpoint?.resume ? await resumeCheckpoint(checkpoint, parts) : undefined;
  const state = resumed ?? freshState();
  if (!isStream(data) && 'split' in data && data.split) state.history.split = data.split;
  return { plan, state };
}

/** What a resumed run must have in common with the run that it continues, of options that few runs have. */
function rarePrint({ momentumEncoder, hardNegatives }: FitSettings): Fingerprint {
  const { momentum } = readOptions('fit', createMomentumEncoderOptions, momentumEncoder ?? {});
  const hard = readOptions('fit', fitHardNegativesOptions, hardNegatives ?? {});
  return {
    ...(momentumEncoder && { 'momentum of the encoder': momentum }),
    ...(hardNegatives && { 'hard negatives': JSON.stringify(hard) }),
  };
}

function hardNegativesOf(
  where: string,
  { forward, distance }: CompiledModel,
  data: TrainingData,
  { hardNegatives }: FitSettings,
): HardNegativeSource | undefined {
  if (hardNegatives === undefined) return undefined;
  const place = `${where} (hardNegatives)`;
  if (isStream(data)) {
    throw new MetricLearningError({
      where: place,
      expected: 'a data set, whose negatives can be mined as a whole',
      got: 'a stream',
      fix: 'crossBatchMemory has the negatives of the latest batches of a stream.',
    });
  }
  const options = readOptions(place, fitHardNegativesOptions, hardNegatives);
  checkGuard(place, distance, options.guard);
  return hardNegativeSource(options, forward, distance);
}

function learnerOf(
  model: CompiledModel,
  data: TrainingData,
  settings: FitSettings,
  encoder: MomentumEncoder | undefined,
): Learner {
  const { base, forward, optimizer, loss } = model;
  const { miner, views, augment } = settings;
  const parameters = parametersOf(loss);
  checkNotDisposed(typeof loss === 'function' ? 'TripletModel.fit' : loss.name, parameters);
  checkTrainable(base, parameters);
  const sampler = isStream(data) ? shuffledBatches : (settings.sampler ?? { kind: 'triplets' });
  return {
    base,
    forward,
    optimizer,
    loss,
    objective: encoder
      ? momentumObjective(loss, miner)
      : views === 2
        ? viewsObjective(loss, miner)
        : objective(loss, miner, sampler),
    weights: base.trainableWeights.map((weight) => weight.read() as Variable),
    parameters,
    clipNorm: settings.clipNorm,
    subBatchSize: settings.subBatchSize,
    augment: augment ?? ((examples) => examples),
    views,
    keys: encoder && keysBy(encoder, model.normalization),
    follow: encoder && (() => encoder.update()),
  };
}

function checkTrainable(base: LayersModel, parameters: readonly Variable[]): void {
  if (base.trainableWeights.length > 0 || parameters.length > 0) return;
  throw new MetricLearningError({
    where: 'TripletModel.fit',
    expected: 'a base with weights to train',
    got: 'one whose layers are all frozen, or have no weights',
    fix: 'Set trainable = true on the layers that are to learn.',
  });
}

/**
 * Whether the loss can judge held-out examples: a loss over classes has nothing for a class that it is not trained on.
 *
 * @throws MetricLearningError if it cannot, and no metric is there that can.
 */
function knowsClasses(
  where: string,
  loss: KerasLoss | Loss,
  trained: Int32Array | undefined,
  held: TrainingData,
  metrics: object,
): boolean {
  if (typeof loss === 'function' || !loss.accepts.classes || trained === undefined) return true;
  if (isStream(held) || held.labels === undefined) return true;
  const known = new Set(trained);
  const place = `${where} (validation)`;
  const unknown = readClassLabels(place, held.labels).ids.find((id) => !known.has(id));
  if (unknown !== undefined && Object.keys(metrics).length === 0) {
    throw new MetricLearningError({
      where: place,
      expected: `held-out examples of the classes that ${loss.name} is trained on, or metrics for them`,
      got: `class ${unknown}, which the training set does not have`,
      fix: 'Metrics measure classes that training never shows: validationMetrics: { precisionAt1 }.',
    });
  }
  return unknown === undefined;
}

function keysBy(
  encoder: MomentumEncoder,
  normalization: FullNormalization,
): (examples: Tensor) => Tensor2D {
  const forward = forwardPass(encoder.model, normalization);
  return (examples) => forward(examples, 'inference');
}

function checkNoSampler(where: string, { sampler }: FitSettings): void {
  if (sampler === undefined) return;
  throw new MetricLearningError({
    where,
    expected: 'no sampler for a stream, which comes in batches already',
    got: `sampler: ${sampler.name}`,
    fix: 'Leave the sampler out; balancedStream makes batches with several examples of each class.',
  });
}
