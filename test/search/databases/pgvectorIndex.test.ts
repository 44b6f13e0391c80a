import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EmbeddingRows } from '../../../src/data/embeddings.ts';
import { lpDistance } from '../../../src/distances/lpDistance.ts';
import type { MetricLearningError } from '../../../src/errors/metricLearningError.ts';
import type { PgClient } from '../../../src/search/databases/pgClient.ts';
import {
  type PgvectorOptions,
  pgvectorIndex,
} from '../../../src/search/databases/pgvectorIndex.ts';
import type { Hit, VectorIndex } from '../../../src/search/vectorIndex.ts';
import { measures } from '../../support/measures.ts';
import { indexContract } from '../indexContract.ts';

const rows = (...matrix: number[][]): EmbeddingRows => ({
  data: Float32Array.from(matrix.flat()),
  shape: [matrix.length, matrix[0]?.length ?? 0],
});
const ids = (hits: readonly (readonly Hit[])[]): string[][] =>
  hits.map((found) => found.map(({ id }) => id));

/** The real thing: PostgreSQL and pgvector, compiled to WebAssembly. */
let database: PGlite;
let tables = 0;
beforeAll(async () => {
  database = await PGlite.create({ extensions: { vector } });
});
afterAll(() => database.close());

const nextTable = (): string => `items ${tables++} "quoted"; --`;

for (const index of ['none', 'hnsw'] as const) {
  indexContract(`pgvectorIndex with index ${index}`, {
    create: async (options) => pgvectorIndex(database, { ...options, table: nextTable(), index }),
    digits: 5,
    series: 15,
  });
}

