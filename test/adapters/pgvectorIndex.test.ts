import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { afterAll, beforeAll, describe } from 'vitest';
import { pgvectorIndex } from '../../src/adapters/pgvectorIndex.ts';
import { indexContract } from '../neighbors/indexContract.ts';

describe('pgvectorIndex', () => {
  let database: PGlite;
  let tables = 0;
  beforeAll(async () => {
    database = await PGlite.create({ extensions: { vector } });
  });
  afterAll(() => database.close());

  for (const index of ['none', 'hnsw'] as const) {
    indexContract(`pgvectorIndex with index ${index}`, {
      create: async (options) =>
        pgvectorIndex(database, { ...options, table: `items ${tables++} "quoted"`, index }),
      digits: 5,
      series: 15,
    });
  }
});
