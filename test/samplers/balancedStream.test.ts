import { describe, expect, test } from 'vitest';
import {
  type BalancedStreamOptions,
  balancedStream,
  type StreamedBatch,
  type StreamedExample,
} from '../../src/samplers/balancedStream.ts';

async function* stream(labels: Iterable<number>): AsyncGenerator<StreamedExample<string>> {
  let i = 0;
  for (const label of labels) yield { example: `${label}:${i++}`, label };
}

async function collect(
  labels: Iterable<number>,
  options: BalancedStreamOptions<string>,
): Promise<StreamedBatch<string>[]> {
  const batches: StreamedBatch<string>[] = [];
  for await (const batch of balancedStream(stream(labels), options)) batches.push(batch);
  return batches;
}

describe('balancedStream', () => {
  test('gives a batch as soon as enough classes have enough examples', async () => {
    const batches = await collect([0, 1, 0, 2, 2, 1, 0, 1], { classesPerBatch: 2, m: 2 });
    expect(batches).toEqual([
      { examples: ['0:0', '0:2', '2:3', '2:4'], labels: Int32Array.of(0, 0, 2, 2) },
    ]);
  });

  test('takes names of classes, and gives them back', async () => {
    const named = [...'abac'].map((example) => ({ example, label: `class ${example}` }));
    for await (const { labels } of balancedStream(named, { classesPerBatch: 1, m: 2 })) {
      expect(labels).toEqual(['class a', 'class a']);
    }
    const mixed = [
      { example: 1, label: 'a' as string | number },
      { example: 2, label: 0 },
    ];
    const batches = balancedStream(mixed, { classesPerBatch: 1, m: 1 });
    await batches.next();
    await expect(batches.next()).rejects.toThrow(
      'balancedStream: expected labels to be all names or all integer class ids, got "a" and 0.',
    );
  });

  test('lets those that waited longest go first', async () => {
    const batches = await collect([5, 5, 5, 5, 1, 1, 3, 3], { classesPerBatch: 2, m: 2 });
    expect(batches.map(({ labels }) => [...labels])).toEqual([
      [5, 5, 1, 1],
      [5, 5, 3, 3],
    ]);
  });

  test('keeps no more than its capacity, and thins out the most frequent class', async () => {
    const dropped: string[] = [];
    const labels = [0, 0, 0, 0, 0, 0, 1, 1];
    const batches = await collect(labels, {
      classesPerBatch: 2,
      m: 2,
      capacity: 4,
      onDrop: (example) => dropped.push(example),
    });
    expect(batches.map(({ examples }) => examples)).toEqual([['0:3', '0:4', '1:6', '1:7']]);
    expect(dropped).toEqual(['0:0', '0:1', '0:2', '0:5']); // the last one was left over
  });

  test('each example is in one batch or dropped, also when the reader leaves early', async () => {
    const labels = Array.from({ length: 500 }, (_, i) => (i * i) % 7);
    const met: string[] = [];
    let count = 0;
    for await (const batch of balancedStream(stream(labels), {
      classesPerBatch: 3,
      m: 4,
      onDrop: (example) => met.push(example),
    })) {
      met.push(...batch.examples);
      if (++count === 5) break;
    }
    expect(new Set(met).size).toBe(met.length);
    expect(met.length).toBeGreaterThanOrEqual(60);
  });

  test.each([
    [
      { classesPerBatch: 0, m: 1 },
      'balancedStream: expected classesPerBatch to be a whole number >= 1, got classesPerBatch: 0.',
    ],
    [
      { classesPerBatch: 4, m: 2, capacity: 7 },
      'balancedStream: expected capacity for at least one batch (8 examples), got capacity: 7.',
    ],
  ])('rejects %o', async (options, message) => {
    await expect(collect([0], options)).rejects.toThrow(message);
  });

  test.each([
    [[], 0],
    [Array.from({ length: 200 }, (_, i) => i % 5), 5],
  ])('a stream without a batch is an error', async (labels, classes) => {
    const dropped: string[] = [];
    const options = { classesPerBatch: 8, m: 2, onDrop: (each: string) => dropped.push(each) };
    await expect(collect(labels, options)).rejects.toThrow(
      `balancedStream: expected a stream in which 8 classes have 2 examples each at the same time, got a stream that ended before the first batch; it had ${classes} classes.`,
    );
    expect(dropped.length).toBe(labels.length);
  });

  test.each([[null], [5], [Promise.resolve([])]])('rejects %o as a source', async (source) => {
    const batches = balancedStream(source as never, { classesPerBatch: 1, m: 1 });
    await expect(batches.next()).rejects.toThrow(
      'balancedStream: expected source to be an iterable',
    );
  });

  test('rejects a label that is no class id', async () => {
    await expect(collect([0, 0.5], { classesPerBatch: 2, m: 1 })).rejects.toThrow(
      'balancedStream: expected labels to be integer class ids, got 0.5 at index 0.',
    );
  });
});
