import { toLabels } from '../data/labels.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkOptions } from '../internal/checkOptions.ts';
import { checkInteger } from '../internal/checks.ts';

const where = 'balancedStream';

/** One example of a stream: anything, with its class id. */
export interface StreamedExample<T> {
  readonly example: T;
  readonly label: number;
}

/** Examples of `classesPerBatch` classes, class after class. */
export interface StreamedBatch<T> {
  readonly examples: T[];
  readonly labels: Int32Array;
}

export interface BalancedStreamOptions<T> {
  classesPerBatch: number;
  /** Examples of each class in a batch. */
  m: number;
  /** The most examples to keep waiting for others of their class. Default: 16 batches. */
  capacity?: number;
  /** Told of each example that is in no batch, e.g. to dispose its tensor. */
  onDrop?: (example: T) => void;
}

/**
 * Balanced batches from a stream that is too long to hold: any async iterable, such as a file read line by line
 * or a `tf.data` dataset's iterator.
 *
 * A batch comes as soon as enough classes have `m` examples waiting; those that waited longest go first. When
 * `capacity` is exceeded, the oldest example of the class with most examples is dropped: frequent classes are
 * thinned out. What is left at the end, too little for a batch, is dropped as well.
 *
 * @throws MetricLearningError if an option is no whole number >= 1, if `capacity` holds no batch, or if a label
 * is no whole number.
 */
export async function* balancedStream<T>(
  source: AsyncIterable<StreamedExample<T>> | Iterable<StreamedExample<T>>,
  options: BalancedStreamOptions<T>,
): AsyncGenerator<StreamedBatch<T>, void, void> {
  checkOptions(where, options, ['classesPerBatch', 'm', 'capacity', 'onDrop']);
  const { classesPerBatch, m, onDrop } = options;
  const { capacity = 16 * classesPerBatch * m } = options;
  check(classesPerBatch, m, capacity);

  const waiting = new Map<number, T[]>();
  const ready = new Set<number>(); // classes with m examples waiting, longest first
  let count = 0;
  try {
    for await (const { example, label } of source) {
      const id = toLabels(where, [label])[0] as number;
      const queue = waiting.get(id) ?? [];
      waiting.set(id, queue);
      if (queue.push(example) >= m) ready.add(id);
      count++;
      if (ready.size === classesPerBatch) {
        count -= classesPerBatch * m;
        yield takeBatch(waiting, ready, m);
      } else if (count > capacity) {
        const [frequent, queue] = longestQueue(waiting);
        onDrop?.(queue.shift() as T);
        count--;
        if (queue.length < m) ready.delete(frequent);
      }
    }
  } finally {
    for (const queue of waiting.values()) for (const example of queue) onDrop?.(example);
  }
}

function takeBatch<T>(waiting: Map<number, T[]>, ready: Set<number>, m: number): StreamedBatch<T> {
  const classes = [...ready];
  ready.clear();
  const examples = classes.flatMap((id) => {
    const queue = waiting.get(id) as T[];
    const taken = queue.splice(0, m);
    if (queue.length >= m) ready.add(id);
    if (queue.length === 0) waiting.delete(id);
    return taken;
  });
  return {
    examples,
    labels: Int32Array.from(examples, (_, i) => classes[Math.floor(i / m)] as number),
  };
}

function longestQueue<T>(waiting: Map<number, T[]>): [id: number, queue: T[]] {
  return [...waiting].reduce((longest, entry) =>
    entry[1].length > longest[1].length ? entry : longest,
  );
}

function check(classesPerBatch: number, m: number, capacity: number): void {
  checkInteger(where, 'classesPerBatch', classesPerBatch);
  checkInteger(where, 'm', m);
  checkInteger(where, 'capacity', capacity);
  if (capacity < classesPerBatch * m) {
    throw new MetricLearningError({
      where,
      expected: `capacity for at least one batch (${classesPerBatch * m} examples)`,
      got: `capacity: ${capacity}`,
    });
  }
}
