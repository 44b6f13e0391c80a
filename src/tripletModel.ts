import type { io, Tensor2D } from '@tensorflow/tfjs-core';
import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers';
import type { Dataset, Examples } from './data/dataset.ts';
import { type ExampleSource, exampleSource } from './data/exampleSource.ts';
import { openDataset } from './data/openDataset.ts';
import { MetricLearningError } from './errors/metricLearningError.ts';
import { type TripletAccuracy, tripletAccuracy } from './evaluation/tripletAccuracy.ts';
import { checkOptions } from './internal/checkOptions.ts';
import { checkRecord } from './internal/checkRecord.ts';
import { checkInteger, show } from './internal/checks.ts';
import type { Loss } from './losses/loss.ts';
import type { LossState, StatefulLoss } from './losses/parametricLoss.ts';
import type { KerasLoss } from './losses/triplet/tripletLoss.ts';
import { type BaseShape, checkBase } from './networks/checkBase.ts';
import { embedBatch, embedExamples } from './networks/embedExamples.ts';
import { fitNormalization } from './networks/fitNormalization.ts';
import { type ForwardPass, forwardPass } from './networks/forwardPass.ts';
import { withNetworkMetadata } from './networks/networkMetadata.ts';
import { declareNormalization, normalizationOf } from './networks/networkNormalization.ts';
import {
  checkNormalization,
  type FullNormalization,
  type Normalization,
  noNormalization,
} from './networks/normalization.ts';
import { tripletNetwork } from './networks/tripletNetwork.ts';
import { registerUnitLength } from './networks/unitLength.ts';
import { fileStore } from './node/fileStore.ts';
import { createRandom } from './random/createRandom.ts';
import { checkSampler } from './samplers/checkSampler.ts';
import { consecutiveTripletsSampler } from './samplers/consecutiveTripletsSampler.ts';
import type { TripletSampler } from './samplers/sampler.ts';
import { savedLossState, withLossState } from './training/checkpoints/lossMetadata.ts';
import type { History } from './training/checkpoints/runState.ts';
import { createDoctor } from './training/diagnosis/doctor.ts';
import { epochBatches } from './training/loop/batches.ts';
import type { StreamDataset } from './training/loop/batchFeed.ts';
import { type CompileOptions, compileNetwork } from './training/loop/compileNetwork.ts';
import { createPlan } from './training/loop/createPlan.ts';
import { heldOutLoss } from './training/loop/heldOutLoss.ts';
import { objective } from './training/loop/objective.ts';
import { type TrainingEvent, train } from './training/loop/train.ts';
import type { FitOptions, TrainOptions } from './training/loop/trainOptions.ts';

export interface TripletModelOptions {
  /**
   * What the network does to its input first, in training and ever after; saved with the network. `'fit'` takes mean
   * and deviation of each channel from the examples of the first `fit`. Default: nothing.
   */
  normalization?: Normalization | 'fit';
}

export interface EvaluateOptions {
  /** Default: `consecutiveTripletsSampler()`. */
  sampler?: TripletSampler;
  /** Triplets in a batch. Default 256. */
  batchSize?: number;
  /** Default 0. */
  seed?: number;
}

export interface Evaluation {
  /** Mean loss over the triplets. */
  readonly loss: number;
  /** Shares of triplets whose positive is nearer than their negative. */
  readonly triplets: TripletAccuracy;
}

/**
 * A network that learns to embed: examples of one class near each other, of different classes apart.
 *
 * It wraps any tfjs LayersModel with one input [batch, ...] and one output [batch, dims]. The base stays the
 * caller's and usable on its own; `network` is the same base seen three times, an ordinary tfjs model with inputs
 * `anc_input`, `pos_input`, `neg_input` and output [batch, 3 * dims].
 *
 * @throws MetricLearningError if `base` has several inputs or outputs, or another output shape.
 * @see Schroff, Kalenichenko, Philbin: FaceNet, CVPR 2015. https://arxiv.org/abs/1503.03832
 */
export class TripletModel {
  /** The caller's network. */
  readonly base: LayersModel;
  /** The three-input network on the base's weights. */
  readonly network: LayersModel;
  /** Length of an embedding. */
  readonly dims: number;
  /** What the loss had learned when this model was saved: `loss.restore(model.lossState)` goes on from there. */
  readonly lossState: LossState | undefined;
  readonly #shape: BaseShape;
  /** Undefined until the first `fit` has found it. */
  #normalization: FullNormalization | undefined;
  #loss: KerasLoss | Loss | undefined;
  #ownsOptimizer = false;

