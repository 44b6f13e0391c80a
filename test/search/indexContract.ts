import { memory, tensor2d } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Distance } from '../../src/distances/distance.ts';
import { classify } from '../../src/search/classify.ts';
import { findMatches } from '../../src/search/findMatches.ts';
import type { Hit, IndexItem, ItemFilter, VectorIndex } from '../../src/search/vectorIndex.ts';
import { definitions, type MeasureName, measureNames, measures } from '../support/measures.ts';

type Rows = { data: Float32Array; shape: readonly [number, number] };

export interface IndexContract {
  /** Makes an empty index, each time another one. */
  create(options: { dims: number; distance: Distance }): Promise<VectorIndex>;
  /** What its distances are. Default: all there are. */
  distances?: readonly MeasureName[];
  /** Digits after the point to which its distances are right. Default 6. */
  digits?: number;
  /** How many series of random changes are tried. Default 40. */
  series?: number;
}

/**
 * What every `VectorIndex` promises, wherever it keeps its items. Items at equal distances may come in any order; the
 * embeddings are few, so that an approximate index must find them all.
 */
export function indexContract(
  name: string,
  { create, distances = measureNames, digits = 6, series = 40 }: IndexContract,
): void {
  /** Four points on a line, two of a kind, with the colours in the metadata. */
  const smallIndex = async (): Promise<VectorIndex> => {
    const index = await create({ dims: 2, distance: measures.euclidean });
    await index.add(rows([0, 0], [1, 0], [5, 0], [7, 0]), [
      { id: 'a', label: 'left', metadata: { color: 'red' } },
      { id: 'b', label: 'left', metadata: { color: 'blue' } },
      { id: 'c', label: 'right', metadata: { color: 'red', size: 2, tags: ['x', null] } },
      { id: 'd' },
    ]);
    return index;
  };
  const query = rows([0.9, 0]);

  describe(`${name} as a VectorIndex`, () => {
    test('says what it is', async () => {
      const index = await create({ dims: 3, distance: measures.cosine });
      expect([index.dims, index.distance]).toEqual([3, measures.cosine]);
      index.dispose();
    });

    test('finds the nearest items with all that was kept of them', async () => {
      const index = await smallIndex();
      const [found] = await index.search(query, 3);
      expect(found).toEqual([
        { id: 'b', label: 'left', metadata: { color: 'blue' }, distance: near(0.1) },
        { id: 'a', label: 'left', metadata: { color: 'red' }, distance: near(0.9) },
        {
          id: 'c',
          label: 'right',
          metadata: { color: 'red', size: 2, tags: ['x', null] },
          distance: near(4.1),
        },
      ]);
      const [last] = await index.search(rows([7, 0]), 1);
      expect(last).toEqual([{ id: 'd', distance: near(0) }]);
      index.dispose();
    });

    test('keeps ids and labels of any letters, and tells the label 1 from "1"', async () => {
      const index = await create({ dims: 1, distance: measures.euclidean });
      const items = [
        { id: 'it\'s "quoted"; DROP TABLE items; --', label: 1 },
        { id: 'Ünïcödé 🦊 \\ %_', label: '1', metadata: { 'a.b "c"': "it's" } },
        { id: '', label: '' },
      ];
      await index.add(rows([1], [2], [3]), items);
      const [found] = await index.search(rows([0]), 3);
      expect(found?.map(({ distance: _, ...item }) => item)).toEqual(items);
      expect(ids(await index.search(rows([0]), 3, { filter: { label: 1 } }))).toEqual([
        [items[0]?.id],
      ]);
      expect(await index.count({ label: '1' })).toBe(1);
      expect(await index.count({ metadata: { 'a.b "c"': "it's" } })).toBe(1);
      expect(await index.remove({ ids: items.map(({ id }) => id) })).toBe(3);
      index.dispose();
    });

    test.each<[ItemFilter, string[]]>([
      [{}, ['b', 'a', 'c', 'd']],
      [{ label: 'left' }, ['b', 'a']],
      [{ label: ['right', 'nobody'] }, ['c']],
      [{ label: [] }, []],
      [{ ids: ['d', 'a'] }, ['a', 'd']],
      [{ ids: [] }, []],
      [{ metadata: { color: 'red' } }, ['a', 'c']],
      [{ metadata: { color: 'red', size: 2 } }, ['c']],
      [{ label: 'left', metadata: { color: 'red' } }, ['a']],
      [{ metadata: { size: 3 } }, []],
      [{ metadata: { size: '2' } }, []],
    ])('searches among those that %o picks', async (filter, expected) => {
      const index = await smallIndex();
      expect(ids(await index.search(query, 9, { filter }))).toEqual([expected]);
      expect(ids(await index.search(query, 1, { filter }))).toEqual([expected.slice(0, 1)]);
      expect(await index.count(filter)).toBe(expected.length);
      const removal = Object.keys(filter).length === 0 ? { all: true as const } : filter;
      expect(await index.remove(removal)).toBe(expected.length);
      expect(await index.count()).toBe(4 - expected.length);
      index.dispose();
    });

    test('leaves out what is beyond the threshold', async () => {
      const index = await smallIndex();
      expect(ids(await index.search(query, 9, { threshold: 1 }))).toEqual([['b', 'a']]);
      expect(ids(await index.search(rows([2.9, 0]), 9, { threshold: 2.5 }))).toEqual([['b', 'c']]);
      expect(ids(await index.search(rows([3, 9]), 9, { threshold: 1 }))).toEqual([[]]);
      const filter = { metadata: { color: 'red' } };
      expect(ids(await index.search(query, 9, { threshold: 1, filter }))).toEqual([['a']]);
      index.dispose();
    });

    test('finds nothing while it is empty, and tells how many it holds', async () => {
      const index = await create({ dims: 2, distance: measures.squaredEuclidean });
      expect(await index.search(rows([1, 2], [3, 4]), 3)).toEqual([[], []]);
      expect(await index.count()).toBe(0);
      expect(await index.remove({ all: true })).toBe(0);
      await index.add(rows([1, 2]), [{ id: 'a' }]);
      expect(await index.remove({ all: true })).toBe(1);
      expect(await index.search(rows([1, 2]), 3)).toEqual([[]]);
      index.dispose();
    });

    test('adds, replaces and removes', async () => {
      const index = await smallIndex();
      await index.upsert(rows([0.9, 0], [9, 9]), [{ id: 'd', label: 'new' }, { id: 'e' }]);
      expect(ids(await index.search(query, 2))).toEqual([['d', 'b']]);
      expect(await index.remove({ label: 'left' })).toBe(2);
      expect(await index.remove({ label: 'left' })).toBe(0);
      expect(ids(await index.search(query, 9))).toEqual([['d', 'c', 'e']]);
      await index.add(rows([0.8, 0]), [{ id: 'a' }]);
      expect(ids(await index.search(query, 2))).toEqual([['d', 'a']]);
      expect(await index.count()).toBe(4);
      index.dispose();
    });

    test('replaces all of an item: what it had and now has not is gone', async () => {
      const index = await smallIndex();
      await index.upsert(rows([0.9, 0]), [{ id: 'a' }]);
      const [[first] = []] = await index.search(query, 1);
      expect(first).toEqual({ id: 'a', distance: near(0) });
      index.dispose();
    });

    test('finds duplicates, all of them', async () => {
      const index = await create({ dims: 2, distance: measures.euclidean });
      const items = Array.from({ length: 40 }, (_, i) => ({ id: `${i}` }));
      await index.add(rows(...items.map(() => [3, 4])), items);
      const [found = []] = await index.search(rows([3, 4]), 40);
      expect(found.map(({ id }) => id).sort()).toEqual(items.map(({ id }) => id).sort());
      expect(found.every(({ distance }) => distance === 0)).toBe(true);
      index.dispose();
    });

    test('answers many queries, tensors too, and leaves them to the caller', async () => {
      const index = await smallIndex();
      const x = tensor2d([
        [0, 0],
        [6.9, 0],
      ]);
      expect(ids(await index.search(x, 1))).toEqual([['a'], ['d']]);
      expect(x.isDisposed).toBe(false);
      x.dispose();
      index.dispose();
    });

    test.each(distances.map((distance) => [distance] as const))(
      'ranks and measures as the definition of %s has it',
      async (distance) => {
        const index = await create({ dims: 3, distance: measures[distance] });
        const points = Array.from({ length: 30 }, (_, i) => [
          Math.sin(i),
          2 * Math.cos(3 * i),
          Math.sin(i * i + 1),
        ]);
        await index.add(
          rows(...points),
          points.map((_, i) => ({ id: `${i}` })),
        );
        const queries = [
          [0.2, -0.4, 0.9],
          [-1, 0.3, 0.1],
        ];
        const found = await index.search(rows(...queries), 5);
        queries.forEach((x, q) => {
          const expected = points
            .map((y, i) => ({ id: `${i}`, distance: definitions[distance](x, y) }))
            .sort((a, b) => a.distance - b.distance)
            .slice(0, 5);
          expect(found[q]).toEqual(expected.map((e) => ({ ...e, distance: near(e.distance) })));
        });
        index.dispose();
      },
    );

    test('holds after any series of changes what a plain map would', async () => {
      const change = fc.record({
        kind: fc.constantFrom('upsert', 'remove', 'search'),
        id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
        x: fc.integer({ min: -4, max: 4 }),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(change, { maxLength: 25 }), async (changes) => {
          const index = await create({ dims: 1, distance: measures.squaredEuclidean });
          const plain = new Map<string, number>();
          for (const { kind, id, x } of changes) {
            if (kind === 'upsert') {
              await index.upsert(rows([x]), [{ id }]);
              plain.set(id, x);
            } else if (kind === 'remove') {
              expect(await index.remove({ ids: [id] })).toBe(plain.delete(id) ? 1 : 0);
            } else {
              const [found = []] = await index.search(rows([x]), 9);
              const expected = [...plain].map(([other, y]) => ({
                id: other,
                distance: (x - y) ** 2,
              }));
              expect(byDistanceAndId(found)).toEqual(byDistanceAndId(expected));
              expect(found.map((hit) => hit.distance)).toEqual(
                expected.map((hit) => hit.distance).sort((a, b) => a - b),
              );
            }
          }
          index.dispose();
        }),
        { numRuns: series },
      );
    });

    test('does what it is asked in the order of the calls, waited for or not', async () => {
      const index = await smallIndex();
      const before = index.search(query, 2);
      const change = index.upsert(rows([9, 9]), [{ id: 'b' }]);
      const wrong = index.add(rows([9, 9]), [{ id: 'b' }]);
      const removal = index.remove({ ids: ['a'] });
      const after = index.search(query, 2);
      expect(ids(await before)).toEqual([['b', 'a']]);
      await expect(wrong).rejects.toThrow('index.add: expected ids that the index does not have');
      expect(ids(await after)).toEqual([['c', 'd']]);
      expect(await removal).toBe(1);
      await change;
      index.dispose();
    });

    test('holds no tensor after dispose, and refuses to work', async () => {
      const x = tensor2d([[0.9, 0]]);
      const { numTensors } = memory();
      const index = await smallIndex();
      await index.search(x, 1);
      const late = index.search(x, 1);
      index.dispose();
      index.dispose();
      await expect(late).rejects.toThrow(
        'index: expected an index in use, got one that was disposed.',
      );
      expect(memory().numTensors).toBe(numTensors);
      x.dispose();
    });

    test('answers what was asked before close, and refuses to work after', async () => {
      const { numTensors } = memory();
      const index = await smallIndex();
      const asked = [index.search(query, 1), index.count(), index.search(query, 2)] as const;
      const closed = index.close();
      const late = index.count();
      expect(index.close()).toBe(closed);
      await expect(late).rejects.toThrow(
        'index: expected an index in use, got one that was closed.',
      );
      await closed;
      expect(ids(await asked[0])).toEqual([['b']]);
      expect(await asked[1]).toBe(4);
      expect(ids(await asked[2])).toEqual([['b', 'a']]);
      await expect(index.search(query, 1)).rejects.toThrow('index: expected an index in use');
      expect(memory().numTensors).toBe(numTensors);
      index.dispose();
    });

    test('answers many searches at a time, each with its own', async () => {
      const index = await smallIndex();
      const found = await Promise.all(
        Array.from({ length: 70 }, (_, i) =>
          index.search(rows([i % 8, 0]), 1 + (i % 2), i % 3 ? {} : { filter: { label: 'left' } }),
        ),
      );
      expect(ids([found[7]?.[0] ?? [], found[69]?.[0] ?? []])).toEqual([
        ['d', 'c'],
        ['b', 'a'],
      ]);
      expect(found.map(([hits]) => hits?.length)).toEqual(found.map((_, i) => 1 + (i % 2)));
      index.dispose();
    });

    test.each<[string, (index: VectorIndex) => Promise<unknown>, string]>([
      [
        'an id that is taken',
        (index) => index.add(rows([1, 1], [2, 2]), [{ id: 'new' }, { id: 'a' }]),
        'index.add: expected ids that the index does not have, got "a". Use upsert to replace items.',
      ],
      [
        'an id twice',
        (index) => index.upsert(rows([1, 1], [2, 2]), [{ id: 'x' }, { id: 'x' }]),
        'index.upsert: expected each item to have a string as its id, which no other item has, got "x" twice.',
      ],
      [
        'an id that is no string',
        (index) => index.add(rows([1, 1]), [{ id: 7 } as unknown as IndexItem]),
        'index.add: expected each item to have a string as its id, which no other item has, got 7.',
      ],
      [
        'another width',
        (index) => index.search(rows([1]), 1),
        "index.search: expected embeddings of the index's width (2), got shape [1,1].",
      ],
      [
        'another width of what is added',
        (index) => index.add(rows([1, 2, 3]), [{ id: 'x' }]),
        "index.add: expected embeddings of the index's width (2), got shape [1,3].",
      ],
      [
        'as many items as embeddings',
        (index) => index.add(rows([1, 1]), []),
        'index.add: expected one item per embedding (1), got 0.',
      ],
      [
        'NaN',
        (index) => index.add(rows([1, Number.NaN]), [{ id: 'x' }]),
        'index.add: expected embeddings to be finite, got NaN in row 0.',
      ],
      [
        'an undefined label, which would remove all',
        (index) => index.remove({ label: undefined } as unknown as ItemFilter),
        'index.remove: expected a filter of ids, label and metadata, got label: undefined.',
      ],
      [
        'a filter it does not know',
        (index) => index.remove({ labels: ['a'] } as ItemFilter),
        'index.remove: expected a filter of ids, label and metadata, got labels: ["a"]. It is called label.',
      ],
      [
        'no neighbours',
        (index) => index.search(query, 0),
        'index.search: expected k to be a whole number >= 1, got k: 0.',
      ],
      [
        'a threshold that is none',
        (index) => index.search(query, 1, { threshold: Number.NaN }),
        'index.search: expected threshold to be a number, got threshold: NaN.',
      ],
      [
        'a label that is no label',
        (index) => index.add(rows([1, 2]), [{ id: 'x', label: Number.NaN }]),
        'index.add: expected labels to be strings or finite numbers, got NaN in the item "x".',
      ],
      [
        'a Date in metadata',
        (index) =>
          index.upsert(rows([1, 2]), [{ id: 'a', metadata: { at: new Date(0) as never } }]),
        'got metadata.at: "1970-01-01T00:00:00.000Z" in the item "a". Keep a date as text: date.toISOString().',
      ],
      [
        'a BigInt in metadata',
        (index) => index.upsert(rows([1, 2]), [{ id: 'a', metadata: { n: [{ m: 1n as never }] } }]),
        'got metadata.n.0.m: 1 in the item "a". Keep a BigInt as text: String(value).',
      ],
      [
        'undefined in metadata',
        (index) =>
          index.upsert(rows([1, 2]), [{ id: 'a', metadata: { room: undefined as never } }]),
        'got metadata.room: undefined in the item "a". Leave the key out, or use null.',
      ],
      [
        'metadata that are a list',
        (index) => index.upsert(rows([1, 2]), [{ id: 'a', metadata: [1] as never }]),
        'index.upsert: expected metadata to be a record of what JSON can hold, got [1] in the item "a".',
      ],
      [
        'no items',
        (index) => index.add(rows([1, 2]), undefined as never),
        'index.add: expected items to be an array of { id, label, metadata }, one per embedding (1), got undefined.',
      ],
    ])('rejects %s, and stays as it was', async (_, act, message) => {
      const index = await smallIndex();
      await expect(act(index)).rejects.toThrow(message);
      expect(await index.count()).toBe(4);
      expect(ids(await index.search(query, 9))).toEqual([['b', 'a', 'c', 'd']]);
      index.dispose();
    });

    /** Slips of a caller, of which none may mean "all items" or "no item". */
    const hostile: readonly [filter: unknown, message: string][] = [
      [null, 'expected filter to be a record, { ids, label, metadata }, got null.'],
      ['left', 'expected filter to be a record, { ids, label, metadata }, got "left".'],
      [['a'], 'expected filter to be a record, { ids, label, metadata }, got ["a"].'],
      [{ lable: 'left' }, 'expected a filter of ids, label and metadata, got lable: "left".'],
      [{ label: undefined }, 'got label: undefined.'],
      [
        { label: null },
        'expected the labels of a filter to be strings or finite numbers, got null.',
      ],
      [
        { label: [null] },
        'expected the labels of a filter to be strings or finite numbers, got null.',
      ],
      [
        { label: Number.NaN },
        'expected the labels of a filter to be strings or finite numbers, got NaN.',
      ],
      [{ label: { name: 'left' } }, 'expected the labels of a filter'],
      [{ ids: undefined }, 'got ids: undefined.'],
      [{ ids: 'a' }, 'expected ids to be an array of strings, got ids: "a".'],
      [{ ids: [7] }, 'expected the ids of a filter to be strings, got 7.'],
      [{ metadata: undefined }, 'got metadata: undefined.'],
      [
        { metadata: null },
        'expected metadata to be a record of values by key, got metadata: null.',
      ],
      [{ metadata: { room: undefined } }, 'got room: undefined.'],
      [{ metadata: { room: Number.NaN } }, 'got room: NaN.'],
      [{ metadata: { room: 1n } }, 'got room: 1.'],
      [{ metadata: { room: new Date(0) } }, 'got room: "1970-01-01T00:00:00.000Z".'],
      [{ metadata: { tags: ['x', null] } }, 'got tags: ["x",null].'],
      [{ all: false }, 'expected all to be true, without other parts of a filter'],
      [{ all: true, label: 'left' }, 'expected all to be true, without other parts of a filter'],
    ];

    test('refuses hostile filters in every call, and stays as it was', async () => {
      const index = await smallIndex();
      for (const [given, message] of hostile) {
        const filter = given as ItemFilter;
        const shown = JSON.stringify(given, (_, value) =>
          typeof value === 'bigint' ? 'n' : value,
        );
        await expect(index.count(filter), shown).rejects.toThrow(`index.count: `);
        await expect(index.remove(filter), shown).rejects.toThrow(message);
        await expect(index.search(query, 2, { filter }), shown).rejects.toThrow(message);
      }
      for (const filter of [undefined, {}, { metadata: {} }] as ItemFilter[]) {
        await expect(index.remove(filter)).rejects.toThrow('index.remove: expected ');
      }
      await expect(index.remove({})).rejects.toThrow(
        'index.remove: expected a filter that picks items, got {}. To remove every item, pass { all: true }.',
      );
      expect(await index.count()).toBe(4);
      index.dispose();
    });

    test('is what classify and findMatches work on: null for what is like nothing known', async () => {
      const index = await smallIndex();
      const queries = rows([0.4, 0], [3, 40]);
      expect(await classify(index, queries, 3, { threshold: 5 })).toEqual([
        {
          label: 'left',
          confidence: near((1 + 1 - 0.2 / 4.6 / 2) / (1 + 1 - 0.2 / 4.6 / 2 + 1 - 4.2 / 4.6 / 2)),
          distance: near(0.4),
          votes: 2,
        },
        { label: null, confidence: 0, distance: Number.POSITIVE_INFINITY, votes: 0 },
      ]);
      const matches = await findMatches(index, queries, { threshold: 0.5 });
      expect(matches.map((hit) => hit?.id ?? null)).toEqual(['a', null]);
      index.dispose();
    });
  });

  function near(distance: number): number {
    return expect.closeTo(distance, digits) as number;
  }
}

function rows(...matrix: number[][]): Rows {
  return {
    data: Float32Array.from(matrix.flat()),
    shape: [matrix.length, matrix[0]?.length ?? 0],
  };
}

function ids(hits: readonly (readonly IndexItem[])[]): string[][] {
  return hits.map((found) => found.map(({ id }) => id));
}

function byDistanceAndId(hits: readonly Hit[]): Hit[] {
  return [...hits].sort((a, b) => a.distance - b.distance || a.id.localeCompare(b.id));
}
