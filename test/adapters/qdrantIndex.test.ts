import { afterAll, beforeAll, describe } from 'vitest';
import { qdrantIndex } from '../../src/adapters/qdrantIndex.ts';
import { indexContract } from '../neighbors/indexContract.ts';
import { type QdrantServer, startQdrantServer } from './qdrantServer.ts';

describe('qdrantIndex', () => {
  let server: QdrantServer;
  let collections = 0;
  beforeAll(async () => {
    server = await startQdrantServer();
  });
  afterAll(() => server.close());

  indexContract('qdrantIndex', {
    create: async (options) => {
      const url = process.env['QDRANT_URL'] ?? server.url;
      return qdrantIndex({ url, collection: `items ${collections++}`, ...options });
    },
    digits: 5,
    series: 15,
  });
});
