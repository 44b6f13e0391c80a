import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EmbeddingRows } from '../../../src/data/embeddings.ts';
import { snrDistance } from '../../../src/distances/snrDistance.ts';
import { type QdrantOptions, qdrantIndex } from '../../../src/search/databases/qdrantIndex.ts';
import { pointId } from '../../../src/search/databases/qdrantPoint.ts';
import type { VectorIndex } from '../../../src/search/vectorIndex.ts';
import { measures } from '../../support/measures.ts';
import { indexContract } from '../indexContract.ts';
import { type QdrantServer, startQdrantServer } from './qdrantServer.ts';

const rows = (...matrix: number[][]): EmbeddingRows => ({
  data: Float32Array.from(matrix.flat()),
  shape: [matrix.length, matrix[0]?.length ?? 0],
});

let server: QdrantServer;
let collections = 0;
beforeAll(async () => {
  server = await startQdrantServer();
});
afterAll(() => server.close());

/** On the server of the variable QDRANT_URL, if it is set; its collections there are left behind. */
indexContract('qdrantIndex', {
  create: async (options) =>
    qdrantIndex({
      url: process.env['QDRANT_URL'] ?? server.url,
      collection: `contract ${process.pid} ${collections++}`,
      ...options,
    }),
  digits: 5,
  series: 15,
});

test('A point has the UUID of version 5 that other programs make of the id', async () => {
  // uuid.uuid5(uuid.NAMESPACE_OID, ..) of Python
  expect(await pointId('a')).toBe('d720e32d-4765-5177-b65b-42dd7f6e6445');
  expect(await pointId('Ünïcödé 🦊')).toBe('7c77ea34-b0cc-5d44-a5df-428a60149807');
  expect(await pointId('')).toBe('0a68eb57-c88a-5f34-9e9d-27f85e68af4f');
});

