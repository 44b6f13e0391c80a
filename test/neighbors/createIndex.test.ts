import { memory, tensor2d } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classify } from '../../src/neighbors/classify.ts';
import { createIndex, type ExactIndex, restoreIndex } from '../../src/neighbors/createIndex.ts';
import { findMatches } from '../../src/neighbors/findMatches.ts';
import { decodeIndex, encodeIndex } from '../../src/neighbors/indexFile.ts';
import type { IndexItem, ItemFilter } from '../../src/neighbors/vectorIndex.ts';

type Rows = { data: Float32Array; shape: readonly [number, number] };

const rows = (matrix: number[][]): Rows => ({
  data: Float32Array.from(matrix.flat()),
  shape: [matrix.length, matrix[0]?.length ?? 0],
});

/** Four points on a line, two of a kind, with the colours in the metadata. */
async function smallIndex(): Promise<ExactIndex> {
  const index = createIndex({ dims: 2, distance: 'euclidean' });
  await index.add(
    rows([
      [0, 0],
      [1, 0],
      [5, 0],
      [7, 0],
    ]),
    [
      { id: 'a', label: 'left', metadata: { color: 'red' } },
      { id: 'b', label: 'left', metadata: { color: 'blue' } },
      { id: 'c', label: 'right', metadata: { color: 'red', size: 2 } },
      { id: 'd' },
    ],
  );
  return index;
}

const query = rows([[0.9, 0]]);
const ids = (hits: readonly (readonly IndexItem[])[]): string[][] =>
  hits.map((found) => found.map(({ id }) => id));

