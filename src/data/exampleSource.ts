import {
  type DataType,
  gather,
  mul,
  slice,
  sum,
  Tensor,
  tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import { canReadNow } from '../ops/readNow.ts';
import type { Examples } from './dataset.ts';
import { isLazy } from './lazyDataset.ts';

/** Hands out batches of examples, [batch, ...example shape], at once or after reading them. */
export interface BatchSource {
  readonly count: number;
  /** Whether the batches are read from elsewhere, so that reading ahead pays. */
  readonly lazy?: boolean;
  /** The examples at these indices; the caller disposes them. */
  pick(indices: Int32Array): Tensor | Promise<Tensor>;
  /** The examples from `start` up to `end` (excluded); the caller disposes them. */
  range(start: number, end: number): Tensor | Promise<Tensor>;
}

/** Batches of examples that lie in memory, copying no more than the batch. */
export interface ExampleSource extends BatchSource {
  pick(indices: Int32Array): Tensor;
  range(start: number, end: number): Tensor;
}

/**
 * Opens examples for a network whose input has shape `inputShape` (without the batch; null where any size goes) and
 * type `dtype`. An array of whole numbers becomes int32 tensors where the network's input is int32.
 *
 * @throws MetricLearningError if the examples do not have that shape, or there are none.
 */
export function exampleSource(
  where: string,
  examples: Examples,
  inputShape: readonly (number | null)[],
  dtype: DataType = 'float32',
): ExampleSource {
  if (isLazy(examples)) {
    throw new MetricLearningError({
      where,
      expected: 'examples in memory',
      got: 'a lazy data set',
      fix: 'Embed it with await embedDataset(model, data).',
    });
  }
  const source =
    examples instanceof Tensor
      ? tensorSource(where, examples, inputShape)
      : arraySource(where, examples, inputShape, dtype);
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
  if (examples.isDisposed) {
    throw new MetricLearningError({
      where,
      expected: 'a tensor of examples',
      got: 'one that was disposed',
    });
  }
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
  dtype: DataType,
): ExampleSource {
  checkArray(where, values);
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
  const Batch = dtype === 'int32' ? Int32Array : Float32Array;
  const toTensor = (batch: Float32Array | Int32Array): Tensor =>
    tensor(batch, [batch.length / each, ...shape], dtype === 'int32' ? 'int32' : 'float32');
  return {
    count: values.length / each,
    pick(indices) {
      const batch = new Batch(indices.length * each);
      indices.forEach((index, row) => {
        batch.set(values.subarray(index * each, (index + 1) * each), row * each);
      });
      return toTensor(batch);
    },
    range: (start, end) => toTensor(Batch.from(values.subarray(start * each, end * each))),
  };
}

function checkArray(where: string, values: unknown): void {
  const accepted = 'a tensor, Float32Array, Uint8Array, Uint8ClampedArray or Int32Array';
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    throw new MetricLearningError({
      where,
      expected: `examples as ${accepted}`,
      got: `a ${values.constructor.name}, whose 64-bit numbers no network takes`,
      fix: 'Convert it: Int32Array.from(values, Number), after a look at its largest value.',
    });
  }
  if (ArrayBuffer.isView(values) && !(values instanceof DataView)) return;
  throw new MetricLearningError({
    where,
    expected: `examples as ${accepted}`,
    got: show(values),
    ...(Array.isArray(values) && { fix: 'Wrap it: Float32Array.from(values.flat(Infinity)).' }),
  });
}

/**
 * Reads all examples once. `indexOf` is the index by which an error names an example, where it is not its row.
 *
 * @throws MetricLearningError if one holds NaN or Infinity, or a whole number that the network's input of type `dtype`
 * cannot hold; the error names the first such example.
 */
export async function checkExamples(
  where: string,
  examples: Examples,
  source: ExampleSource,
  dtype: DataType = 'float32',
  indexOf: (row: number) => number = (row) => row,
): Promise<void> {
  if (examples instanceof Tensor) {
    if (examples.dtype === 'int32' && dtype !== 'int32') {
      const values = await examples.data();
      checkExact(where, values, values.length / source.count, indexOf);
    }
    if (examples.dtype !== 'float32') return;
    // 0 * x is 0 where x is finite and NaN elsewhere.
    const rows = tidy(() => sum(mul(examples, 0), examples.shape.map((_, axis) => axis).slice(1)));
    const found = (await rows.data()).findIndex((value: number) => value !== 0);
    rows.dispose();
    if (found >= 0) throw notFinite(where, indexOf(found));
    return;
  }
  const each = examples.length / source.count;
  if (dtype === 'int32') {
    const found = Array.prototype.findIndex.call(examples, (value) => value !== (value | 0));
    if (found >= 0) throw notWhole(where, indexOf(Math.floor(found / each)), `${examples[found]}`);
  } else if (isWhole(examples)) {
    if (examples.BYTES_PER_ELEMENT >= 4) checkExact(where, examples, each, indexOf);
  } else {
    const found = examples.findIndex((value) => !Number.isFinite(value));
    if (found >= 0) throw notFinite(where, indexOf(Math.floor(found / each)), `${examples[found]}`);
  }
}

/**
 * Opens examples that a network embeds at once, where `checkExamples` reads no number.
 *
 * @throws MetricLearningError as `exampleSource`, and for whole numbers that a float32 input cannot hold. On webgpu, which
 * reads no tensor at once, those of tensors are not checked.
 */
export function embeddableSource(
  where: string,
  examples: Examples,
  inputShape: readonly (number | null)[],
  dtype: DataType = 'float32',
): ExampleSource {
  const source = exampleSource(where, examples, inputShape, dtype);
  if (dtype === 'int32') return source;
  if (examples instanceof Tensor) {
    if (examples.dtype === 'int32' && canReadNow()) {
      checkExact(where, examples.dataSync(), examples.size / source.count);
    }
  } else if (isWhole(examples) && examples.BYTES_PER_ELEMENT >= 4) {
    checkExact(where, examples, examples.length / source.count);
  }
  return source;
}

function isWhole(examples: Exclude<Examples, Tensor>): boolean {
  return !(examples instanceof Float32Array || (examples as object) instanceof Float64Array);
}

/** float32 holds all whole numbers up to 2^24: a larger id would become its neighbor's. */
function checkExact(
  where: string,
  values: ArrayLike<number>,
  each: number,
  indexOf: (row: number) => number = (row) => row,
): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Math.fround(value) === value) continue;
    throw new MetricLearningError({
      where,
      expected: "whole numbers that the network's float32 input holds exactly (up to 2^24)",
      got: `${value} in example ${indexOf(Math.floor(i / each))}`,
      fix: "Give the network an int32 input: input({ shape, dtype: 'int32' }), or dtype: 'int32' in its first layer.",
    });
  }
}

function notWhole(where: string, index: number, value: string): MetricLearningError {
  return new MetricLearningError({
    where,
    expected: "32-bit whole numbers for the network's int32 input",
    got: `${value} in example ${index}`,
  });
}

function notFinite(where: string, index: number, value = 'NaN or Infinity'): MetricLearningError {
  return new MetricLearningError({
    where,
    expected: 'examples of finite numbers',
    got: `${value} in example ${index}`,
    fix: 'Clean the data: one such value turns all weights into NaN.',
  });
}

export function showShape(shape: readonly (number | string | null)[]): string {
  return `[${shape.map((size) => size ?? 'any').join(', ')}]`;
}
