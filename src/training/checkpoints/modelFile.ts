import { io } from '@tensorflow/tfjs-core';
import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { show } from '../../internal/checks.ts';
import type { LossState } from '../../losses/parametricLoss.ts';
import {
  addNetworkMetadata,
  type NetworkMetadata,
  networkMetadata,
  withNetworkMetadata,
} from '../../networks/networkMetadata.ts';
import { keptConstant } from '../../ops/copyOf.ts';

/** Where the state of a loss lies among the saved weights: after the weights of the network. */
interface LossLayout {
  readonly start: number;
  readonly tensors: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly dtype: 'float32' | 'int32';
  }[];
}

/** A network and what was saved beside it. */
export interface LoadedModel {
  readonly base: LayersModel;
  readonly lossState: LossState | undefined;
}

/**
 * Saves a network, and the state of its loss behind the network's weights in the same bytes. tfjs' own loaders read the
 * network and ignore the rest. `inParts` is for handlers that accept the bytes in several buffers, which saves a copy
 * of the bytes.
 */
export async function saveModel(
  where: string,
  base: LayersModel,
  to: string | io.IOHandler,
  metadata: NetworkMetadata,
  lossState: LossState | undefined,
  inParts: boolean,
): Promise<io.SaveResult> {
  const target = typeof to === 'string' ? handlerOf(where, to, io.getSaveHandlers(to)) : to;
  const entries = Object.entries(lossState ?? {});
  const tensors = entries.map(([name, { shape, values }]): LossLayout['tensors'][number] => ({
    name,
    shape,
    dtype: values instanceof Int32Array ? 'int32' : 'float32',
  }));
  const write = (artifacts: io.ModelArtifacts): Promise<io.SaveResult> => {
    const save = target.save as NonNullable<io.IOHandler['save']>;
    if (lossState === undefined) return save.call(target, artifacts);
    const weights = new Uint8Array(io.CompositeArrayBuffer.join(artifacts.weightData));
    const start = Math.ceil(weights.length / 4) * 4;
    const parts: Uint8Array[] = [weights, new Uint8Array(start - weights.length)];
    for (const [, { values }] of entries) {
      parts.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    }
    const { metricLearning, ...own } = artifacts.userDefinedMetadata as Record<string, object>;
    const loss: LossLayout = { start, tensors };
    const buffers = parts.map(bufferOf);
    return save.call(target, {
      ...artifacts,
      weightData: inParts ? buffers : io.CompositeArrayBuffer.join(buffers),
      userDefinedMetadata: { ...own, metricLearning: { ...metricLearning, loss } },
    });
  };
  return withNetworkMetadata(base, metadata, () => base.save({ save: write }));
}

/** A buffer of exactly these bytes; it is not copied where the bytes fill their buffer. */
function bufferOf(bytes: Uint8Array): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = bytes;
  const whole =
    buffer instanceof ArrayBuffer && byteOffset === 0 && byteLength === buffer.byteLength;
  return whole ? buffer : (bytes.slice().buffer as ArrayBuffer);
}

/**
 * Loads what `saveModel` saved, or any other tfjs model.
 *
 * @throws MetricLearningError if there is none, or tfjs cannot make it.
 */
export async function loadModel(where: string, from: string | io.IOHandler): Promise<LoadedModel> {
  try {
    const source = typeof from === 'string' ? loader(from) : from;
    const artifacts = await (source.load as NonNullable<io.IOHandler['load']>).call(source);
    const lossState = lossStateOf(where, artifacts);
    const base = await loadLayersModel({ load: async () => artifacts });
    if (networkMetadata(base).loss !== undefined) addNetworkMetadata(base, { loss: undefined });
    return { base, lossState };
  } catch (error) {
    if (error instanceof MetricLearningError) throw error;
    throw new MetricLearningError(
      {
        where,
        expected: `a tfjs model at ${typeof from === 'string' ? from : 'the given handler'}`,
        got: error instanceof Error ? error.message : show(error),
      },
      { cause: error },
    );
  }
}

function loader(from: string): io.IOHandler {
  const found = io.getLoadHandlers(from) as io.IOHandler[];
  // A relative URL in a browser has no scheme by which tfjs would find its handler.
  if (found.length === 0 && !from.includes('://')) return io.browserHTTPRequest(from);
  const [handler] = found;
  if (handler === undefined) throw new Error('a scheme that tfjs does not know here');
  return handler;
}

function handlerOf(where: string, url: string, found: unknown): io.IOHandler {
  const [handler] = found as io.IOHandler[];
  if (handler !== undefined) return handler;
  throw new MetricLearningError({
    where,
    expected:
      'a path, or a URL of a scheme that tfjs knows here (indexeddb://, localstorage://, downloads://, http://)',
    got: url,
    fix: "Pass a path: './model'.",
  });
}

function lossStateOf(
  where: string,
  { userDefinedMetadata, weightData }: io.ModelArtifacts,
): LossState | undefined {
  const metadata = userDefinedMetadata as { metricLearning?: { loss?: LossLayout } } | undefined;
  const layout = metadata?.metricLearning?.loss;
  if (layout === undefined || weightData === undefined) return undefined;
  const bytes = new io.CompositeArrayBuffer(weightData);
  const part = largePart(bytes, weightData, layout.start);
  let start = layout.start;
  return Object.fromEntries(
    layout.tensors.map(({ name, shape, dtype }) => {
      const end = start + 4 * shape.reduce((size, length) => size * length, 1);
      if (start % 4 !== 0 || end > bytes.byteLength) {
        throw new MetricLearningError({
          where,
          expected: `a whole model, with ${name} of its loss`,
          got: `${bytes.byteLength} bytes of weights where ${end} are needed`,
          fix: 'Save the model again.',
        });
      }
      const values = part(start, end);
      start = end;
      return [
        name,
        {
          shape,
          values: keptConstant(
            dtype === 'int32' ? new Int32Array(...values) : new Float32Array(...values),
          ),
        },
      ];
    }),
  );
}

/** Where the numbers between two positions lie: in the bytes that were read, or in a copy. */
type Numbers = readonly [buffer: ArrayBuffer, start: number, length: number];

/**
 * Makes the function that finds the numbers of a loss among the bytes of a model. Where they are most of the bytes, they
 * stay where they are: a copy of a large loss costs more memory than a small network that is kept with it.
 */
function largePart(
  bytes: io.CompositeArrayBuffer,
  weightData: ArrayBuffer | ArrayBuffer[],
  first: number,
): (start: number, end: number) => Numbers {
  const [buffer, ...more] = Array.isArray(weightData) ? weightData : [weightData];
  const stays = buffer !== undefined && more.length === 0 && 2 * first <= buffer.byteLength;
  return (start, end) =>
    stays ? [buffer, start, (end - start) / 4] : [bytes.slice(start, end), 0, (end - start) / 4];
}
