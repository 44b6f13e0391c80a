/// <reference lib="esnext.disposable" preserve="true" />
import type { io, Tensor2D } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Dataset, Examples } from './data/dataset.ts';
import type { EmbeddingRows } from './data/embeddings.ts';
import { type ExampleSource, embeddableSource } from './data/exampleSource.ts';
import type { LazyDataset } from './data/lazyDataset.ts';
import { nameLabels } from './data/nameLabels.ts';
import { openDataset } from './data/openDataset.ts';
import { checkStream, isStream, type StreamDataset } from './data/streamDataset.ts';
import type { Distance } from './distances/distance.ts';
import { lpDistance } from './distances/lpDistance.ts';
import { MetricLearningError } from './errors/metricLearningError.ts';
import { type TripletAccuracy, tripletAccuracy } from './evaluation/tripletAccuracy.ts';
import { checkBackend } from './internal/checkBackend.ts';
import { checkRecord } from './internal/checkRecord.ts';
import { show } from './internal/checks.ts';
import { part, seed, wholeNumber } from './internal/optionKinds.ts';
import { made, type OptionTable, optional, preset, readOptions } from './internal/readOptions.ts';
import type { Loss } from './losses/loss.ts';
import { type LossState, parametersOf, type StatefulLoss } from './losses/parametricLoss.ts';
import type { KerasLoss } from './losses/triplet/tripletLoss.ts';
import { type BaseShape, checkBase } from './networks/checkBase.ts';
import { type EmbedDatasetOptions, embedDatasetOptions } from './networks/embedDataset.ts';
import { embedBatch, embedExamples, embedSource } from './networks/embedExamples.ts';
import { embedRows } from './networks/embedRows.ts';
import { fitNormalization } from './networks/fitNormalization.ts';
import { type ForwardPass, forwardPass } from './networks/forwardPass.ts';
import { declareDistance, distanceOfNetwork } from './networks/networkDistance.ts';
import { declareEncoder, type Encoder, encoderKind } from './networks/networkEncoder.ts';
import { declareNames, namesOfNetwork } from './networks/networkNames.ts';
import { declareNormalization, normalizationOf } from './networks/networkNormalization.ts';
import { disposeNetwork } from './networks/networkState.ts';
import {
  checkNormalization,
  type FullNormalization,
  type Normalization,
  noNormalization,
} from './networks/normalization.ts';
import { type OwnedNetwork, tripletNetwork } from './networks/tripletNetwork.ts';
import { registerUnitLength } from './networks/unitLength.ts';
import { createRandom } from './random/createRandom.ts';
import { checkSampler } from './samplers/checkSampler.ts';
import { consecutiveTripletsSampler } from './samplers/consecutiveTripletsSampler.ts';
import type { TripletSampler } from './samplers/sampler.ts';
import { loadModel, saveModel } from './training/checkpoints/modelFile.ts';
import type { History } from './training/checkpoints/runState.ts';
import { type Batch, tripletsOf } from './training/loop/batches.ts';
import { type CompileOptions, compileNetwork } from './training/loop/compileNetwork.ts';
import { createPlan } from './training/loop/createPlan.ts';
import { embedStream } from './training/loop/embedStream.ts';
import type { TrainingEvent } from './training/loop/events.ts';
import { heldOutBatches } from './training/loop/heldOutBatches.ts';
import { heldOutLoss, type Judge } from './training/loop/heldOutLoss.ts';
import { measuring } from './training/loop/measuring.ts';
import { objective } from './training/loop/objective.ts';
import type { TrainingData } from './training/loop/openFeed.ts';
import { type FitSettings, readFitOptions } from './training/loop/readFitOptions.ts';
import { runFit } from './training/loop/runFit.ts';
import { train } from './training/loop/train.ts';
import type { FitOptions, TrainOptions } from './training/loop/trainOptions.ts';

export interface TripletModelOptions {
  /**
   * What the network does to its input first, in training and ever after; saved with the network. `'fit'` computes mean
   * and deviation of each channel from the examples of the first `fit`. Default: nothing, or what the base was saved
   * with.
   */
  normalization?: Normalization | 'fit';
  /**
   * What makes the examples from rows of tables or from texts; saved with the network, so that `tableEncoderOf` and
   * `tokenizerOf` give it back. Default: none, or what the base was saved with.
   */
  encoder?: Encoder;
}

