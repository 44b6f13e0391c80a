import { io } from '@tensorflow/tfjs-core';
import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { decodeTensors, encodeTensors } from '../formats/safetensors.ts';
import {
  createEmbedder,
  type EmbedderOptions,
  type NetworkEmbedder,
} from '../networks/createEmbedder.ts';
import { registerUnitLength } from '../networks/unitLength.ts';
import { checkThreshold } from '../search/checkThreshold.ts';
import { indexOf, indexParts } from '../search/indexFile.ts';
import { checkIndexState, type IndexState } from '../search/indexState.ts';
import type { ItemLabel, Json } from '../search/vectorIndex.ts';

const kind = 'tfjs-metric-learning bundle 1';

/** All that it takes to recognise. */
export interface BundleParts {
  /** Any network with one input and one output [batch, dims]: the `base` of a `TripletModel`. */
  network: LayersModel;
  /** What goes before and after it. Default: nothing. */
  normalization?: EmbedderOptions;
  /** What an index holds: its `state()`. */
  index: IndexState;
  /** The distance up to which two examples are of one class. */
  threshold: number;
  /** What the index's labels are called. */
  names?: Readonly<Record<ItemLabel, string>>;
  /** How good it is, for whoever finds the file: what `calibrateThreshold` and `retrievalMetrics` tell, say. */
  scores?: Json;
}

/** What a bundle holds, ready for `createRecognizer`. */
export interface Bundle {
  /** The network, which is the caller's to dispose, with what goes before and after it. */
  readonly model: NetworkEmbedder;
  readonly index: IndexState;
  readonly threshold: number;
  readonly names: Readonly<Record<ItemLabel, string>>;
  readonly scores: Json;
}

/**
 * A network, its normalisation, an index, the threshold and the names of the labels as the bytes of one file, which
 * Node, workers and browsers read. It is a safetensors file, with a checksum: `vectors` and `items` as `encodeIndex` has
 * them, the network as tfjs' model JSON in `network` and its weights in `weights`, and all else in `about`.
 *
 * @throws MetricLearningError if the parts do not fit together.
 */
export async function encodeBundle(parts: BundleParts): Promise<Uint8Array> {
  const where = 'encodeBundle';
  const { network, normalization = {}, index, threshold, names = {}, scores = null } = parts;
  checkIndexState(where, index);
  checkThreshold(where, threshold);
  const model = createEmbedder(network, normalization);
  checkWidth(where, model, index);
  const { json, weights } = await artifactsOf(network);
  const about = { normalization: model.normalization, threshold: `${threshold}`, names, scores };
  const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
  const more = { network: bytes(json), weights, about: bytes(about) };
  return encodeTensors(kind, { distance: index.distance }, [
    ...indexParts(index),
    ...Object.entries(more).map(([name, values]) => ({
      name,
      dtype: 'U8' as const,
      shape: [values.length],
      values,
    })),
  ]);
}

/**
 * What `encodeBundle` packed. `unitLength` is known; layers of the user's own must be registered with tfjs first.
 *
 * @throws MetricLearningError if the bytes are something else, or not whole, or tfjs cannot make the network.
 */
export async function decodeBundle(bytes: Uint8Array): Promise<Bundle> {
  const where = 'decodeBundle';
  const file = await decodeTensors(where, kind, bytes);
  const valuesOf = (name: string): Uint8Array =>
    (file.parts.get(name)?.values ?? new Uint8Array(0)) as Uint8Array;
  const jsonOf = (name: string): unknown => JSON.parse(new TextDecoder().decode(valuesOf(name)));
  const index = indexOf(where, file);
  const { normalization, threshold, names, scores } = jsonOf('about') as {
    normalization: EmbedderOptions;
    threshold: string;
    names: Record<ItemLabel, string>;
    scores: Json;
  };
  const network = await networkOf(where, jsonOf('network') as object, valuesOf('weights'));
  const model = createEmbedder(network, normalization);
  return { model, index, threshold: Number(threshold), names, scores };
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

function checkWidth(where: string, { dims }: NetworkEmbedder, index: IndexState): void {
  if (dims === index.dims) return;
  throw new MetricLearningError({
    where,
    expected: `an index of the network's width (${dims})`,
    got: `${index.dims} dims`,
  });
}
