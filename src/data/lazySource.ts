import { type DataType, Tensor } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import type { Examples } from './dataset.ts';
import { type BatchSource, checkExamples, exampleSource, showShape } from './exampleSource.ts';
import type { LazyDataset } from './lazyDataset.ts';

/**
 * Opens a lazy data set for a network whose input has shape `inputShape` and type `dtype`; each batch is checked as it
 * is read.
 *
 * @throws MetricLearningError if count or shape are no sizes, or do not fit the network; at use, if `pick` fails or
 * returns other examples than it was asked for.
 */
export function lazySource(
  where: string,
  data: LazyDataset,
  inputShape: readonly (number | null)[] | undefined,
  dtype: DataType = 'float32',
): BatchSource {
  const { count, shape } = data;
  const isSize = (size: unknown): boolean => Number.isSafeInteger(size) && (size as number) > 0;
  if (!isSize(count) || !Array.isArray(shape) || !shape.every(isSize)) {
    throw new MetricLearningError({
      where,
      expected: 'a lazy data set with its count and the shape of one example, whole numbers >= 1',
      got: `count ${show(count)}, shape ${Array.isArray(shape) ? `[${shape}]` : show(shape)}`,
    });
  }
  const fits =
    inputShape === undefined ||
    (inputShape.length === shape.length &&
      shape.every((size, axis) => inputShape[axis] === null || inputShape[axis] === size));
  if (!fits) {
    throw new MetricLearningError({
      where,
      expected: `examples of shape ${showShape(inputShape)}`,
      got: `a lazy data set of shape [${shape.join(', ')}]`,
    });
  }
  const pick = (indices: Int32Array): Promise<Tensor> => pickBatch(where, data, indices, dtype);
  return {
    count,
    lazy: true,
    pick,
    range: (start, end) => pick(Int32Array.from({ length: end - start }, (_, i) => start + i)),
  };
}

async function pickBatch(
  where: string,
  data: LazyDataset,
  indices: Int32Array,
  dtype: DataType,
): Promise<Tensor> {
  const examples = await picked(where, data, indices);
  const disposal = (): void => {
    if (examples instanceof Tensor && !examples.isDisposed) examples.dispose();
  };
  try {
    const source = exampleSource(`${where} (pick)`, examples, data.shape, dtype);
    if (source.count !== indices.length) {
      throw new MetricLearningError({
        where: `${where} (pick)`,
        expected: `${indices.length} examples, one for each index`,
        got: `${source.count}`,
      });
    }
    await checkExamples(where, examples, source, dtype, (row) => indices[row]!);
    return examples instanceof Tensor ? examples : source.range(0, source.count);
  } catch (error) {
    disposal();
    throw error;
  }
}

/** What `pick` returns; its errors say which data set they are of. */
async function picked(where: string, data: LazyDataset, indices: Int32Array): Promise<Examples> {
  try {
    return await data.pick(indices);
  } catch (error) {
    if (error instanceof MetricLearningError) throw error;
    throw new MetricLearningError(
      {
        where: `${where} (pick)`,
        expected: `to read ${indices.length} examples, the first of them example ${indices[0]}`,
        got: error instanceof Error ? error.message : show(error),
      },
      { cause: error },
    );
  }
}
