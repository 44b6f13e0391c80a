import { io } from '@tensorflow/tfjs-core';
import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers';
import { distanceCode, sameDistance } from '../distances/distanceFromConfig.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { decodeTensors, encodeTensors } from '../formats/safetensors.ts';
import { show } from '../internal/checks.ts';
import { type OptionKind, part, recordLike } from '../internal/optionKinds.ts';
import { type OptionTable, optional, readOptions, required } from '../internal/readOptions.ts';
import { adaptExtractor, checkWidth } from '../networks/adaptExtractor.ts';
import {
  createEmbedder,
  type EmbedderOptions,
  type NetworkEmbedder,
} from '../networks/createEmbedder.ts';
import type { Embedder, Extractor } from '../networks/embedder.ts';
import { distanceOfNetwork } from '../networks/networkDistance.ts';
import { namesOfNetwork } from '../networks/networkNames.ts';
import { registerUnitLength } from '../networks/unitLength.ts';
import { indexOf, indexParts, indexTexts } from '../search/indexFile.ts';
import { type IndexState, openState } from '../search/indexState.ts';
import { savedDistance } from '../search/searchDistance.ts';
import { thresholdKind } from '../search/searchOptions.ts';
import type { ItemLabel, Json } from '../search/vectorIndex.ts';

const kind = 'tfjs-metric-learning bundle 1';

/** All that recognition needs. */
export interface BundleParts {
  /** A network with one input and one output [batch, dims]: the `base` of a `TripletModel`, or an adapter. */
  network?: LayersModel;
  /**
   * What goes before and after the network. Default: the normalization that the network was trained with, and nothing
   * after it.
   */
  normalization?: EmbedderOptions;
  /**
   * What makes the embeddings, or the features that `network` is over. The bundle holds its id and width, and
   * `decodeBundle` refuses any other extractor.
   */
  extractor?: Extractor<never>;
  /** What an index holds: its `state()`. Its distance is the bundle's. */
  index: IndexState;
  /** The distance, as the index measures it, up to which two examples are of one class. */
  threshold: number;
  /**
   * The names of the labels. Default: those of the classes that the network was trained on, by class id; else the labels
   * themselves.
   */
  names?: Readonly<Record<ItemLabel, string>>;
  /** How good the model is, for readers of the file, such as the results of `retrievalMetrics`. Default null. */
  scores?: Json;
}

const stateKind: OptionKind<IndexState> = {
  expected: 'what index.state() returns',
  accepts: (value) => Array.isArray((value as Partial<IndexState> | null | undefined)?.items),
  fix: (value) =>
    typeof (value as { state?: unknown } | null | undefined)?.state === 'function'
      ? 'Pass index.state().'
      : undefined,
};
const extractorKind: OptionKind<Extractor<never>> = {
  ...part('{ id, dims, embed }', 'embed'),
  accepts: (value) =>
    typeof (value as Partial<Extractor> | null | undefined)?.embed === 'function' &&
    typeof (value as Partial<Extractor>).id === 'string' &&
    Number.isSafeInteger((value as Partial<Extractor>).dims),
};

const bundleParts = {
  network: optional(
    part<LayersModel>("a tfjs LayersModel, such as a TripletModel's base", 'apply', 'save'),
  ),
  normalization: optional(recordLike<EmbedderOptions>('{ scale, mean, std, unitLength }')),
  extractor: optional(extractorKind),
  index: required(stateKind),
  threshold: required(thresholdKind),
  names: optional(recordLike<Readonly<Record<ItemLabel, string>>>('{ label: name }')),
  scores: optional<NonNullable<Json>>({ expected: 'what JSON can hold', accepts: () => true }),
} satisfies OptionTable<
  BundleParts,
  'network' | 'normalization' | 'extractor' | 'names' | 'scores'
>;

/** What a bundle of an extractor gives: the extractor, followed by the network that the bundle holds. */
export interface BundledExtractor<Inputs> extends Embedder<Inputs> {
  /** The network over the features, where the bundle holds one. It is the caller's to dispose. */
  readonly network?: LayersModel;
}

/** What a bundle holds, ready for `createRecognizer`. */
export interface Bundle<Model = NetworkEmbedder> {
  /** The network, which is the caller's to dispose, with what goes before and after it; or what the extractor gives. */
  readonly model: Model;
  readonly index: IndexState;
  readonly threshold: number;
  readonly names: Readonly<Record<ItemLabel, string>>;
  readonly scores: Json;
}

/** What the file holds besides the index and the network. */
interface About {
  readonly normalization?: EmbedderOptions;
  readonly extractor?: { readonly id: string; readonly dims: number };
  readonly threshold: string;
  readonly names: Record<ItemLabel, string>;
  readonly scores: Json;
}

/**
 * A network, its normalization, an index with its distance, the threshold and the names of the labels as the bytes of
 * one file, which Node, workers and browsers read.
 *
 * The file is a safetensors file with a checksum: `vectors` and `items` as `encodeIndex` writes them, the network as
 * tfjs' model JSON in `network` and its weights in `weights`, and everything else in `about`. With an `extractor` the
 * file holds its id: in place of a network, or beside a network over its features, such as that of `createAdapter`.
 *
 * @throws MetricLearningError if the parts do not fit together.
 * @example
 * const bytes = await encodeBundle({ network: model.base, index: index.state(), threshold });
 * const { model: embedder, index: state } = await decodeBundle(bytes);
 */
