import { toLabels } from '../data/labels.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import { callback, wholeNumber } from '../internal/optionKinds.ts';
import { type OptionTable, optional, readOptions, required } from '../internal/readOptions.ts';

const where = 'balancedStream';

/** One example of a stream: any value, with its class id or the name of its class. */
export interface StreamedExample<T, Label extends number | string = number> {
  readonly example: T;
  readonly label: Label;
}

/** A batch: `m` examples of each of `classesPerBatch` classes, class after class. */
export interface StreamedBatch<T, Label extends number | string = number> {
  readonly examples: T[];
  readonly labels: Label extends string ? string[] : Int32Array;
}

export interface BalancedStreamOptions<T> {
  /** The number of classes in a batch. */
  classesPerBatch: number;
  /** The number of examples of each class in a batch. */
  m: number;
  /** The largest number of examples that wait for more examples of their classes. Default: 16 batches. */
  capacity?: number;
  /** Is called with each example that is in no batch, for example to dispose a tensor. */
  onDrop?: (example: T) => void;
}

export const balancedStreamOptions: OptionTable<
  BalancedStreamOptions<unknown>,
  'capacity' | 'onDrop'
> = {
  classesPerBatch: required(wholeNumber(1)),
  m: required(wholeNumber(1)),
  capacity: optional(wholeNumber(1)),
  onDrop: optional(callback('(example) => {}')),
};

/**
 * Balanced batches from a stream that is too long for memory: any iterable or async iterable, such as a file read line
 * by line or the iterator of a `tf.data` dataset.
 *
 * A batch comes as soon as `classesPerBatch` classes have `m` waiting examples; the classes that waited longest come
 * first. When more than `capacity` examples wait, the oldest example of the class with the most waiting examples is
 * dropped. The examples that are left at the end are dropped as well.
 *
 * @throws MetricLearningError if an option is unknown or out of its range, if `capacity` is too small for a batch, if a
 * label is neither a whole number nor a name, or if the stream ends before the first batch.
 * @example
 * for await (const { examples, labels } of balancedStream(source, { classesPerBatch: 8, m: 4 })) {
 *   // 32 examples, 4 of each of 8 classes
 * }
 */
export async function* balancedStream<T, Label extends number | string = number>(
  source: AsyncIterable<StreamedExample<T, Label>> | Iterable<StreamedExample<T, Label>>,
  options: BalancedStreamOptions<T>,
): AsyncGenerator<StreamedBatch<T, Label>, void, void> {
  const {
    classesPerBatch,
    m,
    capacity: given,
  } = readOptions(where, balancedStreamOptions, options);
  const { onDrop } = options;
  const capacity = given ?? 16 * classesPerBatch * m;
  checkCapacity(capacity, classesPerBatch * m);
  checkIterable(source);

  const waiting = new Map<Label, T[]>();
  const ready = new Set<Label>(); // classes with m examples waiting, longest first
  const seen = new Set<Label>();
  let count = 0;
  let batches = 0;
  try {
    for await (const { example, label } of source) {
      const id = typeof label === 'string' ? label : (toLabels(where, [label])[0] as Label);
      checkKind(id, seen);
      const queue = waiting.get(id) ?? [];
      waiting.set(id, queue);
      seen.add(id);
      if (queue.push(example) >= m) ready.add(id);
      count++;
      if (ready.size === classesPerBatch) {
        count -= classesPerBatch * m;
        batches++;
        yield takeBatch(waiting, ready, m);
      } else if (count > capacity) {
        const [frequent, queue] = longestQueue(waiting);
        onDrop?.(queue.shift() as T);
        count--;
        if (queue.length < m) ready.delete(frequent);
      }
    }
    if (batches === 0) throw noBatch(classesPerBatch, m, seen.size);
  } finally {
    for (const queue of waiting.values()) for (const example of queue) onDrop?.(example);
  }
}

function takeBatch<T, Label extends number | string>(
  waiting: Map<Label, T[]>,
  ready: Set<Label>,
  m: number,
): StreamedBatch<T, Label> {
  const classes = [...ready];
  ready.clear();
  const examples = classes.flatMap((id) => {
    const queue = waiting.get(id) as T[];
    const taken = queue.splice(0, m);
    if (queue.length >= m) ready.add(id);
    if (queue.length === 0) waiting.delete(id);
    return taken;
  });
  const labels = examples.map((_, i) => classes[Math.floor(i / m)]!);
  const ofIds = typeof labels[0] === 'number';
  return {
    examples,
    labels: (ofIds ? Int32Array.from(labels as number[]) : labels) as StreamedBatch<
      T,
      Label
    >['labels'],
  };
}

function longestQueue<T, Label>(waiting: Map<Label, T[]>): [id: Label, queue: T[]] {
  return [...waiting].reduce((longest, entry) =>
    entry[1].length > longest[1].length ? entry : longest,
  );
}

/** Throws for a name among ids, or an id among names. */
function checkKind(label: number | string, seen: ReadonlySet<number | string>): void {
  const [first] = seen;
  if (first === undefined || typeof first === typeof label) return;
  throw new MetricLearningError({
    where,
    expected: 'labels to be all names or all integer class ids',
    got: `${show(first)} and ${show(label)}`,
  });
}

function checkCapacity(capacity: number, batch: number): void {
  if (capacity >= batch) return;
  throw new MetricLearningError({
    where,
    expected: `capacity for at least one batch (${batch} examples)`,
    got: `capacity: ${capacity}`,
  });
}

function checkIterable(source: unknown): void {
  const stream = source as Partial<AsyncIterable<unknown> & Iterable<unknown>> | null | undefined;
  if (typeof source === 'object' && (stream?.[Symbol.asyncIterator] ?? stream?.[Symbol.iterator])) {
    return;
  }
  throw new MetricLearningError({
    where,
    expected: 'source to be an iterable or an async iterable of { example, label }',
    got: show(source),
  });
}

function noBatch(classesPerBatch: number, m: number, classes: number): MetricLearningError {
  return new MetricLearningError({
    where,
    expected: `a stream in which ${classesPerBatch} classes have ${m} examples each at the same time`,
    got: `a stream that ended before the first batch; it had ${classes} classes`,
    fix: 'Use fewer classesPerBatch, a smaller m, or a larger capacity.',
  });
}
