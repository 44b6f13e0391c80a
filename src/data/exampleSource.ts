import { gather, mul, slice, sum, Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import type { Examples } from './dataset.ts';

/** Hands out batches of examples, [batch, ...example shape], copying no more than the batch. */
export interface ExampleSource {
  readonly count: number;
  /** The examples at these indices; the caller disposes them. */
  pick(indices: Int32Array): Tensor;
  /** The examples from `start` up to `end` (excluded); the caller disposes them. */
  range(start: number, end: number): Tensor;
}

/**
 * Opens examples for a network whose input has shape `inputShape` (without the batch; null where any size goes).
 *
 * @throws MetricLearningError if the examples do not have that shape, or there are none.
 */
export function exampleSource(
  where: string,
  examples: Examples,
  inputShape: readonly (number | null)[],
): ExampleSource {
  const source =
    examples instanceof Tensor
      ? tensorSource(where, examples, inputShape)
      : arraySource(where, examples, inputShape);
  if (source.count === 0) {
    throw new MetricLearningError({ where, expected: 'at least one example', got: 'none' });
  }
  return source;
}

function tensorSource(
  where: string,
  examples: Tensor,
  inputShape: readonly (number | null)[],
): ExampleSource {
  const [count = 0, ...shape] = examples.shape;
  const fits =
    shape.length === inputShape.length &&
    shape.every((size, axis) => inputShape[axis] === null || inputShape[axis] === size);
  if (examples.rank === 0 || !fits) {
    throw new MetricLearningError({
      where,
      expected: `examples of shape ${showShape(['count', ...inputShape])}`,
      got: `a tensor of shape [${examples.shape.join(', ')}]`,
    });
  }
  const rest = shape.map(() => 0);
  return {
    count,
    pick: (indices) => gather(examples, indices),
    range: (start, end) => slice(examples, [start, ...rest], [end - start, ...shape]),
  };
}

function arraySource(
  where: string,
  values: Exclude<Examples, Tensor>,
  inputShape: readonly (number | null)[],
): ExampleSource {
  if (!ArrayBuffer.isView(values) || values instanceof DataView) {
    throw new MetricLearningError({
      where,
      expected: 'examples as a tensor, Float32Array, Uint8Array, Uint8ClampedArray or Int32Array',
      got: show(values),
    });
  }
  const shape = inputShape.map((size) => {
    if (size !== null) return size;
    throw new MetricLearningError({
      where,
      expected: `examples as a tensor, as the network's input shape is open: ${showShape(inputShape)}`,
      got: values.constructor.name,
      fix: 'Wrap the values: tensor(values, [count, ...shape]).',
    });
  });
  const each = shape.reduce((product, size) => product * size, 1);
  if (values.length % each !== 0) {
    throw new MetricLearningError({
      where,
      expected: `whole examples of shape [${shape.join(', ')}], ${each} values each`,
      got: `${values.length} values`,
    });
  }
  const toTensor = (batch: Float32Array): Tensor => tensor(batch, [batch.length / each, ...shape]);
  return {
    count: values.length / each,
    pick(indices) {
      const batch = new Float32Array(indices.length * each);
      indices.forEach((index, row) => {
        batch.set(values.subarray(index * each, (index + 1) * each), row * each);
      });
      return toTensor(batch);
    },
    range: (start, end) => toTensor(Float32Array.from(values.subarray(start * each, end * each))),
  };
}

/**
 * Reads all examples once.
 *
 * @throws MetricLearningError if one holds NaN or Infinity: it names the first such example.
 */
export async function checkFiniteExamples(
  where: string,
  examples: Examples,
  source: ExampleSource,
): Promise<void> {
  if (examples instanceof Tensor) {
    if (examples.dtype !== 'float32') return;
    // 0 * x is 0 where x is finite and NaN elsewhere.
    const rows = tidy(() => sum(mul(examples, 0), examples.shape.map((_, axis) => axis).slice(1)));
    const found = (await rows.data()).findIndex((value: number) => value !== 0);
    rows.dispose();
    if (found >= 0) throw notFinite(where, found);
  } else if (examples instanceof Float32Array) {
    const found = examples.findIndex((value) => !Number.isFinite(value));
    if (found >= 0) {
      const example = Math.floor(found / (examples.length / source.count));
      throw notFinite(where, example, `${examples[found]}`);
    }
  }
}

function notFinite(where: string, index: number, value = 'NaN or Infinity'): MetricLearningError {
  return new MetricLearningError({
    where,
    expected: 'examples of finite numbers',
    got: `${value} in example ${index}`,
    fix: 'Clean the data: one such value turns all weights into NaN.',
  });
}

function showShape(shape: readonly (number | string | null)[]): string {
  return `[${shape.map((size) => size ?? 'any').join(', ')}]`;
}