export async function encodeBundle(parts: BundleParts): Promise<Uint8Array> {
  const where = 'encodeBundle';
  const values = readOptions(where, bundleParts, parts);
  const { network, normalization, extractor, index, threshold, scores } = values;
  const names =
    values.names ?? (network ? Object.fromEntries(namesOfNetwork(network).entries()) : {});
  const { distance, dims } = openState(where, index);
  if (network === undefined && extractor === undefined) {
    throw new MetricLearningError({
      where,
      expected: 'a network, an extractor, or both',
      got: 'neither',
    });
  }
  if (network && extractor) checkWidth(where, extractor.dims, network);
  const model = network && createEmbedder(network, normalization);
  const maker = model ?? (extractor as Extractor<never>);
  if (maker.dims !== dims) {
    throw new MetricLearningError({
      where,
      expected: `an index of the model's width (${maker.dims})`,
      got: `${dims} dims`,
    });
  }
  const trained = network && distanceOfNetwork(network);
  if (trained && !sameDistance(trained, distance)) {
    throw new MetricLearningError({
      where,
      expected: `an index of the distance that the network was trained with, ${distanceCode(trained)}`,
      got: `an index of ${distanceCode(distance)}`,
      fix: 'Make the index for the model: createIndex({ model }).',
    });
  }
  const about: About = {
    ...(model ? { normalization: model.normalization } : {}),
    ...(extractor && { extractor: { id: extractor.id, dims: extractor.dims } }),
    threshold: `${threshold}`,
    names,
    scores: scores ?? null,
  };
  const saved = network && (await artifactsOf(network));
  const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
  const more = {
    ...(saved && { network: bytes(saved.json), weights: saved.weights }),
    about: bytes(about),
  };
  return encodeTensors(kind, indexTexts(where, index), [
    ...indexParts(where, index),
    ...Object.entries(more).map(([name, values]) => ({
      name,
      dtype: 'U8' as const,
      shape: [values.length],
      values,
    })),
  ]);
}

/**
 * What `encodeBundle` packed; a bundle of an extractor needs that extractor. `unitLength` is known; layers of your own
 * must be registered with tfjs first.
 *
 * @throws MetricLearningError if the bytes are something else or incomplete, tfjs cannot make the network, or the
 * extractor is missing or another one.
 * @example
 * const bundle = await decodeBundle(bytes);
 * const recognizer = createRecognizer({ ...bundle, index: restoreIndex(bundle.index) });
 */
export async function decodeBundle(bytes: Uint8Array): Promise<Bundle>;
export async function decodeBundle<Inputs>(
  bytes: Uint8Array,
  options: { extractor: Extractor<Inputs> },
): Promise<Bundle<BundledExtractor<Inputs>>>;
export async function decodeBundle(
  bytes: Uint8Array,
  options: { extractor?: Extractor<never> } = {},
): Promise<Bundle<NetworkEmbedder | BundledExtractor<never>>> {
  const where = 'decodeBundle';
  const { extractor } = readOptions(where, { extractor: optional(extractorKind) }, options);
  const file = await decodeTensors(where, kind, bytes);
  const valuesOf = (name: string): Uint8Array =>
    (file.parts.get(name)?.values ?? new Uint8Array(0)) as Uint8Array;
  const jsonOf = (name: string): unknown => JSON.parse(new TextDecoder().decode(valuesOf(name)));
  const index = indexOf(where, file);
  const { normalization, extractor: needed, threshold, names, scores } = jsonOf('about') as About;
  const rest = { index, threshold: Number(threshold), names, scores };
  const given =
    needed !== undefined || extractor !== undefined
      ? checkExtractor(where, needed, extractor)
      : undefined;
  if (given && !file.parts.has('network')) return { model: given, ...rest };
  const network = await networkOf(where, jsonOf('network') as object, valuesOf('weights'));
  const distance = savedDistance(where, index.distance);
  const embedder = createEmbedder(network, { ...normalization, distance });
  return { model: given ? adaptExtractor(given, embedder) : embedder, ...rest };
}

/** The extractor, if it is the one that a bundle needs. */
function checkExtractor(
  where: string,
  needed: About['extractor'],
  given: Extractor<never> | undefined,
): Extractor<never> {
  if (given && needed?.id === given.id && needed.dims === given.dims) return given;
  throw new MetricLearningError({
    where,
    expected: needed
      ? `the extractor ${show(needed.id)} of ${needed.dims} dims`
      : 'no extractor, as the bundle holds a network',
    got: given ? `the extractor ${show(given.id)} of ${given.dims} dims` : 'none',
    ...(!given && { fix: 'Pass it: decodeBundle(bytes, { extractor }).' }),
  });
}

/** The network as tfjs saves it: JSON, and the bytes of its weights. */
async function artifactsOf(network: LayersModel): Promise<{ json: object; weights: Uint8Array }> {
  let artifacts: io.ModelArtifacts | undefined;
  const keep = io.withSaveHandler(async (given) => {
    artifacts = given;
    return { modelArtifactsInfo: io.getModelArtifactsInfoForJSON(given) };
  });
  await network.save(keep, { includeOptimizer: false });
  const { weightData, ...json } = artifacts as io.ModelArtifacts;
  return { json, weights: new Uint8Array(io.CompositeArrayBuffer.join(weightData)) };
}

async function networkOf(where: string, json: object, weights: Uint8Array): Promise<LayersModel> {
  registerUnitLength();
  const artifacts: io.ModelArtifacts = { ...json, weightData: weights.slice().buffer };
  try {
    return await loadLayersModel({ load: async () => artifacts });
  } catch (error) {
    throw new MetricLearningError(
      {
        where,
        expected: 'a network that tfjs can make',
        got: error instanceof Error ? error.message : `${error}`,
        fix: 'Register layers of your own with tfjs first (serialization.registerClass).',
      },
      { cause: error },
    );
  }
}
