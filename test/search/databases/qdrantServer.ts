import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that is there for a test. */
export interface QdrantServer {
  readonly url: string;
  /** The requests so far: method, path and body. */
  readonly requests: { method: string; path: string; body: unknown; apiKey: string | undefined }[];
  close(): Promise<void>;
}

interface Point {
  id: string | number;
  vector: number[];
  payload: Record<string, unknown>;
}

interface Collection {
  size: number;
  distance: string;
  points: Map<string, Point>;
  indexes: Record<string, unknown>;
}

class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * The part of Qdrant's REST interface that `qdrantIndex` uses, in memory, by its OpenAPI schema: paths, bodies (unknown
 * or missing fields are refused), status codes and answers. Vectors are float32; those of the distance Cosine are
 * kept at length 1, as Qdrant keeps them.
 *
 * @see https://api.qdrant.tech
 */
export async function startQdrantServer({
  apiKey,
  mostBytes = 32 * 1024 * 1024,
}: {
  apiKey?: string;
  mostBytes?: number;
} = {}): Promise<QdrantServer> {
  const collections = new Map<string, Collection>();
  const requests: QdrantServer['requests'] = [];
  const server = createServer(async (incoming, outgoing) => {
    const reply = (status: number, body: object): void => {
      outgoing.writeHead(status, { 'content-type': 'application/json' });
      outgoing.end(JSON.stringify({ ...body, time: 0.001 }));
    };
    try {
      const path = incoming.url as string;
      const method = incoming.method as string;
      const body = await readBody(incoming, mostBytes);
      const key = incoming.headers['api-key'] as string | undefined;
      requests.push({ method, path, body, apiKey: key });
      if (apiKey !== undefined && key !== apiKey) throw new Refusal(401, 'Invalid API key or JWT');
      reply(200, { result: answer(collections, method, path, body), status: 'ok' });
    } catch (error) {
      const { status = 500, message } = error as Refusal;
      reply(status, { status: { error: message } });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readBody(incoming: IncomingMessage, mostBytes: number): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  if (text.length > mostBytes) throw new Refusal(413, 'Payload too large');
  return text === '' ? undefined : JSON.parse(text);
}

function answer(
  collections: Map<string, Collection>,
  method: string,
  url: string,
  body: unknown,
): unknown {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const [, root, encoded = '', ...rest] = pathname.split('/');
  if (root !== 'collections' || encoded === '') throw new Refusal(404, '');
  const name = decodeURIComponent(encoded);
  const waited = (): void => {
    if (searchParams.get('wait') !== 'true') throw new Error('a write that is not waited for');
  };
  const collection = collections.get(name);
  const route = [method, ...rest].join('/');

  if (route === 'PUT') {
    if (collection) throw new Refusal(409, `Wrong input: Collection \`${name}\` already exists!`);
    const { vectors } = fields(body, { vectors: isObject });
    const { size, distance } = fields(vectors, { size: isCount, distance: isDistance });
    const made = { size: size as number, distance: distance as string };
    collections.set(name, { ...made, points: new Map(), indexes: {} });
    return true;
  }
  if (!collection) throw new Refusal(404, `Not found: Collection \`${name}\` doesn't exist!`);
  const { points, size, distance } = collection;
  switch (route) {
    case 'GET':
      return {
        status: 'green',
        points_count: points.size,
        config: { params: { vectors: { size, distance }, shard_number: 1 } },
        payload_schema: collection.indexes,
      };
    case 'PUT/index': {
      waited();
      const given = fields(body, { field_name: isString, field_schema: isString });
      collection.indexes[given['field_name'] as string] = { data_type: given['field_schema'] };
      return { operation_id: 0, status: 'completed' };
    }
    case 'PUT/points': {
      waited();
      const given = fields(body, { points: Array.isArray })['points'] as unknown[];
      const read = given.map((point) => readPoint(point, collection));
      for (const point of read) points.set(String(point.id), point);
      return { operation_id: 0, status: 'completed' };
    }
    case 'POST/points': {
      const { ids } = fields(body, { ids: isIds, with_payload: isFlag, with_vector: isFlag });
      return (ids as string[]).flatMap((id) => (points.has(id) ? [{ id }] : []));
    }
    case 'POST/points/count': {
      const { filter } = fields(body, { filter: isObject, exact: isFlag });
      return { count: [...points.values()].filter(condition(filter)).length };
    }
    case 'POST/points/delete': {
      waited();
      const { filter } = fields(body, { filter: isObject });
      for (const point of [...points.values()].filter(condition(filter))) {
        points.delete(String(point.id));
      }
      return { operation_id: 0, status: 'completed' };
    }
    case 'POST/points/query/batch': {
      const { searches } = fields(body, { searches: Array.isArray });
      return (searches as unknown[]).map((search) => ({ points: find(search, collection) }));
    }
    default:
      throw new Refusal(404, '');
  }
}

function readPoint(given: unknown, { size, distance }: Collection): Point {
  const { id, vector, payload } = fields(given, {
    id: isId,
    vector: Array.isArray,
    payload: isObject,
  });
  return {
    id: id as string,
    vector: readVector(vector as number[], size, distance),
    payload: payload as Point['payload'],
  };
}

function readVector(given: number[], size: number, distance: string): number[] {
  if (given.length !== size) {
    throw new Refusal(
      400,
      `Wrong input: Vector dimension error: expected dim: ${size}, got ${given.length}`,
    );
  }
  const vector = given.map(Math.fround);
  const length = Math.hypot(...vector);
  return distance === 'Cosine' && length > 0 ? vector.map((v) => Math.fround(v / length)) : vector;
}

function find(search: unknown, collection: Collection): object[] {
  const { points, size, distance } = collection;
  const { query, limit, filter, with_payload } = fields(search, {
    query: Array.isArray,
    limit: isCount,
    filter: isObject,
    params: isObject,
    with_payload: Array.isArray,
  });
  const x = readVector(query as number[], size, distance);
  const score = ({ vector: y }: Point): number =>
    Math.fround(
      distance === 'Euclid'
        ? Math.hypot(...x.map((v, k) => v - (y[k] as number)))
        : x.reduce((sum, v, k) => sum + v * (y[k] as number), 0),
    );
  const nearest = distance === 'Euclid' ? 1 : -1;
  return [...points.values()]
    .filter(condition(filter))
    .map((point) => ({ point, score: score(point) }))
    .sort((a, b) => nearest * (a.score - b.score))
    .slice(0, limit as number)
    .map(({ point: { id, payload }, score }) => ({
      id,
      version: 0,
      score,
      payload: Object.fromEntries(
        (with_payload as string[]).flatMap((key) => (key in payload ? [[key, payload[key]]] : [])),
      ),
    }));
}

/** `must` of `has_id` and of `match` on a top-level key, of which a list holds if one of its values does. */
function condition(filter: unknown): (point: Point) => boolean {
  const tests = (fields(filter, { must: Array.isArray })['must'] as Record<string, unknown>[]).map(
    (part): ((point: Point) => boolean) => {
      if ('has_id' in part) {
        const ids = fields(part, { has_id: isIds })['has_id'] as string[];
        return ({ id }) => ids.includes(String(id));
      }
      const { key, match } = fields(part, { key: isString, match: isObject });
      const { value, any } = match as { value?: unknown; any?: unknown[] };
      if ((value === undefined) === (any === undefined)) throw new Refusal(400, 'a bad match');
      return ({ payload }) =>
        [payload[key as string]].flat().some((v) => (any ? any.includes(v) : v === value));
    },
  );
  return (point) => tests.every((test) => test(point));
}

/** The fields of an object, all of which must be there and pass their test, and no others. */
function fields(
  given: unknown,
  tests: Record<string, (value: unknown) => boolean>,
): Record<string, unknown> {
  const object = (isObject(given) ? given : {}) as Record<string, unknown>;
  for (const key of new Set([...Object.keys(object), ...Object.keys(tests)])) {
    if (!tests[key]?.(object[key])) {
      throw new Refusal(
        422,
        `Format error in JSON body: field ${key}: ${JSON.stringify(object[key])}`,
      );
    }
  }
  return object;
}

const isString = (value: unknown): boolean => typeof value === 'string';
const isFlag = (value: unknown): boolean => typeof value === 'boolean';
const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 1;
const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isDistance = (value: unknown): boolean =>
  ['Cosine', 'Euclid', 'Dot', 'Manhattan'].includes(value as string);
const isId = (value: unknown): boolean =>
  isString(value)
    ? /^[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}$/i.test(value as string)
    : Number.isSafeInteger(value) && (value as number) >= 0;
const isIds = (value: unknown): boolean => Array.isArray(value) && value.every(isId);
