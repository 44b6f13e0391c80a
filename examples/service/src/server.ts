import { randomUUID } from 'node:crypto';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { MetricLearningError } from 'tfjs-metric-learning';
import type { ItemStore } from './itemStore.ts';
import { createMetrics } from './metrics.ts';
import type { Model } from './model.ts';
import {
  type Rows,
  readBody,
  readFilter,
  readK,
  readLabel,
  readMetadata,
  readRows,
  readThreshold,
} from './requests.ts';

export interface ServerParts {
  readonly store: ItemStore;
  /** The model as it is now: it may be loaded again. */
  model(): Model;
  /** Whether the service ends: then each answer closes its connection. */
  ending(): boolean;
  /** The name of the process, which each answer has in the header `x-worker`. */
  readonly name: string;
  /** Bytes of a body at most. */
  readonly body: number;
  /** Requests a second of one address. */
  readonly rate: number;
}

/** The HTTP side of the service. Errors are sentences; what went wrong inside goes to stderr, not to the client. */
export function createServer({
  store,
  model,
  ending,
  name,
  body,
  rate,
}: ServerParts): FastifyInstance {
  const server = Fastify({
    bodyLimit: body,
    requestTimeout: 30_000,
    connectionTimeout: 60_000,
    keepAliveTimeout: 30_000,
    frameworkErrors(error, _, reply) {
      const answer = reply as unknown as FastifyReply; // its type knows no route here
      void answer.code(400).send({ error: error.message }); // an address that cannot be read
    },
    return503OnClosing: false, // a request on an open connection is answered, and the connection then closed
  });
  const metrics = createMetrics();
  const allow = createRateLimit(rate);

  server.addHook('onRequest', async (request, reply) => {
    reply.header('x-worker', name);
    const route = request.routeOptions.url;
    if (route === '/health' || route === '/metrics' || allow(request.ip)) return;
    await reply.code(429).header('retry-after', '1').send({ error: 'too many requests' });
  });
  server.addHook('onSend', async (_, reply) => {
    if (ending()) reply.header('connection', 'close');
  });
  server.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    metrics.count(route, reply.statusCode, reply.elapsedTime / 1000);
  });
  server.setNotFoundHandler((_, reply) => reply.code(404).send({ error: 'no such address' }));
  server.setErrorHandler((error: FastifyError | MetricLearningError, request, reply) => {
    if (error instanceof MetricLearningError && error.cause === undefined) {
      return reply.code(400).send({ error: error.message });
    }
    const status = (error as FastifyError).statusCode ?? 500;
    if (status < 500) return reply.code(status).send({ error: error.message });
    process.stderr.write(`request ${request.id}: ${error.stack}\n`);
    return reply.code(500).send({ error: `the service failed; request ${request.id}` });
  });

  const embeddingsOf = async ({ kind, rows }: Rows, now: Model): Promise<Float32Array[]> =>
    kind === 'inputs' ? now.embed(rows) : rows;

  server.post('/embed', async (request) => {
    const now = model();
    const given = readRows(readBody(request.body, ['inputs']), now.width, now.dims);
    const embeddings = await embeddingsOf(given, now);
    return { embeddings: embeddings.map((row) => Array.from(row)) };
  });
  server.post('/search', async (request) => {
    const now = model();
    const keys = ['inputs', 'embeddings', 'k', 'filter', 'threshold'];
    const given = readBody(request.body, keys);
    const rows = readRows(given, now.width, now.dims);
    const k = readK(given['k']);
    const threshold = readThreshold(given['threshold'], now.threshold);
    const filter = readFilter(given['filter']);
    const query = await embeddingsOf(rows, now);
    return { hits: await store.search(query, k, { threshold, ...(filter && { filter }) }) };
  });
  server.post('/enrol', async (request) => {
    const now = model();
    const given = readBody(request.body, ['inputs', 'embeddings', 'label', 'metadata']);
    const label = readLabel(given['label']);
    const metadata = readMetadata(given['metadata']);
    const vectors = await embeddingsOf(readRows(given, now.width, now.dims), now);
    const entries = vectors.map((vector) => ({
      item: { id: randomUUID(), label, ...(metadata && { metadata }) },
      vector,
    }));
    await store.enroll(entries);
    return { ids: entries.map(({ item }) => item.id) };
  });
  server.post('/forget', async (request) => {
    const { label, ids } = readBody(request.body, ['label', 'ids']);
    const filter = {
      ...(label !== undefined && { label: readLabel(label) }),
      ...(ids !== undefined && { ids: ids as string[] }),
    };
    return { removed: await store.forget(filter) };
  });
  server.get('/health', async (_, reply) => {
    if (ending()) reply.code(503);
    const { dims, width } = model();
    return { status: ending() ? 'ending' : 'ready', items: store.count, dims, width };
  });
  server.get('/metrics', async (_, reply) => {
    reply.type('text/plain; version=0.0.4');
    return metrics.text(store.count);
  });
  return server;
}

/** Says whether an address may send a request: a bucket of tokens that fills with the time. */
function createRateLimit(rate: number): (address: string) => boolean {
  let buckets = new Map<string, { tokens: number; at: number }>();
  return (address) => {
    const now = performance.now();
    if (buckets.size > 10_000) buckets = new Map();
    const bucket = buckets.get(address) ?? { tokens: rate, at: now };
    bucket.tokens = Math.min(rate, bucket.tokens + ((now - bucket.at) / 1000) * rate);
    bucket.at = now;
    buckets.set(address, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens--;
    return true;
  };
}