  constructor(base: LayersModel, options: TripletModelOptions = {}) {
    const where = 'TripletModel';
    this.#shape = checkBase(where, base);
    checkOptions(where, options, ['normalization']);
    const { normalization } = options;
    const known = normalizationOf(base);
    if (normalization !== undefined && normalization !== 'fit') {
      const full = checkNormalization(where, normalization, this.#shape.input);
      declareNormalization(where, base, full);
      this.#normalization = full;
    } else {
      this.#normalization = known ?? (normalization === 'fit' ? undefined : noNormalization);
    }
    this.base = base;
    this.dims = this.#shape.dims;
    this.network = tripletNetwork(base, this.#shape);
    this.lossState = savedLossState(base);
  }

  /**
   * What the network does to its input first: `(value * scale - mean) / std`.
   *
   * @throws MetricLearningError if it is to be found by the first `fit`, and there was none.
   */
  get normalization(): FullNormalization {
    if (this.#normalization !== undefined) return this.#normalization;
    throw new MetricLearningError({
      where: 'TripletModel',
      expected:
        "a model whose normalization is known (normalization: 'fit' finds it in the first fit)",
      got: 'a model that was not trained',
      fix: 'Call fit first, or pass scale, mean and std.',
    });
  }

  /**
   * Sets optimizer and loss, here and on `network`.
   *
   * @throws MetricLearningError if `loss` is neither a function nor a batch loss, or tfjs knows no such optimizer.
   */
  compile(options: CompileOptions): void {
    const before = this.#ownsOptimizer ? this.network.optimizer : undefined;
    compileNetwork('TripletModel.compile', this.network, options);
    before?.dispose();
    this.#loss = options.loss;
    this.#ownsOptimizer = typeof options.optimizer === 'string';
  }

  /**
   * Trains on examples and their class ids, and returns the losses of each epoch.
   *
   * All input is checked before the first step. When `signal` is aborted it stops after the step at hand, with
   * what was learned so far in the weights.
   *
   * @throws MetricLearningError for input that cannot be learned from, and when the loss is not finite.
   */
  async fit(data: Dataset | StreamDataset, options: FitOptions = {}): Promise<History> {
    const doctor = createDoctor();
    const events = this.train(data, options);
    for (;;) {
      const { done, value } = await events.next();
      if (done) return value;
      if (value.kind === 'epoch') {
        options.onEpoch?.(value);
        continue;
      }
      options.onStep?.(value);
      if (options.onDiagnosis) doctor.examine(value).forEach(options.onDiagnosis);
    }
  }

  /**
   * Trains as `fit` does, as a stream of events: one a step, one an epoch. Leaving the loop stops training.
   *
   * @throws MetricLearningError as `fit`.
   */
  async *train(
    data: Dataset | StreamDataset,
    options: TrainOptions = {},
  ): AsyncGenerator<TrainingEvent, History, void> {
    const loss = this.#compiledLoss('TripletModel.fit');
    const { optimizer } = this.network;
    await this.#findNormalization('TripletModel.fit', data);
    const learner = {
      base: this.base,
      forward: this.#forward,
      input: this.#shape,
      optimizer,
      loss,
    };
    const { plan, state } = await createPlan(learner, data, options);
    return yield* train(plan, state);
  }

  /**
   * Measures loss and triplet accuracy on examples and their class ids. Each example is embedded once.
   *
   * @throws MetricLearningError as `fit`.
   */
  async evaluate(data: Dataset, options: EvaluateOptions = {}): Promise<Evaluation> {
    const where = 'TripletModel.evaluate';
    checkRecord(where, 'data', data, '{ examples, labels }');
    checkOptions(where, options, ['sampler', 'batchSize', 'seed']);
    const { sampler = consecutiveTripletsSampler(), batchSize = 256, seed = 0 } = options;
    checkSampler(where, sampler, ['triplets']);
    checkInteger(where, 'batchSize', batchSize);
    const goal = objective(this.#compiledLoss(where), undefined, sampler);
    const { source, labels } = await openDataset(where, this.#shape, data);
    const random = createRandom(seed);
    const triplets = sampler.sample(labels, random.fork('sampler'));
    const batches = epochBatches(sampler, labels, random, batchSize);
    const embeddings = embedExamples(this.#forward, source);
    try {
      return {
        loss: await heldOutLoss(embeddings, batches, goal),
        triplets: await tripletAccuracy(embeddings, triplets, labels),
      };
    } finally {
      embeddings.dispose();
    }
  }

  /**
   * The embeddings of examples, [count, dims]; the caller disposes them.
   *
   * @throws MetricLearningError if the examples do not have the base's input shape.
   */
  embed(examples: Examples, { batchSize = embedBatch }: { batchSize?: number } = {}): Tensor2D {
    checkInteger('TripletModel.embed', 'batchSize', batchSize);
    const source = this.#open('TripletModel.embed', examples);
    return embedExamples(this.#forward, source, batchSize);
  }

  /** Prints the three-input network as a table. */
  summary(lineLength?: number, positions?: number[], print?: (line: string) => void): void {
    this.network.summary(lineLength, positions, print);
  }

  /**
   * Saves the base network: to a folder in Node (`file://./model`), or wherever tfjs can (`indexeddb://name`,
   * `localstorage://name`, `downloads://name`, an IOHandler). A folder is written whole or not at all.
   *
   * What a loss with weights or a memory has learned goes with it, as metadata of the tfjs model.
   *
   * @throws MetricLearningError if the folder cannot be written.
   */
  async save(to: string | io.IOHandler): Promise<io.SaveResult> {
    const loss = this.#loss;
    const state =
      loss !== undefined && 'state' in loss ? (loss as StatefulLoss).state() : undefined;
    const metadata =
      this.#normalization === undefined ? {} : { normalization: this.#normalization };
    return withNetworkMetadata(this.base, metadata, async () =>
      withLossState(this.base, await state, () => this.base.save(handler(to))),
    );
  }

  /**
   * Loads what `save` saved, or any tfjs model that can be a base. `unitLength` is known; layers of the user's
   * own must be registered with tfjs first.
   *
   * @throws MetricLearningError if there is no model, it is damaged, or cannot be a base.
   */
  static async load(from: string | io.IOHandler): Promise<TripletModel> {
    registerUnitLength();
    let base: LayersModel;
    try {
      base = await loadLayersModel(handler(from));
    } catch (error) {
      if (error instanceof MetricLearningError) throw error;
      throw new MetricLearningError(
        {
          where: 'TripletModel.load',
          expected: `a tfjs model at ${typeof from === 'string' ? from : 'the given handler'}`,
          got: error instanceof Error ? error.message : show(error),
        },
        { cause: error },
      );
    }
    return new TripletModel(base);
  }

  /** Frees what this wrapper made, an optimizer it was given by name; the base stays the caller's. */
  dispose(): void {
    if (this.#ownsOptimizer) this.network.optimizer.dispose();
    this.#ownsOptimizer = false;
    this.#loss = undefined;
  }

  get #forward(): ForwardPass {
    return forwardPass(this.base, this.normalization);
  }

  #open(where: string, examples: Examples): ExampleSource {
    return exampleSource(where, examples, this.#shape.input, this.#shape.inputDtype);
  }

  async #findNormalization(where: string, data: Dataset | StreamDataset): Promise<void> {
    if (this.#normalization === undefined) {
      if (data !== null && typeof data === 'object' && 'stream' in data) {
        throw new MetricLearningError({
          where,
          expected: "a data set whose mean and deviation normalization: 'fit' can take",
          got: 'a stream',
          fix: 'Pass scale, mean and std to new TripletModel(base, { normalization }).',
        });
      }
      const { source } = await openDataset(where, this.#shape, data);
      this.#normalization = await fitNormalization(source);
    }
    declareNormalization(where, this.base, this.#normalization);
  }

  #compiledLoss(where: string): KerasLoss | Loss {
    if (this.#loss !== undefined) return this.#loss;
    throw new MetricLearningError({
      where,
      expected: 'a compiled model',
      got: 'one without optimizer and loss',
      fix: "Call model.compile({ optimizer: 'adam', loss: tripletLoss() }) first.",
    });
  }
}

function handler(place: string | io.IOHandler): string | io.IOHandler {
  const file = 'file://';
  return typeof place === 'string' && place.startsWith(file)
    ? fileStore(place.slice(file.length))
    : place;
}
