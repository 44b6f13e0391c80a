import { type Tensor2D, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Labels } from '../../src/data/labels.ts';
import type { ComputeOptions } from '../../src/losses/computeOptions.ts';
import { createRandom } from '../../src/random/createRandom.ts';
import { allPairs } from '../../src/tuples/allPairs.ts';
import { type Batch, compute, evaluate, everyLoss, valueAt } from '../support/everyLoss.ts';
import { expectClose } from '../support/expectClose.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';

function randomBatch(seed: number, labels: number[], dims = 4, scale = 1): Batch {
  const random = createRandom(seed);
  const row = (): number[] => Array.from({ length: dims }, () => scale * (2 * random.next() - 1));
  return { labels, rows: labels.map(row) };
}

const labels = [0, 1, 0, 2, 1, 0, 2, 2];
const usual = randomBatch(1, labels);

/** Batches at the edges, as a network in trouble or a sampler without balance makes them. */
const edges: Record<string, Batch> = {
  'the usual': usual,
  'duplicated embeddings': { labels, rows: [...usual.rows.slice(0, 4), ...usual.rows.slice(0, 4)] },
  'all embeddings equal': { labels, rows: labels.map(() => [0.3, -0.2, 0.5, 0.1]) },
  'zero vectors among others': {
    labels,
    rows: usual.rows.map((row, i) => (i < 3 ? [0, 0, 0, 0] : row)),
  },
  'nothing but zero vectors': { labels, rows: labels.map(() => [0, 0, 0, 0]) },
  'opposite embeddings': {
    labels,
    rows: labels.map((_, i) => (i % 2 ? [1, 0, 0, 0] : [-1, 0, 0, 0])),
  },
  'one dimension': randomBatch(2, labels, 1),
  'one class': { ...usual, labels: labels.map(() => 3) },
  'all classes different': { ...usual, labels: labels.map((_, i) => i) },
  'a batch of one': randomBatch(3, [5]),
  'a batch of two alike': randomBatch(4, [1, 1]),
  'a batch of two different': randomBatch(5, [0, 1]),
  'huge embeddings': randomBatch(6, labels, 4, 1e6),
  'tiny embeddings': randomBatch(7, labels, 4, 1e-6),
};

/** The batches of which a loss that learns from this can learn nothing. */
const nothingToLearn: Record<string, readonly string[]> = {
  'positives and negatives': [
    'one class',
    'all classes different',
    'a batch of one',
    'a batch of two alike',
    'a batch of two different',
  ],
  negatives: ['one class', 'a batch of one', 'a batch of two alike'],
  either: ['a batch of one'],
  anything: [],
};