export const tripletModelOptions: OptionTable<TripletModelOptions, 'normalization' | 'encoder'> = {
  normalization: optional({
    expected: "a record { scale, mean, std }, or 'fit'",
    accepts: (value) => value === 'fit' || (typeof value === 'object' && value !== null),
  }),
  encoder: optional(encoderKind),
};

export interface EvaluateOptions {
  /** Draws the triplets. Default: `consecutiveTripletsSampler()`. */
  sampler?: TripletSampler;
  /** Triplets in a batch. Default 256. */
  batchSize?: number;
  /** Decides the draw. Default 0. */
  seed?: number;
}

export const evaluateOptions: OptionTable<EvaluateOptions> = {
  sampler: made(() => consecutiveTripletsSampler(), part('consecutiveTripletsSampler()', 'sample')),
  batchSize: preset(256, wholeNumber(1)),
  seed: preset(0, seed),
};

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
 * @throws MetricLearningError if `base` has several inputs or outputs, another output shape, or another normalization
 * already.
 * @see Schroff, Kalenichenko, Philbin: FaceNet, CVPR 2015. https://arxiv.org/abs/1503.03832
 *
 * @example
 * const model = new TripletModel(smallConvNet({ dims: 32 }), { normalization: { scale: 1 / 255 } });
 * model.compile({ optimizer: 'adam', loss: tripletLoss(1) });
 * await model.fit({ examples, labels }, { epochs: 2, verbose: 1 });
 * const embeddings = model.embed(examples);
 */
export class TripletModel {
  /** The caller's network. */
  readonly base: LayersModel;
  /** The three-input network on the base's weights. */
  readonly network: LayersModel;
  /** Length of an embedding. */
  readonly dims: number;
  /** Frees the model as `dispose` does: `using model = new TripletModel(base)`, where the runtime knows `using`. */
  declare readonly [Symbol.dispose]: () => void;
  readonly #shape: BaseShape;
  readonly #owned: OwnedNetwork;
  /** Undefined until the first `fit` has found it. */
  #normalization: FullNormalization | undefined;
  #lossState: LossState | undefined;
  #loss: KerasLoss | Loss | undefined;
  /** A model that `load` made owns its base. */
  #ownsBase = false;
  #training = false;
  #disposed = false;

  static {
    const { dispose } = Symbol as { dispose?: symbol };
    if (dispose !== undefined) {
      const value = function (this: TripletModel): void {
        this.dispose();
      };
      Object.defineProperty(TripletModel.prototype, dispose, { value });
    }
  }