describe('createIndex', () => {
  test('finds the nearest items with all that was kept of them', async () => {
    const index = await smallIndex();
    const [found] = await index.search(query, 2);
    expect(found).toEqual([
      { id: 'b', label: 'left', metadata: { color: 'blue' }, distance: expect.closeTo(0.1, 6) },
      { id: 'a', label: 'left', metadata: { color: 'red' }, distance: expect.closeTo(0.9, 6) },
    ]);
    index.dispose();
  });

  test.each<[ItemFilter, string[]]>([
    [{}, ['b', 'a', 'c', 'd']],
    [{ label: 'left' }, ['b', 'a']],
    [{ label: ['right', 'nobody'] }, ['c']],
    [{ ids: ['d', 'a'] }, ['a', 'd']],
    [{ metadata: { color: 'red' } }, ['a', 'c']],
    [{ label: 'left', metadata: { color: 'red' } }, ['a']],
    [{ metadata: { size: 3 } }, []],
  ])('searches among those that %o picks', async (filter, expected) => {
    const index = await smallIndex();
    expect(ids(await index.search(query, 9, { filter }))).toEqual([expected]);
    expect(await index.count(filter)).toBe(expected.length);
    index.dispose();
  });

  test('leaves out what is beyond the threshold', async () => {
    const index = await smallIndex();
    expect(ids(await index.search(query, 9, { threshold: 1 }))).toEqual([['b', 'a']]);
    expect(ids(await index.search(rows([[3, 0]]), 9, { threshold: 2 }))).toEqual([['b', 'c']]);
    expect(ids(await index.search(rows([[3, 9]]), 9, { threshold: 1 }))).toEqual([[]]);
    index.dispose();
  });

  test('finds nothing while it is empty, and tells how many it holds', async () => {
    const index = createIndex({ dims: 2 });
    expect(await index.search(query, 3)).toEqual([[]]);
    expect(await index.count()).toBe(0);
  });

  test('adds, replaces and removes', async () => {
    const index = await smallIndex();
    await index.upsert(
      rows([
        [0.9, 0],
        [9, 9],
      ]),
      [{ id: 'd', label: 'new' }, { id: 'e' }],
    );
    expect(ids(await index.search(query, 2))).toEqual([['d', 'b']]);
    expect(await index.remove({ label: 'left' })).toBe(2);
    expect(await index.remove({ label: 'left' })).toBe(0);
    expect(ids(await index.search(query, 9))).toEqual([['d', 'c', 'e']]);
    await index.add(rows([[0.9, 0]]), [{ id: 'a' }]);
    expect(ids(await index.search(query, 2))).toEqual([['d', 'a']]); // a tie: the older one first
    index.dispose();
  });

  test('holds after any series of changes what a plain map would', async () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    const change = fc.record({
      kind: fc.constantFrom('upsert', 'remove', 'search'),
      id,
      x: fc.integer({ min: -4, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 25 }), async (changes) => {
        const index = createIndex({ dims: 1, distance: 'squaredEuclidean' });
        const plain = new Map<string, number>();
        for (const { kind, id: name, x } of changes) {
          if (kind === 'upsert') {
            await index.upsert(rows([[x]]), [{ id: name }]);
            plain.set(name, x);
          } else if (kind === 'remove') {
            expect(await index.remove({ ids: [name] })).toBe(plain.delete(name) ? 1 : 0);
          } else {
            const [found] = await index.search(rows([[x]]), 9);
            const expected = [...plain]
              .map(([other, y]) => ({ id: other, distance: (x - y) ** 2 }))
              .sort((a, b) => a.distance - b.distance); // stable: in the order in which they came
            expect(found).toEqual(expected);
          }
        }
        index.dispose();
      }),
    );
  });

  test('does what it is asked in the order of the calls, waited for or not', async () => {
    const index = await smallIndex();
    const before = index.search(query, 2);
    const change = index.upsert(rows([[9, 9]]), [{ id: 'b' }]);
    const wrong = index.add(rows([[9, 9]]), [{ id: 'b' }]);
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

  test.each([
    [
      'an id that is taken',
      (index: ExactIndex) => index.add(rows([[1, 1]]), [{ id: 'a' }]),
      'index.add: expected ids that the index does not have, got "a". Use upsert to take the place of items.',
    ],
    [
      'an id twice',
      (index: ExactIndex) =>
        index.upsert(
          rows([
            [1, 1],
            [2, 2],
          ]),
          [{ id: 'x' }, { id: 'x' }],
        ),
      'index.upsert: expected a string of its own as the id of each item, got "x" twice.',
    ],
    [
      'another width',
      (index: ExactIndex) => index.search(rows([[1]]), 1),
      "index.search: expected embeddings of the index's width (2), got shape [1,1].",
    ],
    [
      'as many items as embeddings',
      (index: ExactIndex) => index.add(rows([[1, 1]]), []),
      'index.add: expected one item per embedding (1), got 0.',
    ],
    [
      'NaN',
      (index: ExactIndex) => index.add(rows([[1, Number.NaN]]), [{ id: 'x' }]),
      'index.add: expected embeddings to be finite, got NaN in row 0.',
    ],
    [
      'an undefined label, which would remove all',
      (index: ExactIndex) => index.remove({ label: undefined } as unknown as ItemFilter),
      'index.remove: expected a filter of ids, label and metadata, got label: undefined.',
    ],
    [
      'a filter it does not know',
      (index: ExactIndex) => index.remove({ labels: ['a'] } as ItemFilter),
      'index.remove: expected a filter of ids, label and metadata, got labels: ["a"].',
    ],
    [
      'a threshold that is none',
      (index: ExactIndex) => index.search(query, 1, { threshold: Number.NaN }),
      'index.search: expected threshold to be a number, got threshold: NaN.',
    ],
  ])('rejects %s, and stays as it was', async (_, act, message) => {
    const index = await smallIndex();
    await expect(act(index)).rejects.toThrow(message);
    expect(await index.count()).toBe(4);
    index.dispose();
  });
});

describe('classify and findMatches', () => {
  test('give the label of most, and null for what is like nothing known', async () => {
    const index = await smallIndex();
    const queries = rows([
      [0.4, 0],
      [3, 40],
    ]);
    expect(await classify(index, queries, 3, { threshold: 5 })).toEqual([
      { label: 'left', confidence: 2 / 3, distance: expect.closeTo(0.4, 6) },
      { label: null, confidence: 0, distance: Number.POSITIVE_INFINITY },
    ]);
    const matches = await findMatches(index, queries, { threshold: 0.5 });
    expect(matches.map((hit) => hit?.id ?? null)).toEqual(['a', null]);
    index.dispose();
  });
});

describe('an index as bytes', () => {
  test('comes back as it was, from an index with and without items', async () => {
    for (const index of [await smallIndex(), createIndex({ dims: 3, distance: 'cosine' })]) {
      const state = await decodeIndex(await encodeIndex(index.state()));
      expect(state).toEqual(index.state());
      const again = restoreIndex(state);
      expect(again.state()).toEqual(index.state());
      index.dispose();
      again.dispose();
    }
  });

  test('is made from a state that later changes leave alone', async () => {
    const index = await smallIndex();
    const state = index.state();
    await index.upsert(rows([[9, 9]]), [{ id: 'a' }]);
    expect(state).toEqual((await smallIndex()).state());
    index.dispose();
  });

  test('is a safetensors file: header length, JSON, numbers in row-major order', async () => {
    const bytes = await encodeIndex((await smallIndex()).state());
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    expect(length % 8).toBe(0);
    expect(header.vectors).toEqual({ dtype: 'F32', shape: [4, 2], data_offsets: [0, 32] });
    const numbers = new Float32Array(bytes.slice(8 + length, 8 + length + 32).buffer);
    expect(Array.from(numbers)).toEqual([0, 0, 1, 0, 5, 0, 7, 0]);
  });

  test('is refused when any byte is changed or missing', async () => {
    const bytes = await encodeIndex((await smallIndex()).state());
    for (let at = 0; at < bytes.length; at++) {
      const changed = bytes.slice();
      changed[at] = (changed[at] as number) ^ 0x55;
      const state = await decodeIndex(changed).catch((error: Error) => error.message);
      // Another blank in the header's padding does no harm; all else is told.
      if (typeof state === 'string') expect(state).toMatch(/^decodeIndex: expected /);
      else expect(state).toEqual((await smallIndex()).state());
    }
    for (const length of [0, 7, 8, 100, bytes.length - 1]) {
      await expect(decodeIndex(bytes.subarray(0, length))).rejects.toThrow('decodeIndex: expected');
    }
  });

  test('is refused when its parts do not fit', () => {
    const state = { dims: 2, distance: 'cosine', items: [{ id: 'a' }] } as const;
    expect(() => restoreIndex({ ...state, vectors: new Float32Array(3) })).toThrow(
      'restoreIndex: expected 1 vectors of 2 dims, got 3 values.',
    );
    expect(() => restoreIndex({ ...state, vectors: Float32Array.of(0, Number.NaN) })).toThrow(
      'restoreIndex: expected finite vectors, got NaN in that of "a".',
    );
  });
});
