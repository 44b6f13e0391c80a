import type { Examples } from '../../data/dataset.ts';
import { type EmbeddingRows, readEmbeddings } from '../../data/embeddings.ts';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import type { NetworkEmbedder } from '../../networks/createEmbedder.ts';
import { disposeNetwork, networkVariables } from '../../networks/networkState.ts';
import { type BundleParts, decodeBundle, encodeBundle } from '../../recognition/bundleFile.ts';
import {
  createRecognizer,
  type Recognition,
  type RecognizeOptions,
  type Recognizer,
} from '../../recognition/createRecognizer.ts';
import { createIndex, restoreIndex } from '../../search/exact/createIndex.ts';
import type { MemoryIndex } from '../../search/exact/memoryIndex.ts';
import type { Hit, IndexSearchOptions, ItemLabel, Json } from '../../search/vectorIndex.ts';
import type { TripletModel } from '../../tripletModel.ts';
import type { TrainingSession } from './trainingService.ts';

/** What a bundle says of itself, as `open` tells the page. */
export interface OpenedBundle {
  readonly dims: number;
  readonly threshold: number;
  readonly names: Readonly<Record<ItemLabel, string>>;
  readonly scores: Json;
  /** The items of the index, in its order. */
  readonly items: readonly {
    readonly id: string;
    readonly label?: ItemLabel;
    readonly metadata?: { readonly [key: string]: Json };
  }[];
}

export interface ServedRecognizeOptions extends RecognizeOptions {
  /** The distance up to which two examples are of one class. Default: that of the bundle, or the last that was given. */
  threshold?: number;
}

export interface ServedBundleOptions {
  /** As above. */
  threshold?: number;
  /** The names of the labels. Default: the labels themselves. */
  names?: Readonly<Record<ItemLabel, string>>;
  /** How good the model is, for readers of the file. Default null. */
  scores?: Json;
}

/** What calls of the page do, on the model and the index at hand. */
export interface Session extends TrainingSession {
  model: TripletModel | NetworkEmbedder | undefined;
  index: MemoryIndex | undefined;
  /** Puts another model to use, with an empty index; frees the one before. */
  use(model: TripletModel): void;
  embed(examples: Examples): Promise<EmbeddingRows>;
  search(examples: Examples, k: number, options?: IndexSearchOptions): Promise<Hit[][]>;
  recognize(examples: Examples, options?: ServedRecognizeOptions): Promise<Recognition[]>;
  enrol(
    label: ItemLabel,
    examples: Examples,
    metadata?: { readonly [key: string]: Json },
  ): Promise<string[]>;
  forget(label: ItemLabel): Promise<number>;
  bundle(options?: ServedBundleOptions): Promise<Uint8Array>;
  open(bytes: Uint8Array): Promise<OpenedBundle>;
  /** The network alone, for other workers that embed with it. */
  shareNetwork(): Promise<SharedNetwork>;
}

/** A network on its way to other workers. */
export interface SharedNetwork {
  /** A bundle without items. */
  readonly bytes: Uint8Array;
  /** Values of one example; undefined where examples of any size go. */
  readonly exampleSize: number | undefined;
}

export function createSession(): Session {
  let names: Readonly<Record<ItemLabel, string>> = {};
  let scores: Json = null;

  const free = (model: TripletModel | NetworkEmbedder | undefined): void => {
    if (model === undefined) return;
    const network = isTripletModel(model) ? model.base : model.network;
    const variables = networkVariables(network);
    if (isTripletModel(model)) model.dispose(); // frees a base that it owns
    if (variables.some(({ isDisposed }) => !isDisposed)) disposeNetwork(network);
  };
  const inUse = (where: string): { model: TripletModel | NetworkEmbedder; index: MemoryIndex } => {
    const { model, index } = session;
    if (model !== undefined && index !== undefined) return { model, index };
    throw new MetricLearningError({
      where,
      expected: 'a worker with a model',
      got: 'one without',
      fix: 'Open a bundle first, connection.open(bytes), or train a model.',
    });
  };
  const recognizer = (where: string, threshold: number | undefined): Recognizer => {
    const { model, index } = inUse(where);
    if (threshold !== undefined) session.threshold = threshold;
    return createRecognizer({ model, index, threshold: thresholdOf(where), names });
  };
  const thresholdOf = (where: string): number => {
    if (session.threshold !== undefined) return session.threshold;
    throw new MetricLearningError({
      where,
      expected: 'a threshold',
      got: 'none, and the model is a new one',
      fix: 'Pass { threshold }; calibrateThreshold finds one.',
    });
  };

  const session: Session = {
    model: undefined,
    index: undefined,
    threshold: undefined,
    use(model) {
      if (model !== session.model) free(session.model);
      session.index?.dispose();
      session.model = model;
      session.index = createIndex({ model });
      session.threshold = undefined;
      scores = null;
    },
    async embed(examples) {
      const { model } = inUse('connection.embed');
      const embeddings = model.embed(examples);
      try {
        return await readEmbeddings('connection.embed', 'embeddings', embeddings);
      } finally {
        embeddings.dispose();
      }
    },
    async search(examples, k, options) {
      const { index } = inUse('connection.search');
      return index.search(await session.embed(examples), k, options);
    },
    async recognize(examples, { threshold, ...options } = {}) {
      return recognizer('connection.recognize', threshold).recognize(examples, options);
    },
    async enrol(label, examples, metadata) {
      // Enrolling asks for no threshold: where there is none yet, any will do.
      const { model, index } = inUse('connection.enrol');
      const threshold = session.threshold ?? 0;
      return createRecognizer({ model, index, threshold }).enrol(label, examples, metadata);
    },
    async forget(label) {
      const { model, index } = inUse('connection.forget');
      return createRecognizer({ model, index, threshold: 0 }).forget(label);
    },
    async bundle(options = {}) {
      const { model, index } = inUse('connection.bundle');
      return encodeBundle({
        ...networkOf(model),
        index: index.state(),
        threshold: options.threshold ?? thresholdOf('connection.bundle'),
        names: options.names ?? names,
        scores: options.scores ?? scores,
      });
    },
    async shareNetwork() {
      const { model } = inUse('connection.embed');
      const empty = createIndex({ model });
      const index = empty.state();
      empty.dispose();
      const bytes = await encodeBundle({ ...networkOf(model), index, threshold: 0 });
      const [, ...input] = (isTripletModel(model) ? model.base : model.network).inputs[0]!.shape;
      const exampleSize = input.reduce<number>((size, length) => size * (length ?? Number.NaN), 1);
      return { bytes, exampleSize: Number.isNaN(exampleSize) ? undefined : exampleSize };
    },
    async open(bytes) {
      const opened = await decodeBundle(bytes);
      const index = restoreIndex(opened.index);
      free(session.model);
      session.index?.dispose();
      Object.assign(session, { model: opened.model, index, threshold: opened.threshold });
      ({ names, scores } = opened);
      const { items, dims } = opened.index;
      return { dims, threshold: opened.threshold, names, scores, items };
    },
  };
  return session;
}

/** What a bundle holds of a model. */
function networkOf(
  model: TripletModel | NetworkEmbedder,
): Pick<BundleParts, 'network' | 'normalization'> {
  return isTripletModel(model)
    ? { network: model.base }
    : { network: model.network, normalization: model.normalization };
}

function isTripletModel(model: TripletModel | NetworkEmbedder): model is TripletModel {
  return 'base' in model;
}
