import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkFunction } from '../internal/checkFunction.ts';
import { checkRecord } from '../internal/checkRecord.ts';
import { checkInteger, show } from '../internal/checks.ts';
import type { ClassLabels } from './classLabels.ts';
import type { Examples } from './dataset.ts';

/** Examples of one batch of a stream, and the class id or the name of the class of each. */
export interface StreamBatch {
  /** A tensor is disposed after its step, as tfjs' own `fitDataset` does. */
  readonly examples: Examples;
  /** May be left out for losses over two views of the same example (`views: 2`). */
  readonly labels?: ClassLabels;
}

/** Data that never lie in memory as a whole: the batches of each epoch, one after the other. */
export interface StreamDataset {
  /** The batches of an epoch, which counts from 1. Give the same batches again for the same epoch to make resuming exact. */
  stream(epoch: number): AsyncIterable<StreamBatch> | Iterable<StreamBatch>;
  /** Batches that an epoch pulls from the stream. Default: all. */
  readonly stepsPerEpoch?: number;
  /** The names of the classes: those of class ids, or all that the labels of the batches may be. Default: none. */
  readonly names?: readonly string[];
}

/** A stream whose labels are translated to the class ids of a model. */
export interface NamedStream extends StreamDataset {
  /** @throws MetricLearningError if a label is no class of the stream. */
  readonly idsOf?: (where: string, labels: ClassLabels) => ClassLabels;
}

/** Whether data are a stream. */
export function isStream(data: object): data is StreamDataset {
  return 'stream' in data;
}

/**
 * Checks the record of a stream.
 *
 * @throws MetricLearningError if `stream` is no function, or `stepsPerEpoch` no whole number >= 1.
 */
export function checkStream(where: string, { stream, stepsPerEpoch }: StreamDataset): void {
  checkFunction(where, 'stream', stream, '(epoch) => batches');
  if (stepsPerEpoch !== undefined) checkInteger(where, 'stepsPerEpoch', stepsPerEpoch);
}

/**
 * The batches of one epoch of a stream: exactly `stepsPerEpoch` are pulled, or all.
 *
 * The consumer frees each batch with `disposeBatch`.
 *
 * @throws MetricLearningError if the stream is no iterable, ends before `stepsPerEpoch`, or gives no batch at all.
 */
export async function* pullBatches(
  where: string,
  data: StreamDataset,
  epoch: number,
): AsyncGenerator<StreamBatch, void, void> {
  const batches = iteratorOf(where, data.stream(epoch));
  const { stepsPerEpoch: limit = Infinity } = data;
  let pulled = 0;
  let ended = false;
  try {
    while (pulled < limit) {
      const { done, value } = await batches.next();
      if (done) {
        ended = true;
        break;
      }
      pulled++;
      checkRecord(
        `${where} (batch ${pulled} of epoch ${epoch})`,
        'batch',
        value,
        '{ examples, labels }',
      );
      yield value;
    }
  } finally {
    if (!ended) await batches.return?.();
  }
  if (pulled > 0 && (limit === Infinity || pulled === limit)) return;
  throw new MetricLearningError({
    where,
    expected:
      limit === Infinity
        ? `at least one batch from the stream in epoch ${epoch}`
        : `${limit} batches from the stream in epoch ${epoch} (stepsPerEpoch)`,
    got: pulled === 0 ? 'none' : `${pulled}`,
    fix:
      pulled === 0
        ? 'Make a new generator at each call of stream(epoch): a used-up one gives nothing. A balancedStream gives nothing if classesPerBatch is larger than the number of classes.'
        : 'Lower stepsPerEpoch, or let the stream begin anew when its data end.',
  });
}

/** Frees the examples of a batch, where they are a tensor. */
export function disposeBatch({ examples }: StreamBatch): void {
  const tensor = examples as { dispose?: () => void; isDisposed?: boolean } | null | undefined;
  if (typeof tensor?.dispose === 'function' && tensor.isDisposed !== true) tensor.dispose();
}

type Batches = Pick<AsyncIterator<StreamBatch, unknown, void>, 'next'> & {
  return?: () => unknown;
};

function iteratorOf(where: string, given: unknown): Batches {
  const source = given as Partial<AsyncIterable<StreamBatch> & Iterable<StreamBatch>> | null;
  const begin = source?.[Symbol.asyncIterator] ?? source?.[Symbol.iterator];
  if (typeof begin === 'function' && typeof given !== 'string') {
    const iterator = (begin as (this: unknown) => Batches).call(source);
    return { next: async () => iterator.next(), return: () => iterator.return?.() };
  }
  const isPromise = typeof (given as { then?: unknown } | null | undefined)?.then === 'function';
  throw new MetricLearningError({
    where,
    expected: 'stream(epoch) to return an iterable of batches { examples, labels }',
    got: isPromise ? 'a promise' : show(given),
    fix: isPromise
      ? 'Write async *stream(epoch) { yield batch; } instead of async stream(epoch).'
      : 'Write *stream(epoch) { yield { examples, labels }; }.',
  });
}