describe.each(everyLoss)('$name', (tested) => {
  test.each(Object.keys(edges))('is finite, with a finite gradient: %s', (edge) => {
    const { value, gradient } = expectNoLeak(() => evaluate(tested.make(), edges[edge] as Batch));
    expect(Number.isFinite(value)).toBe(true);
    expect(gradient.flat().every(Number.isFinite)).toBe(true);
  });

  test('is zero, with a zero gradient, where there is nothing to learn', () => {
    for (const edge of nothingToLearn[tested.learnsFrom] as string[]) {
      const { value, gradient } = evaluate(tested.make(), edges[edge] as Batch);
      expect(value, edge).toBeCloseTo(0, 6);
      expectClose(gradient.flat(), gradient.flat().fill(0));
    }
  });

  test.skipIf(tested.ordered)('does not care about the order of the batch', () => {
    const order = [3, 7, 0, 5, 1, 6, 2, 4];
    const shuffled = {
      rows: order.map((i) => usual.rows[i] as number[]),
      labels: order.map((i) => usual.labels[i] as number),
    };
    const [there, here] = [evaluate(tested.make(), shuffled), evaluate(tested.make(), usual)];
    expectClose([there.value], [here.value]);
    expectClose(
      there.gradient.flat(),
      order.flatMap((i) => here.gradient[i] as number[]),
    );
  });

  test.skipIf(tested.detached)('has the gradient that finite differences show', () => {
    const number = fc.integer({ min: -100, max: 100 }).map((value) => value / 100);
    const row = fc.tuple(number, number, number).filter((values) => Math.hypot(...values) > 0.3);
    const six = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
      fc.array(of, { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(six(row), six(fc.tuple(number, number, number)), (rows, direction) => {
        const batch = { rows, labels: [0, 1, 0, 1, 2, 2] };
        const moved = (step: number): number =>
          valueAt(
            tested.mild(),
            batch,
            rows.map((row, i) => row.map((v, k) => v + step * (direction[i]?.[k] as number))),
          );
        const slope = (step: number): number => (moved(step) - moved(-step)) / (2 * step);
        const slopes = [4e-3, 2e-3, 1e-3].map(slope);
        const narrow = slopes[2] as number;
        const allowed = 4e-3 * (1 + Math.abs(narrow));
        fc.pre(Math.max(...slopes) - Math.min(...slopes) < allowed); // else a kink or a jump is near
        const { gradient } = evaluate(tested.mild(), batch);
        const along = gradient
          .flat()
          .reduce((sum, g, i) => sum + g * (direction.flat()[i] as number), 0);
        expect(Math.abs(along - narrow)).toBeLessThan(2 * allowed);
      }),
      { numRuns: 25, seed: 7 },
    );
  });

  const { name, accepts } = tested.make();
  const acceptsTuples = accepts.tuples === 'tuples';

  test.runIf(acceptsTuples)('takes all pairs for the tuples it forms itself', () => {
    const x = tensor2d(usual.rows);
    const pairs = allPairs(Int32Array.from(labels));
    const given = tested.make().compute(x, labels, { tuples: pairs });
    const formed = tested.make().compute(x, labels);
    expectClose(given.dataSync(), formed.dataSync());
    for (const tensor of [x, given, formed]) tensor.dispose();
  });

  test.runIf(acceptsTuples)('learns nothing from no tuples', () => {
    const x = tensor2d(usual.rows);
    const none = new Int32Array(0);
    const value = tested
      .make()
      .compute(x, labels, { tuples: { anchor: none, positive: none, negative: none } });
    expect(value.dataSync()[0]).toBeCloseTo(0, 9);
    for (const tensor of [x, value]) tensor.dispose();
  });

  /** Calls the loss with what is wrong in place of what is right. */
  const call =
    (x: Tensor2D, changed: { labels?: Labels | null } & ComputeOptions = {}) =>
    (): void => {
      const usualLabels = accepts.labels === 'none' ? null : labels;
      const reference = accepts.reference === 'needed' ? { embeddings: x } : undefined;
      const { labels: ids = usualLabels, ...options } = { reference, ...changed };
      tested.make().compute(x, ids, options);
    };

  test('names the first row that is not finite', () => {
    const rows = usual.rows.map((row, i) => (i < 2 ? row : [0, Number.NaN, 0, 0]));
    const x = tensor2d(rows);
    expect(call(x)).toThrow('expected embeddings to be finite, got NaN in row 2.');
    x.dispose();
  });

  test('rejects embeddings that are no matrix', () => {
    const x = tensor1d([1, 2, 3, 4]);
    expect(call(x as unknown as Tensor2D)).toThrow(
      'expected embeddings to be a tensor of shape [batch, dims], got shape [4].',
    );
    x.dispose();
  });

  test('rejects labels that do not fit, and says what it takes', () => {
    const x = tensor2d(usual.rows);
    if (accepts.labels === 'none') {
      expect(call(x, { labels: [0, 1] })).toThrow('expected null for labels: the loss needs none');
    } else {
      expect(call(x, { labels: [0, 1] })).toThrow(
        'expected one label per embedding (8), got labels of length 2.',
      );
      expect(call(x, { labels: labels.map((label) => label + 0.5) })).toThrow(
        'expected labels to be integer',
      );
    }
    if (accepts.labels === 'needed') {
      expect(() => tested.make().compute(x, null)).toThrow(/expected labels, got null/);
    }
    if (accepts.labels === 'or tuples') {
      expect(() => tested.make().compute(x, null)).toThrow(/labels, or tuples in their place/);
    }
    x.dispose();
  });

  test('accepts options by name, and says how to pass what has none', () => {
    const x = tensor2d(usual.rows);
    const zero = Int32Array.of(0);
    const tuples = { anchor: zero, positive: zero, negative: zero };
    const where = name.startsWith('multipleLosses') ? 'multipleLosses' : name;
    expect(call(x, tuples as ComputeOptions)).toThrow(
      `${where}: expected options as the third argument, each with its name, got tuples without a name. Call compute(embeddings, labels, { tuples }).`,
    );
    expect(call(x, { tuple: tuples } as ComputeOptions)).toThrow(
      `${where}: expected no options but tuples, reference, observe, got tuple. It is called tuples.`,
    );
    expect(call(x, { tuples: null } as unknown as ComputeOptions)).toThrow(
      `${where}: expected tuples to be a record, such as { anchor, positive, negative }, got tuples: null.`,
    );
    x.dispose();
  });

  test('rejects tuples and references it does not take, and those that do not fit', () => {
    const x = tensor2d(usual.rows);
    const [zero, far] = [Int32Array.of(0), Int32Array.of(8)];
    const tuples = { anchor: zero, positive: zero, negative: far };
    const wide = { embeddings: tensor2d(usual.rows.map((row) => [...row, 1])), labels };
    expect(call(x, { tuples })).toThrow(
      accepts.tuples === 'none'
        ? 'expected no tuples'
        : 'expected tuples.negative to be indices from 0 to 7, got 8 at position 0.',
    );
    const unlabelled = accepts.labels === 'none' ? { embeddings: wide.embeddings } : wide;
    expect(call(x, { reference: unlabelled })).toThrow(
      accepts.reference === 'none'
        ? 'expected no reference set'
        : 'expected reference.embeddings of as many dims as the embeddings (4), got 5.',
    );
    for (const tensor of [x, wide.embeddings]) tensor.dispose();
  });

  test('gives the same bits for the same batch', () => {
    const x = tensor2d(usual.rows);
    const values = [0, 1].map(() => compute(tested.make(), x, usual));
    expect(values[0]?.dataSync()).toEqual(values[1]?.dataSync());
    for (const tensor of [x, ...values]) tensor.dispose();
  });

  test('is called by its name in errors', () => {
    const x = tensor2d(usual.rows.map(() => [Number.NaN, 0, 0, 0]));
    const [called = ''] = tested.name.split(','); // behind a comma the test says which options it has
    expect(name.replace(/\(.*/, '')).toBe(called); // in brackets a wrapper names the losses it wraps
    let message = '';
    try {
      call(x)();
    } catch (error) {
      message = (error as Error).message;
    }
    const [, where = 'no error'] = /^(.+?): expected /.exec(message) ?? [];
    expect(name).toContain(where);
    x.dispose();
  });
});
