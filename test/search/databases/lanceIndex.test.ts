import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, connect, Index } from '@lancedb/lancedb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EmbeddingRows } from '../../../src/data/embeddings.ts';
import { lpDistance } from '../../../src/distances/lpDistance.ts';
import { createRandom } from '../../../src/random/createRandom.ts';
import { type LanceOptions, lanceIndex } from '../../../src/search/databases/lanceIndex.ts';
import type { Hit, VectorIndex } from '../../../src/search/vectorIndex.ts';
import { measures } from '../../support/measures.ts';
import { indexContract } from '../indexContract.ts';

const rows = (...matrix: number[][]): EmbeddingRows => ({
  data: Float32Array.from(matrix.flat()),
  shape: [matrix.length, matrix[0]?.length ?? 0],
});
const ids = (hits: readonly (readonly Hit[])[]): string[][] =>
  hits.map((found) => found.map(({ id }) => id));

/** The real thing: the package has the whole of LanceDB in it. */
const folder = mkdtempSync(join(tmpdir(), 'lance-'));
let connection: Connection;
let tables = 0;
beforeAll(async () => {
  connection = await connect(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const nextTable = (): string => `items-${tables++}`;

indexContract('lanceIndex', {
  create: async (options) => lanceIndex(connection, { ...options, table: nextTable() }),
  series: 6,
});

describe('lanceIndex', () => {
  const open = (options: Partial<LanceOptions> = {}): VectorIndex =>
    lanceIndex(connection, {
      table: nextTable(),
      dims: 2,
      distance: measures.euclidean,
      ...options,
    });

  test('finds again what another process left in the folder', async () => {
    const table = nextTable();
    await open({ table }).add(rows([1, 2]), [{ id: 'a', label: 3 }]);
    const again = lanceIndex(await connect(folder), { table, dims: 2, distance: measures.dot });
    expect(await again.search(rows([1, 1]), 1)).toEqual([[{ id: 'a', label: 3, distance: -3 }]]);
    again.dispose();
  });

  test('sees at once what another connection writes, replaces and removes', async () => {
    const table = nextTable();
    const other = lanceIndex(await connect(folder), {
      table,
      dims: 2,
      distance: measures.euclidean,
    });
    const own = open({ table });
    await own.count();
    await other.add(rows([1, 2], [3, 4]), [{ id: 'a' }, { id: 'b' }]);
    expect(ids(await own.search(rows([1, 2]), 5))).toEqual([['a', 'b']]);
    await own.upsert(rows([9, 9]), [{ id: 'a', label: 'new' }]);
    expect(await other.count({ label: 'new' })).toBe(1);
    expect(await other.remove({ ids: ['b'] })).toBe(1);
    expect(ids(await own.search(rows([1, 2]), 5))).toEqual([['a']]);
  });

  test('is opened and written by two at a time', async () => {
    const table = nextTable();
    const [first, second] = [open({ table }), open({ table })];
    await Promise.all([
      first.add(rows([1, 2]), [{ id: 'a' }]),
      second.add(rows([3, 4]), [{ id: 'b' }]),
    ]);
    expect(await first.count()).toBe(2);
    await expect(second.add(rows([1, 2]), [{ id: 'a' }])).rejects.toThrow('got "a". Use upsert');
  });

  test('answers through an approximate index of LanceDB, and around it', async () => {
    const table = nextTable();
    const dims = 8;
    const random = createRandom(2);
    const data = Float32Array.from({ length: 600 * dims }, () => random.next());
    const items = Array.from({ length: 600 }, (_, i) => ({ id: `${i}`, label: i % 3 }));
    const index = open({ table, dims });
    await index.add({ data, shape: [600, dims] }, items);
    const opened = await connection.openTable(table);
    const config = Index.hnswSq({ distanceType: 'l2', numPartitions: 1 });
    await opened.createIndex('vector', { config });
    const query = { data: data.slice(0, 70 * dims), shape: [70, dims] as const };
    const exact = await open({ table, dims, exact: true }).search(query, 3);
    expect(ids(exact).map(([first]) => first)).toEqual(items.slice(0, 70).map(({ id }) => id));
    const found = await index.search(query, 3, { filter: { label: 1 } });
    expect(found.every((hits) => hits.length === 3 && hits.every(({ label }) => label === 1))).toBe(
      true,
    );
  });

  test('does not find a row of zeros by a distance that normalizes', async () => {
    const index = open({ distance: measures.cosine });
    await index.add(rows([0, 0], [1, 0], [-1, 0]), [{ id: 'zero' }, { id: 'x' }, { id: '-x' }]);
    expect(ids(await index.search(rows([2, 0]), 3))).toEqual([['x', '-x']]);
    expect(await index.count()).toBe(3);
  });

  test.each<[string, Partial<LanceOptions>, string]>([
    [
      'other dims',
      { dims: 3 },
      'to have a column vector of type FixedSizeList[3]<Float32>, got FixedSizeList[2]<Float32>. Choose the dims of the table, or another table.',
    ],
    ['other columns', { table: 'foreign' }, 'to have a column id of type Utf8, got none.'],
  ])('refuses a table of %s', async (_, options, message) => {
    const table = nextTable();
    await open({ table }).count();
    await connection.createTable('foreign', [{ a: 1 }], { mode: 'overwrite' });
    await expect(open({ table, ...options }).count()).rejects.toThrow(message);
  });

  test('tells what LanceDB says', async () => {
    const index = lanceIndex(await connect(join(folder, 'closed')), { table: 'a', dims: 2 });
    await index.count();
    rmSync(join(folder, 'closed'), { recursive: true });
    const error = await index.add(rows([1, 2]), [{ id: 'a' }]).catch((reason: Error) => reason);
    expect((error as Error).message).toMatch(
      /^index.add: expected LanceDB to answer, got the error: /,
    );
    expect((error as Error).cause).toBeInstanceOf(Error);
  });

  test.each<[Partial<LanceOptions>, string]>([
    [{ table: '' }, 'expected table to be a name of letters, digits, _, - and ., got table: "".'],
    [{ table: '../a' }, 'expected table to be a name of letters, digits, _, - and .'],
    [{ dims: 0 }, 'expected dims to be a whole number >= 1, got dims: 0.'],
    [{ exact: 1 as never }, 'expected exact to be true or false, got exact: 1.'],
    [
      { distance: lpDistance({ p: 1 }) },
      'expected distance to be one that the store computes: lpDistance with p 2',
    ],
  ])('refuses %o', (options, message) => {
    expect(() => open(options)).toThrow(`lanceIndex: ${message}`);
  });

  test('refuses what is no connection', () => {
    expect(() => lanceIndex({} as never, { table: 'a', dims: 2 })).toThrow(
      'lanceIndex: expected connection to be',
    );
  });
});