describe('pgvectorIndex', () => {
  const open = (options: Partial<PgvectorOptions> = {}): VectorIndex =>
    pgvectorIndex(database, {
      table: nextTable(),
      dims: 2,
      distance: measures.euclidean,
      ...options,
    });

  /** 500 points in the plane, ids in their order. */
  const fill = async (index: VectorIndex): Promise<void> => {
    const points = Array.from({ length: 500 }, (_, i) => [Math.sin(i), Math.cos(3.1 * i)]);
    const items = points.map((_, i) => ({ id: `${i}`, label: i % 50 }));
    await index.add(rows(...points), items);
  };

  test('finds again what another process left in the table', async () => {
    const table = nextTable();
    await open({ table }).add(rows([1, 2]), [{ id: 'a', label: 3 }]);
    const again = open({ table, distance: measures.dot });
    expect(await again.search(rows([1, 1]), 1)).toEqual([[{ id: 'a', label: 3, distance: -3 }]]);
    again.dispose();
  });

  test('is opened by two at a time', async () => {
    const table = nextTable();
    const [first, second] = [open({ table }), open({ table })];
    await Promise.all([first.count(), second.count()]);
    await first.add(rows([1, 2]), [{ id: 'a' }]);
    expect(await second.count()).toBe(1);
  });

  test('keeps the table in a schema, of any letters', async () => {
    await database.exec('CREATE SCHEMA "my.schema"');
    const index = open({ schema: 'my.schema', table: 'items' });
    await index.add(rows([1, 2]), [{ id: 'a' }]);
    const found = await database.query('SELECT id, embedding::text FROM "my.schema".items');
    expect(found.rows).toEqual([{ id: 'a', embedding: '[1,2]' }]);
  });

  test('gives items at equal distances in the order in which they were added', async () => {
    for (const index of ['none', 'hnsw'] as const) {
      const ties = open({ index, dims: 1 });
      const items = ['d', 'c', 'b', 'a'].map((id) => ({ id }));
      await ties.add(rows([1], [-1], [1], [3]), items);
      expect(ids(await ties.search(rows([0]), 3))).toEqual([['d', 'c', 'b']]);
      await ties.upsert(rows([-1], [1]), [{ id: 'a' }, { id: 'd' }]);
      expect(ids(await ties.search(rows([0]), 4))).toEqual([['d', 'c', 'b', 'a']]);
    }
  });

  test('adds all or none, whoever was first', async () => {
    const table = nextTable();
    const writers = [open({ table }), open({ table }), open({ table })];
    await Promise.all(writers.map((writer) => writer.count()));
    const outcomes = await Promise.allSettled(
      writers.map((writer, i) =>
        writer.add(rows([1, 2], [3, 4]), [{ id: `only ${i}` }, { id: 'of all' }]),
      ),
    );
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused.map(({ reason }) => (reason as Error).message)).toEqual(
      Array(2).fill(
        'index.add: expected ids that the index does not have, got "of all". Use upsert to replace items.',
      ),
    );
    expect(await writers[0]?.count()).toBe(2);
  });

  test('adds more than one parameter holds, in their order', async () => {
    const index = open({ index: 'none', dims: 2000 });
    const data = Float32Array.from({ length: 150 * 2000 }, (_, i) => Math.fround(Math.sin(i)));
    const items = Array.from({ length: 150 }, (_, i) => ({ id: `${i}` }));
    await index.add({ data, shape: [150, 2000] }, items);
    expect(await index.count()).toBe(150);
    const query = { data: data.slice(140 * 2000, 141 * 2000), shape: [1, 2000] as const };
    expect(await index.search(query, 1)).toEqual([[{ id: '140', distance: 0 }]]);
  });

  test('takes the index for a search without one row too few, beyond ef_search and with a filter', async () => {
    const table = nextTable();
    const [graph, exact] = [open({ table }), open({ table, index: 'none' })];
    await fill(graph);
    const queries = rows([0.1, 0.2], [-0.5, 0.9]);
    const all = await exact.search(queries, 100);
    await database.exec('SET enable_seqscan = off; SET enable_sort = off');
    try {
      expect(ids(await graph.search(queries, 100))).toEqual(ids(all));
      const [some] = await graph.search(queries, 10, { filter: { label: 7 } });
      expect(some?.map(({ label }) => label)).toEqual(Array(10).fill(7));
    } finally {
      await database.exec('RESET enable_seqscan; RESET enable_sort');
    }
    expect(await database.query('SHOW hnsw.ef_search')).toMatchObject({
      rows: [{ 'hnsw.ef_search': '40' }],
    });
  });

  test('answers more queries than one statement asks', async () => {
    const index = open({ dims: 1 });
    await index.add(rows([0], [100], [200]), [{ id: '0' }, { id: '100' }, { id: '200' }]);
    const queries = Array.from({ length: 600 }, (_, i) => [100 * (i % 3) + 1]);
    const found = await index.search(rows(...queries), 1);
    expect(ids(found)).toEqual(queries.map(([x = 0]) => [`${x - 1}`]));
  });

  test('calls the cosine distance of zeros 1', async () => {
    const index = open({ distance: measures.cosine, index: 'none' });
    await index.add(rows([0, 0], [1, 0], [-1, 0]), [{ id: 'zero' }, { id: 'x' }, { id: '-x' }]);
    const [found] = await index.search(rows([2, 0]), 3);
    expect(found?.map(({ id, distance }) => [id, distance])).toEqual([
      ['x', 0],
      ['zero', 1],
      ['-x', 2],
    ]);
    const [ofZero] = await index.search(rows([0, 0]), 3);
    expect(ofZero?.map(({ distance }) => distance)).toEqual([1, 1, 1]);
  });

  test('measures unit vectors by default, with zeros at 1', async () => {
    const index = pgvectorIndex(database, { table: nextTable(), dims: 2, index: 'none' });
    await index.add(rows([0, 0], [7, 0], [-0.1, 0]), [{ id: 'zero' }, { id: 'x' }, { id: '-x' }]);
    const [found] = await index.search(rows([2, 0]), 3);
    expect(found?.map(({ id, distance }) => [id, distance])).toEqual([
      ['x', 0],
      ['zero', 1],
      ['-x', 2],
    ]);
  });

  test.each<[string, Partial<PgvectorOptions>, string]>([
    [
      'other dims',
      { dims: 3 },
      'to have a column embedding of type vector(3), got vector(2). Choose the dims and the type of the table, or another table.',
    ],
    ['another type', { type: 'halfvec' }, 'of type halfvec(2), got vector(2).'],
    ['other columns', { table: 'pg_class' }, 'to have a column id of type text, got none.'],
  ])('refuses a table of %s', async (_, options, message) => {
    const table = nextTable();
    await open({ table }).count();
    await expect(open({ table, ...options }).count()).rejects.toThrow(message);
  });

  test('tells what the database says, and works once that is mended', async () => {
    let broken = true;
    const client: PgClient = {
      query: (sql, params) =>
        broken ? Promise.reject(new Error('no more connections')) : database.query(sql, params),
    };
    const index = pgvectorIndex(client, { table: nextTable(), dims: 2 });
    await expect(index.count()).rejects.toThrow(
      'pgvectorIndex: expected PostgreSQL to run the statement, got the error: no more connections.',
    );
    broken = false;
    expect(await index.count()).toBe(0);
    const error: MetricLearningError = await index
      .add(rows([1, 2]), [{ id: 'a\0' }])
      .catch((reason) => reason);
    expect(error.message).toMatch(/^index.add: expected PostgreSQL .*, got the error: unsupported/);
    expect(error.cause).toBeInstanceOf(Error);
  });

  test('keeps half of the bits of more than 2,000 dims, with a graph', async () => {
    const index = open({ dims: 3072, type: 'halfvec' });
    const data = Float32Array.from({ length: 20 * 3072 }, (_, i) => Math.sin(i * i));
    const items = Array.from({ length: 20 }, (_, i) => ({ id: `${i}` }));
    await index.add({ data, shape: [20, 3072] }, items);
    const query = { data: data.slice(7 * 3072, 8 * 3072), shape: [1, 3072] as const };
    const [[nearest] = []] = await index.search(query, 1);
    expect(nearest?.id).toBe('7');
    expect(nearest?.distance).toBeCloseTo(0, 3);
  });

  test.each<[string, string, string]>([
    ['0A000', 'extension "vector" is not available', 'Install pgvector on the server'],
    ['42501', 'permission denied to create extension "vector"', 'Let a user who may create'],
  ])('says what mends a server that answers %s', async (code, message, fix) => {
    const client: PgClient = {
      query: (sql, params) =>
        sql.startsWith('CREATE EXTENSION')
          ? Promise.reject(Object.assign(new Error(message), { code }))
          : database.query(sql, params),
    };
    const index = pgvectorIndex(client, { table: nextTable(), dims: 2 });
    await expect(index.count()).rejects.toThrow(
      `pgvectorIndex: expected PostgreSQL to create the table, got the error: ${message}. ${fix}`,
    );
  });

  test('refuses a schema that is missing, and says so', async () => {
    await expect(open({ schema: 'nowhere' }).count()).rejects.toThrow('Create the schema first.');
  });

  test.each<[Partial<PgvectorOptions>, string]>([
    [{ table: '' }, 'expected table to be a name of 1 to 63 bytes, got table: "".'],
    [{ table: 'ü'.repeat(32) }, 'expected table to be a name of 1 to 63 bytes'],
    [{ schema: 'a\0b' }, 'expected schema to be a name of 1 to 63 bytes'],
    [{ dims: 0 }, 'expected dims to be a whole number >= 1, got dims: 0.'],
    [
      { dims: 3072 },
      "expected dims to be at most 2000 for the type vector with index: 'hnsw', got dims: 3072. Pass type: 'halfvec', or index: 'none'.",
    ],
    [
      { dims: 4001, type: 'halfvec' },
      "expected dims to be at most 4000 for the type halfvec with index: 'hnsw', got dims: 4001. Pass index: 'none'.",
    ],
    [
      { dims: 16_001, index: 'none' },
      "expected dims to be at most 16000 for the type vector with index: 'none', got dims: 16001.",
    ],
    [
      { type: 'bit' as 'vector' },
      "expected type to be one of 'vector', 'halfvec', got type: \"bit\".",
    ],
    [{ distance: 'l2' as never }, 'expected distance to be a record with the functions matrix'],
    [{ index: 'ivf' as 'none' }, "expected index to be one of 'hnsw', 'none', got index: \"ivf\"."],
    [
      { distance: lpDistance({ p: 1 }) },
      'expected distance to be one that the store computes: lpDistance with p 2',
    ],
  ])('refuses %o', (options, message) => {
    expect(() => open(options)).toThrow(`pgvectorIndex: ${message}`);
  });
});
