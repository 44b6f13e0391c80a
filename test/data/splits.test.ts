import { dispose, tensor2d } from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  applySplit,
  type CheckpointStore,
  kFolds,
  type LazyDataset,
  report,
  type Split,
  splitByClass,
  splitByExample,
  splitByGroup,
  subset,
  TripletModel,
  tripletLoss,
} from '../../src/index.ts';
import { rings } from '../support/rings.ts';

const partsOf = ({ train, validation, test }: Split): number[][] => [
  [...train],
  [...validation],
  [...test],
];

/** The part of each example. */
function partOfEach(split: Split): number[] {
  const found: number[] = [];
  partsOf(split).forEach((members, part) => {
    for (const i of members) found[i] = part;
  });
  return found;
}

const someLabels = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 30, maxLength: 200 });
const seeds = fc.integer({ min: 0, max: 1000 });

describe('Every split', () => {
  test('has each example in exactly one part, is seeded, and says what it is', () => {
    fc.assert(
      fc.property(someLabels, seeds, (labels, seed) => {
        fc.pre(new Set(labels).size >= 3);
        const options = { test: 0.3, validation: 0.2, seed };
        for (const make of [
          () => splitByClass(labels, options),
          () => splitByExample(labels, options),
          () =>
            splitByGroup(
              labels,
              labels.map((_, i) => i % 10),
              options,
            ),
        ]) {
          const split = make();
          const all = partsOf(split).flat();
          expect(all.sort((a, b) => a - b)).toEqual(labels.map((_, i) => i));
          expect(make()).toEqual(split);
          expect(split.record.seed).toBe(seed);
          expect(Object.values(split.record.counts)).toEqual(partsOf(split).map((p) => p.length));
        }
      }),
      { numRuns: 40 },
    );
  });

  test('of another seed is another one, with another checksum', () => {
    const labels = Array.from({ length: 100 }, (_, i) => i % 20);
    const [a, b] = [0, 1].map((seed) => splitByClass(labels, { seed })) as [Split, Split];
    expect(a.test).not.toEqual(b.test);
    expect(a.record.checksum).not.toBe(b.record.checksum);
  });
});

test('splitByClass keeps each class together, and gives the shares of classes', () => {
  const labels = Array.from({ length: 300 }, (_, i) => `class ${i % 30}`);
  const split = splitByClass(labels, { test: 0.3, validation: 0.1 });
  const parts = partOfEach(split);
  const byClass = new Map<string, Set<number>>();
  labels.forEach((name, i) => {
    byClass.set(name, (byClass.get(name) ?? new Set()).add(parts[i] as number));
  });
  expect([...byClass.values()].every(({ size }) => size === 1)).toBe(true);
  expect(split.record.counts).toEqual({ train: 180, validation: 30, test: 90 });
  expect(splitByClass([0, 1, 2], { test: 0.5, validation: 0.4 }).record.counts).toEqual({
    train: 1,
    validation: 1,
    test: 1,
  });
});

test('splitByExample has every class in the same proportions, and leaves no class untrained', () => {
  const labels = Array.from({ length: 1000 }, (_, i) => (i < 900 ? i % 9 : 9));
  const split = splitByExample(labels, { test: 0.2, validation: 0.1, seed: 5 });
  expect(split.record.counts).toEqual({ train: 700, validation: 100, test: 200 });
  for (let label = 0; label < 10; label++) {
    const inTest = [...split.test].filter((i) => labels[i] === label).length;
    expect(Math.abs(inTest - 20)).toBeLessThanOrEqual(1);
  }
  const single = splitByExample([0, 1, 2, 2, 2, 2, 2, 2], { test: 0.5 });
  expect([...single.train]).toEqual(expect.arrayContaining([0, 1]));
});

test('splitByGroup keeps groups together, with shares and classes as near as they permit', () => {
  const count = 600;
  const labels = Array.from({ length: count }, (_, i) => i % 3);
  const persons = Array.from({ length: count }, (_, i) => `person ${Math.floor(i / 12)}`);
  const split = splitByGroup(labels, persons, { test: 0.25, validation: 0.25, seed: 2 });
  const parts = partOfEach(split);
  for (let i = 0; i < count; i++) expect(parts[i]).toBe(parts[Math.floor(i / 12) * 12]);
  for (const part of [split.test, split.validation]) {
    expect(Math.abs(part.length - 150)).toBeLessThanOrEqual(12);
    expect(new Set([...part].map((i) => labels[i])).size).toBe(3);
  }
});

describe('kFolds', () => {
  const labels = Array.from({ length: 60 }, (_, i) => i % 12);

  test.each([
    { folds: 5 },
    { folds: 4, by: 'class' as const },
    { folds: 3, groups: labels.map((_, i) => i % 7) },
  ])('tests each example in one fold: %j', (options) => {
    const folds = kFolds(labels, options);
    expect(folds).toHaveLength(options.folds);
    const tested = folds.flatMap((fold) => [...fold.test]).sort((a, b) => a - b);
    expect(tested).toEqual(labels.map((_, i) => i));
    folds.forEach(({ train, test, record }, index) => {
      expect(train.length + test.length).toBe(60);
      expect(record.fold).toEqual({ index, of: options.folds });
    });
  });

  test('keeps classes or groups together where asked, and stratifies otherwise', () => {
    for (const { test: held } of kFolds(labels, { folds: 4, by: 'class' })) {
      expect(held).toHaveLength(15);
      expect(new Set([...held].map((i) => labels[i])).size).toBe(3);
    }
    for (const { test: held } of kFolds(labels, { folds: 5 })) {
      expect(new Set([...held].map((i) => labels[i])).size).toBe(12);
    }
  });
});