  constructor(base: LayersModel, options: TripletModelOptions = {}) {
    const where = 'TripletModel';
    checkBackend(where);
    this.#shape = checkBase(where, base);
    const { normalization, encoder } = readOptions(where, tripletModelOptions, options);
    if (encoder !== undefined) declareEncoder(where, base, this.#shape, encoder);
    if (normalization === undefined || normalization === 'fit') {
      const unknown = normalization === 'fit' ? undefined : noNormalization;
      this.#normalization = normalizationOf(base) ?? unknown;
    } else {
      this.#normalization = checkNormalization(where, normalization, this.#shape.input);
      declareNormalization(where, base, this.#normalization);
    }
    this.base = base;
    this.dims = this.#shape.dims;
    this.#owned = tripletNetwork(base, this.#shape);
    this.network = this.#owned.network;
  }

  /**
   * What the network does to its input first: `(value * scale - mean) / std`.
   *
   * @throws MetricLearningError if the first `fit` is to find it, and there was none.
   */
  get normalization(): FullNormalization {
    if (this.#normalization !== undefined) return this.#normalization;
    throw new MetricLearningError({
      where: 'TripletModel',
      expected: "a normalization; with normalization: 'fit' the first fit finds it",
      got: 'a model that was not trained',
      fix: 'Call fit first, or pass scale, mean and std.',
    });
  }

  /**
   * The names of the classes that the model was trained on: `names[id]` is the name of class id `id`. They are saved with
   * the model. Empty where the labels were class ids without names.
   */
  get names(): readonly string[] {
    return namesOfNetwork(this.base);
  }

  /** What the loss had learned when this model was saved: `loss.restore(model.lossState)` goes on from there. */
  get lossState(): LossState | undefined {
    return this.#lossState;
  }

  /**
   * What the compiled loss measures between embeddings: squared Euclidean distance for a Keras loss such as
   * `tripletLoss`, the loss's own `distance` otherwise. Without a compiled loss: the distance that the network was
   * trained with, else `lpDistance()`. `evaluate`, reports, recognizers and bundles measure with it.
   */
  get distance(): Distance {
    const loss = this.#loss;
    if (typeof loss === 'function') return lpDistance({ normalize: false, power: 2 });
    const known = loss === undefined ? distanceOfNetwork(this.base) : loss.distance;
    return known ?? lpDistance();
  }

  /**
   * Sets optimizer and loss, here and on `network`.
   *
   * @throws MetricLearningError if `loss` is neither a function nor a batch loss, tfjs knows no such optimizer, or the
   * model is being trained.
   */
  compile(options: CompileOptions): void {
    const where = 'TripletModel.compile';
    this.#checkIdle(where);
    const before = this.network.optimizer;
    const owned = this.#owned.ownsOptimizer();
    compileNetwork(where, this.network, options);
    if (owned) before?.dispose();
    this.#loss = options.loss;
  }

  /**
   * Trains on examples and their class ids or names, and returns the losses of each epoch. A lazy data set is read a
   * batch ahead.
   *
   * All input is checked before the first step. When `signal` is aborted training stops after the current step, and the
   * weights keep what was learned. Callbacks are awaited; an error in a callback ends training.
   *
   * @throws MetricLearningError for input that cannot be learned from, when the loss is not finite, and when the model is
   * being trained already.
   *
   * @example
   * const history = await model.fit({ examples, labels }, { epochs: 3, validation: { examples, labels } });
   */
  async fit(data: TrainingData, options: FitOptions = {}): Promise<History> {
    const settings = readFitOptions('TripletModel.fit', options);
    return runFit(this.#train(data, options), settings);
  }

  /**
   * Trains as `fit` does, as a stream of events: one for each step, one for each epoch. Leaving the loop stops training.
   *
   * @throws MetricLearningError as `fit`.
   *
   * @example
   * for await (const event of model.train({ examples, labels })) if (event.kind === 'step') break;
   */
  train(
    data: TrainingData,
    options: TrainOptions = {},
  ): AsyncGenerator<TrainingEvent, History, void> {
    return this.#train(data, options);
  }

  async *#train(
    data: TrainingData,
    options: FitOptions,
  ): AsyncGenerator<TrainingEvent, History, void> {
    const where = 'TripletModel.fit';
    const loss = this.#compiledLoss(where);
    this.#checkIdle(where);
    this.#training = true;
    try {
      const settings = this.#named(where, readFitOptions(where, options), data);
      await this.#findNormalization(where, settings.data);
      declareDistance(this.base, this.distance);
      const { optimizer } = this.network;
      const forward = this.#forward;
      const { base, distance, normalization } = this;
      const model = { base, forward, normalization, input: this.#shape, optimizer, loss, distance };
      const { plan, state, dispose } = await createPlan(where, model, settings.data, settings);
      try {
        return yield* train(plan, state);
      } finally {
        dispose();
      }
    } finally {
      this.#training = false;
    }
  }

  /**
   * Measures loss and triplet accuracy on examples and their class ids or names, or on one epoch of a stream. Each example
   * is embedded once, and nothing of network and loss changes. A class with one example is left out.
   *
   * @throws MetricLearningError as `fit`.
   */
  async evaluate(
    data: Dataset | LazyDataset | StreamDataset,
    options: EvaluateOptions = {},
  ): Promise<Evaluation> {
    const where = 'TripletModel.evaluate';
    checkRecord(where, 'data', data, '{ examples, labels } or { stream }');
    const { sampler, batchSize, seed: start } = readOptions(where, evaluateOptions, options);
    checkSampler(where, sampler, ['triplets']);
    const loss = this.#compiledLoss(where);
    const judge = {
      objective: objective(loss, undefined, sampler),
      parameters: parametersOf(loss),
    };
    const draw = (labels: Int32Array): Batch[] =>
      heldOutBatches(where, sampler, labels, createRandom(start), batchSize);
    const named = nameLabels(where, data, this.names).data;
    if (isStream(named)) {
      checkStream(where, named);
      return measuring(this.base, loss, async () => {
        const all = await embedStream(where, named, this.#shape, this.#forward, 1);
        return this.#judge(all.embeddings, all.labels, judge, draw);
      });
    }
    const { source, labels } = await openDataset(where, this.#shape, named);
    const batches = draw(labels);
    return measuring(this.base, loss, async () =>
      this.#judge(await embedSource(this.#forward, source), labels, judge, () => batches),
    );
  }

  /** Loss and triplet accuracy of embeddings, which are disposed. */
  async #judge(
    embeddings: Tensor2D,
    labels: Int32Array,
    judge: Judge,
    draw: (labels: Int32Array) => readonly Batch[],
  ): Promise<Evaluation> {
    try {
      const batches = draw(labels);
      return {
        loss: await heldOutLoss(embeddings, batches, judge),
        triplets: await tripletAccuracy(embeddings, tripletsOf(batches), labels, {
          distance: this.distance,
        }),
      };
    } finally {
      embeddings.dispose();
    }
  }

  /**
   * The embeddings of examples, [count, dims]; the caller disposes them. `embedDataset` embeds what is not in memory.
   *
   * @throws MetricLearningError if the examples do not have the base's input shape.
   */
  embed(examples: Examples, options: { batchSize?: number } = {}): Tensor2D {
    const where = 'TripletModel.embed';
    this.#checkAlive(where);
    const { batchSize } = readOptions(where, embedOptions, options);
    return embedExamples(this.#forward, this.#open(where, examples), batchSize);
  }

  /**
   * The same as plain numbers, `{ data, shape }`, without holding a page or a server: events are served between two
   * batches, and there is nothing to dispose. It works on webgpu too.
   *
   * @throws MetricLearningError if the examples do not have the base's input shape; the signal's reason when it is
   * aborted.
   * @example
   * const { data, shape } = await model.embedAsync(examples, { onProgress: (done, all) => console.log(done / all) });
   */
  async embedAsync(examples: Examples, options: EmbedDatasetOptions = {}): Promise<EmbeddingRows> {
    const where = 'TripletModel.embedAsync';
    this.#checkAlive(where);
    const { batchSize, onProgress, signal } = readOptions(where, embedDatasetOptions, options);
    const pauses = { batchSize, onProgress, signal };
    return embedRows(this.#forward, this.#open(where, examples), this.dims, pauses);
  }

  /** Prints the three-input network as a table. */
  summary(lineLength?: number, positions?: number[], print?: (line: string) => void): void {
    this.network.summary(lineLength, positions, print);
  }

  /**
   * Saves the base network with its normalization: to a folder in Node (`./model`, or `file://./model`), or wherever tfjs
   * can (`indexeddb://name`, `localstorage://name`, `downloads://name`, an IOHandler). A folder is written whole or not
   * at all.
   *
   * The parameters and the memory of a loss go with the network, behind its weights in the same file.
   *
   * @throws MetricLearningError if the folder cannot be written.
   */
  async save(to: string | io.IOHandler): Promise<io.SaveResult> {
    const where = 'TripletModel.save';
    this.#checkAlive(where);
    const loss = this.#loss;
    const state =
      loss !== undefined && 'state' in loss ? await (loss as StatefulLoss).state() : undefined;
    const normalization = this.#normalization;
    const { config } = this.distance;
    const metadata = {
      ...(normalization !== undefined && { normalization }),
      ...(loss !== undefined && config && { distance: config }),
    };
    const place = await storeOf(where, to, 'save');
    return saveModel(where, this.base, place, metadata, state, typeof to === 'string');
  }

  /**
   * Loads what `save` saved, or any tfjs model that can be a base: from a folder in Node (`./model`, `file://./model`,
   * `file://./model/model.json`), a URL, or an IOHandler. The model owns the base that it loaded: `dispose` frees it.
   *
   * `unitLength` is known; layers of the user's own must be registered with tfjs first.
   *
   * @throws MetricLearningError if there is no model, it is damaged, or it cannot be a base.
   */
  static async load(from: string | io.IOHandler): Promise<TripletModel> {
    const where = 'TripletModel.load';
    checkBackend(where);
    registerUnitLength();
    const { base, lossState } = await loadModel(where, await storeOf(where, from, 'load'));
    let model: TripletModel;
    try {
      model = new TripletModel(base);
    } catch (error) {
      disposeNetwork(base);
      throw error;
    }
    model.#ownsBase = true;
    model.#lossState = lossState;
    return model;
  }

  /**
   * Frees what this wrapper made: `network`, and an optimizer it was given by name. `base.dispose()` then frees the base,
   * which stays the caller's; a base that `load` loaded is freed here. A second call does nothing.
   *
   * @throws MetricLearningError if the model is being trained.
   */
  dispose(): void {
    if (this.#disposed) return;
    this.#checkIdle('TripletModel.dispose');
    this.#disposed = true;
    this.#loss = undefined;
    this.#owned.dispose();
    if (this.#ownsBase) disposeNetwork(this.base);
  }

  get #forward(): ForwardPass {
    return forwardPass(this.base, this.normalization);
  }

  #open(where: string, examples: Examples): ExampleSource {
    return embeddableSource(where, examples, this.#shape.input, this.#shape.inputDtype);
  }

  /** The settings and data of a run with class ids in place of names; the model keeps the names of the training data. */
  #named(
    where: string,
    settings: FitSettings,
    given: TrainingData,
  ): FitSettings & { readonly data: TrainingData } {
    checkRecord(where, 'data', given, '{ examples, labels } or { stream }');
    const { data, names } = nameLabels(where, given, this.names);
    const validation =
      settings.validation && nameLabels(`${where} (validation)`, settings.validation, names).data;
    if (names.length > this.names.length) declareNames(this.base, names);
    return { ...settings, data, validation };
  }

  async #findNormalization(where: string, data: TrainingData): Promise<void> {
    if (this.#normalization === undefined) {
      if (isStream(data)) {
        throw new MetricLearningError({
          where,
          expected: "a data set whose mean and deviation normalization: 'fit' can compute",
          got: 'a stream',
          fix: 'Pass scale, mean and std to new TripletModel(base, { normalization }).',
        });
      }
      const { source } = await openDataset(where, this.#shape, data, true);
      this.#normalization = await fitNormalization(source);
    }
    declareNormalization(where, this.base, this.#normalization);
  }

  #checkIdle(where: string): void {
    this.#checkAlive(where);
    if (!this.#training) return;
    throw new MetricLearningError({
      where,
      expected: 'a model that is not being trained',
      got: 'one whose fit has not ended',
      fix: 'Await the fit before, or stop it with its signal.',
    });
  }

  #checkAlive(where: string): void {
    if (!this.#disposed) return;
    throw new MetricLearningError({ where, expected: 'a model', got: 'one that was disposed' });
  }

  #compiledLoss(where: string): KerasLoss | Loss {
    this.#checkAlive(where);
    if (this.#loss !== undefined) return this.#loss;
    throw new MetricLearningError({
      where,
      expected: 'a compiled model',
      got: 'one without optimizer and loss',
      fix: "Call model.compile({ optimizer: 'adam', loss: tripletLoss() }) first.",
    });
  }
}

const embedOptions = { batchSize: preset(embedBatch, wholeNumber(1)) };

/** The handler of a path in Node; what tfjs knows of its own, a URL or a handler, as it is. */
async function storeOf(
  where: string,
  place: string | io.IOHandler,
  use: 'save' | 'load',
): Promise<string | io.IOHandler> {
  if (typeof place !== 'string') {
    if (typeof place?.[use] === 'function') return place;
    throw new MetricLearningError({
      where,
      expected: `a path, a URL, or an IOHandler with a function ${use}`,
      got: show(place),
    });
  }
  const isFile = place.startsWith('file://');
  if (!isFile && /^[a-z][a-z\d+.-]*:\/\//i.test(place)) return place;
  const inNode = globalThis.process?.getBuiltinModule !== undefined;
  if (use === 'load' && !isFile && !inNode) return place; // a relative URL
  const folder = (isFile ? place.slice('file://'.length) : place).replace(
    /(^|[\\/])model\.json$/,
    '',
  );
  const { fileStore } = await import('./node/fileStore.ts');
  return fileStore(folder === '' ? '.' : folder);
}