describe('qdrantIndex', () => {
  const open = (options: Partial<QdrantOptions> = {}): VectorIndex =>
    qdrantIndex({
      url: server.url,
      collection: `own ${collections++}`,
      dims: 2,
      distance: measures.euclidean,
      ...options,
    });

  test('creates a collection with an index for filters, once', async () => {
    const first = server.requests.length;
    const collection = 'faces & names';
    await open({ collection, distance: measures.cosine }).count();
    await open({ collection, distance: measures.cosine }).count();
    const path = '/collections/faces%20%26%20names';
    const vectors = { size: 2, distance: 'Cosine' };
    expect(
      server.requests.slice(first).map(({ method, path, body }) => [method, path, body]),
    ).toEqual([
      ['GET', path, undefined],
      ['PUT', path, { vectors }],
      ['GET', path, undefined],
      ['PUT', `${path}/index?wait=true`, { field_name: 'terms', field_schema: 'keyword' }],
      ['POST', `${path}/points/count`, { filter: { must: [] }, exact: true }],
      ['GET', path, undefined],
      ['POST', `${path}/points/count`, { filter: { must: [] }, exact: true }],
    ]);
  });

  test('stores items so that people and other programs can read them', async () => {
    const index = open();
    const item = { id: 'a', label: 7, metadata: { room: 3.5, note: null, tags: ['x'] } };
    await index.add(rows([1, 0.5]), [item]);
    expect(server.requests.at(-1)?.body).toEqual({
      points: [
        {
          id: await pointId('a'),
          vector: [1, 0.5],
          payload: { ...item, terms: ['["room",3.5]', '["note",null]', '[7]'] },
        },
      ],
    });
  });

  test('is opened by two at a time', async () => {
    const collection = 'of two';
    const [first, second] = [open({ collection }), open({ collection })];
    await Promise.all([first.count(), second.count()]);
    await first.add(rows([1, 2]), [{ id: 'a' }]);
    expect(await second.count()).toBe(1);
  });

  test('splits what is too much for one request', async () => {
    const index = open({ dims: 1 });
    const points = Array.from({ length: 2500 }, (_, i) => [i]);
    const first = server.requests.length;
    await index.add(
      rows(...points),
      points.map(([i]) => ({ id: `${i}` })),
    );
    const found = await index.search(rows(...points.slice(0, 250)), 1);
    expect(found.map(([hit]) => hit?.id)).toEqual(points.slice(0, 250).map(([i]) => `${i}`));
    const sizes = server.requests.slice(first).map(({ body }) => {
      const { ids, points, searches } = (body ?? {}) as Record<string, unknown[] | undefined>;
      return (ids ?? points ?? searches)?.length;
    });
    expect(sizes.filter((size) => size !== undefined)).toEqual([
      ...[1000, 1000, 500],
      ...[1000, 1000, 500],
      ...[100, 100, 50],
    ]);
    const last = [{ id: 'new' }, { id: '2400' }];
    await expect(index.add(rows([1], [2]), last)).rejects.toThrow('got "2400". Use upsert');
  });

  test('finds points that others wrote, by the ids that these have', async () => {
    const index = open({ collection: 'of others' });
    await index.count();
    const id = await pointId('theirs');
    const body = JSON.stringify({ points: [{ id, vector: [1, 2], payload: { color: 'red' } }] });
    await fetch(`${server.url}/collections/of%20others/points?wait=true`, { method: 'PUT', body });
    expect(await index.search(rows([1, 2]), 1)).toEqual([[{ id, distance: 0 }]]);
  });

  test('asks for an exact search if it should', async () => {
    const index = open({ exact: true });
    await index.search(rows([1, 2]), 3);
    expect(server.requests.at(-1)?.body).toMatchObject({ searches: [{ params: { exact: true } }] });
  });

  test('calls the cosine distance of zeros 1, and none negative', async () => {
    const index = open({ distance: measures.cosine });
    await index.add(rows([0, 0], [0.3, 0.4]), [{ id: 'zero' }, { id: 'x' }]);
    const [found = []] = await index.search(rows([3, 4]), 2);
    expect(found.map(({ id }) => id)).toEqual(['x', 'zero']);
    expect(found[0]?.distance).toBeGreaterThanOrEqual(0);
    expect(found[0]?.distance).toBeLessThan(1e-6);
    expect(found[1]?.distance).toBe(1);
  });

  test.each<[Partial<QdrantOptions>, string]>([
    [{ dims: 3 }, '{"size":3,"distance":"Euclid"}, got {"size":2,"distance":"Euclid"}.'],
    [
      { distance: measures.dot },
      '{"size":2,"distance":"Dot"}, got {"size":2,"distance":"Euclid"}. Choose the dims and the distance of the collection, or another collection.',
    ],
  ])('refuses a collection that is not of %o', async (options, message) => {
    const collection = 'euclidean of 2';
    await open({ collection }).count();
    await expect(open({ collection, ...options }).count()).rejects.toThrow(
      `qdrantIndex: expected a collection with one vector a point: ${message}`,
    );
  });

  test('sends the key, which no message holds', async () => {
    const guarded = await startQdrantServer({ apiKey: 'secret' });
    const { url } = guarded;
    await open({ url, apiKey: 'secret' }).count();
    expect(new Set(guarded.requests.map(({ apiKey }) => apiKey))).toEqual(new Set(['secret']));
    const error: Error = await open({ url, apiKey: 'wr0ng', collection: 'a' })
      .count()
      .catch((reason) => reason);
    expect(error.message).toBe(
      'qdrantIndex: expected Qdrant to answer GET /collections/a, got status 401: Invalid API key or JWT.',
    );
    await guarded.close();
  });

  test("tells the server's own words, and works once that is mended", async () => {
    let answer: () => Promise<Response> = () => Promise.reject(new TypeError('fetch failed'));
    const broken: typeof fetch = () => answer();
    const index = open({ fetch: broken, collection: 'a' });
    const asked = 'qdrantIndex: expected Qdrant to answer GET /collections/a, got';
    await expect(index.count()).rejects.toThrow(`${asked} no connection: fetch failed.`);
    answer = async () => new Response('<html>Bad gateway</html>', { status: 502 });
    await expect(index.count()).rejects.toThrow(`${asked} status 502: <html>Bad gateway</html>.`);
    answer = async () => new Response('all is well', { status: 200 });
    await expect(index.count()).rejects.toThrow(`${asked} status 200: all is well.`);
    answer = async () => Response.json({ result: { config: { params: {} } } });
    await expect(index.count()).rejects.toThrow('got null.');
  });

  test('stores nothing that the server finds too much', async () => {
    const narrow = await startQdrantServer({ mostBytes: 500 });
    const index = open({ url: narrow.url });
    const add = index.add(rows([1, 2]), [{ id: 'a', metadata: { text: 'x'.repeat(500) } }]);
    await expect(add).rejects.toThrow('points?wait=true, got status 413: Payload too large.');
    expect(await index.count()).toBe(0);
    await narrow.close();
  });

  test('does not wait for ever, and says where nobody listens', async () => {
    const silent: typeof fetch = (_, init) =>
      new Promise((_, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
      });
    await expect(open({ fetch: silent, timeout: 20 }).count()).rejects.toThrow(
      'got nothing within 20 ms.',
    );
    const gone = await startQdrantServer();
    await gone.close();
    await expect(open({ url: gone.url }).count()).rejects.toThrow(
      /got no connection: fetch failed \(.*ECONNREFUSED/,
    );
  });

  test.each<[Partial<QdrantOptions>, string]>([
    [
      { url: 'localhost:6333' },
      'expected url to be http:// or https://, a host, a port and maybe a path',
    ],
    [{ url: 'nowhere' }, 'got "nowhere". A key is the option apiKey.'],
    [{ url: 'http://user:pass@host' }, 'got one that begins with http: or has more parts.'],
    [{ collection: '' }, 'expected collection to be the name of a collection, got collection: "".'],
    [{ collection: '..' }, 'got collection: "..".'],
    [{ dims: 1.5 }, 'expected dims to be a whole number >= 1, got dims: 1.5.'],
    [{ distance: 'l2' as never }, 'Pass the distance itself: lpDistance().'],
    [
      { distance: snrDistance() },
      'got snrDistance(). createIndex and nearestNeighbors compute every',
    ],
    [{ timeout: 0 }, 'expected timeout to be a finite number > 0, got timeout: 0.'],
  ])('refuses %o', (options, message) => {
    expect(() => open(options)).toThrow(message);
  });
});