const data = rings(48);

describe('applySplit', () => {
  const split = splitByExample(data.labels, { test: 0.25 });

  test('cuts arrays, tensors and lazy data sets alike', async () => {
    const rows = tensor2d(data.examples, [48, 2]);
    const lazy: LazyDataset = {
      count: 48,
      shape: [2],
      labels: data.labels,
      pick: (indices) =>
        Float32Array.from(
          [...indices].flatMap((i) => [...data.examples.subarray(2 * i, 2 * i + 2)]),
        ),
    };
    const held = applySplit(data, split).test;
    const cut = applySplit({ examples: rows, labels: data.labels }, split);
    const read = applySplit(lazy, split).test;
    expect(held.labels).toHaveLength(12);
    expect(await (cut.test.examples as typeof rows).data()).toEqual(held.examples);
    expect(await read.pick(Int32Array.from({ length: 12 }, (_, i) => i))).toEqual(held.examples);
    expect(read.labels).toEqual(held.labels);
    dispose([rows, ...Object.values(cut).map(({ examples }) => examples as typeof rows)]);
  });

  test('keeps names, and labels that are names', () => {
    const named = { ...data, names: ['a', 'b', 'c'] };
    expect(applySplit(named, split).train.names).toEqual(['a', 'b', 'c']);
    expect(subset({ ...data, labels: [...data.labels].map(String) }, [3, 0]).labels).toEqual([
      '0',
      '0',
    ]);
  });

  test('is written into the history, the report, and the checkpoints of a run', async () => {
    const model = new TripletModel(
      sequential({ layers: [layers.dense({ inputShape: [2], units: 3 })] }),
    );
    model.compile({ optimizer: 'sgd', loss: tripletLoss(1) });
    const parts = applySplit(data, split);
    const files = new Map<number, Uint8Array>();
    const store: CheckpointStore = {
      write: async (number, bytes) => void files.set(number, Uint8Array.from(bytes)),
      list: async () => [...files.keys()],
      read: async (number) => files.get(number) as Uint8Array,
      remove: async (number) => void files.delete(number),
    };
    const history = await model.fit(parts.train, { checkpoint: { store } });
    expect(history.split).toEqual({ ...split.record, part: 'train' });
    expect(await report(model, parts.test, { history })).toContain(
      `The examples are the test part of a split by example, seed 0: train 36, validation 0, test 12`,
    );
    const other = applySplit(data, splitByExample(data.labels, { test: 0.25, seed: 1 })).train;
    await expect(
      model.fit(other, { checkpoint: { store, resume: true }, epochs: 2 }),
    ).rejects.toThrow(/split/);
  });
});

describe('Splits refuse', () => {
  test.each<[string, () => unknown, string]>([
    [
      'labels that are none',
      () => splitByClass(3 as never),
      'splitByClass: expected labels to be an array of integer class ids, got 3.',
    ],
    [
      'a share of 1',
      () => splitByClass([0, 1], { test: 1 }),
      'expected test to be a number from 0 to less than 1, got test: 1.',
    ],
    [
      'shares of all',
      () => splitByExample([0, 1], { test: 0.5, validation: 0.5 }),
      'expected test and validation to be more than 0 and less than 1 together',
    ],
    ['no share', () => splitByExample([0, 1], { test: 0 }), 'got test: 0, validation: 0.'],
    [
      'a misspelt option',
      () => splitByClass([0, 1], { tests: 0.5 } as never),
      'It is called test.',
    ],
    [
      'one class',
      () => splitByClass([0, 0]),
      'expected at least 2 classes, one for each part, got 1.',
    ],
    [
      'one group',
      () => splitByGroup([0, 1], ['a', 'a']),
      'expected at least 2 groups, one for each part, got 1.',
    ],
    [
      'too few groups',
      () => splitByGroup([0, 1], ['a']),
      'splitByGroup (groups): expected one label per example (2), got labels of length 1.',
    ],
    ['one fold', () => kFolds([0, 1], { folds: 1 }), 'expected folds to be a whole number >= 2'],
    [
      'more folds than classes',
      () => kFolds([0, 1], { folds: 3, by: 'class' }),
      'expected at least as many classes as folds (3), got 2.',
    ],
    [
      'groups and classes',
      () => kFolds([0, 1], { by: 'class', groups: [0, 1] }),
      "expected groups, or by: 'class', got both.",
    ],
    [
      'a split of other data',
      () => applySplit(data, splitByClass([0, 1])),
      'applySplit: expected a split of the 48 examples of the data set, got a split of 2.',
    ],
    [
      'what is no split',
      () => applySplit(data, { train: [1] } as never),
      'expected a split of the 48 examples',
    ],
    [
      'data without labels',
      () => subset({} as never, [0]),
      'subset: expected data.labels to be an array, a label for each example, got undefined.',
    ],
    [
      'a number in place of indices',
      () => subset(data, 3 as never),
      'subset: expected indices to be an array, the places of examples, got 3.',
    ],
    [
      'an index outside',
      () => subset(data, [0, 48]),
      'subset: expected indices from 0 to 47, got 48 at index 1.',
    ],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(message);
  });
});
