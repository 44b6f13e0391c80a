import { div, sub, type Tensor2D, tensor1d, tidy } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Examples } from '../data/dataset.ts';
import { type ExampleSource, exampleSource } from '../data/exampleSource.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import { normalize } from '../ops/normalize.ts';
import { checkBase } from './checkBase.ts';
import { embedExamples } from './embedExamples.ts';

/** What makes embeddings [count, dims] of examples, to be disposed by the caller: a `TripletModel` does. */
export interface Embedder {
  readonly dims: number;
  embed(examples: Examples): Tensor2D;
}

/** What goes before and after a network: it sees `(value - mean) / std`. */
export interface Normalization {
  /** One for all, or one a channel (the last axis). Default 0. */
  readonly mean?: number | readonly number[];
  /** One for all, or one a channel. 255 makes bytes into numbers from 0 to 1. Default 1. */
  readonly std?: number | readonly number[];
  /** Bring embeddings to unit length. Default false. */
  readonly unitLength?: boolean;
}

/** A network with what goes before and after it. */
export interface NetworkEmbedder extends Embedder {
  readonly network: LayersModel;
  readonly normalization: Required<Normalization>;
}

/**
 * Embeds by a network as it was trained: examples are normalised first, and embeddings last. The network stays the
 * caller's.
 *
 * @throws MetricLearningError if the network cannot embed, or the normalisation does not fit its input.
 */
export function createEmbedder(
  network: LayersModel,
  { mean = 0, std = 1, unitLength = false }: Normalization = {},
): NetworkEmbedder {
  const where = 'createEmbedder';
  const { input, dims } = checkBase(where, network);
  const channels = input.at(-1) ?? null;
  checkValues(where, 'mean', mean, channels, Number.isFinite, 'finite');
  checkValues(where, 'std', std, channels, (v) => Number.isFinite(v) && v > 0, 'finite and > 0');
  return {
    network,
    dims,
    normalization: { mean, std, unitLength },
    embed(examples) {
      const source = exampleSource('embed', examples, input);
      const seen = mean === 0 && std === 1 ? source : normalized(source, mean, std);
      const embeddings = embedExamples(network, seen, batchSize);
      if (!unitLength) return embeddings;
      const unit = tidy(() => normalize(embeddings));
      embeddings.dispose();
      return unit;
    },
  };
}

const batchSize = 256;

function normalized(
  source: ExampleSource,
  mean: number | readonly number[],
  std: number | readonly number[],
): ExampleSource {
  const operand = (value: number | readonly number[]) =>
    typeof value === 'number' ? value : tensor1d([...value]);
  return {
    ...source,
    range: (start, end) =>
      tidy(() => div(sub(source.range(start, end), operand(mean)), operand(std))),
  };
}

function checkValues(
  where: string,
  name: string,
  value: number | readonly number[],
  channels: number | null,
  test: (value: number) => boolean,
  wish: string,
): void {
  const values = typeof value === 'number' ? [value] : value;
  const fits = Array.isArray(values) && (typeof value === 'number' || channels === values.length);
  if (fits && values.every((one) => typeof one === 'number' && test(one))) return;
  throw new MetricLearningError({
    where,
    expected: `${name} to be a number, or one for each of ${channels ?? 'the'} channels, ${wish}`,
    got: `${name}: ${show(value)}`,
  });
}
