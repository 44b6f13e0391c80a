/**
 * Measures the approximate index beside `hnswlib-node` (where it is installed: npm install --no-save hnswlib-node, which
 * compiles) and LanceDB with an HNSW index, on clustered and on random data: building, recall among the 10 nearest, queries
 * a second, memory and file. Each has a process of its own. Build the library first.
 *
 *   node bench/approximate.mjs [--items 100000] [--dims 128] [--data clustered,random] [--engines exact,usearch,parallel,hnswlib,lance]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import { createIndex, lanceIndex, lpDistance } from 'tfjs-metric-learning';
import { registerSimdBackend } from 'tfjs-metric-learning/backend';
import { createApproximateIndex, writeIndexFile } from 'tfjs-metric-learning/node';
import { machine } from './machine.mjs';
import { pointsOf } from './points.mjs';
import { figure, table } from './tables.mjs';

const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '100000' },
    dims: { type: 'string', default: '128' },
    data: { type: 'string', default: 'clustered,random' },
    engines: { type: 'string', default: 'exact,usearch,parallel,hnswlib,lance' },
    engine: { type: 'string' },
  },
});
const [count, dims] = [Number(values.items), Number(values.dims)];
const [k, queries, step] = [10, 500, 20_000];
const distance = lpDistance({ normalize: false });
const names = {
  exact: '`createIndex`',
  usearch: '`createApproximateIndex`',
  parallel: 'the same, `parallel`',
  hnswlib: 'hnswlib-node',
  lance: 'LanceDB, HNSW with int8',
};
const engines = { exact, usearch: graph, parallel: () => graph(true), hnswlib, lance };

if (values.engine === undefined) for (const kind of values.data.split(',')) all(kind);
else process.stdout.write(JSON.stringify(await one(values.engine)));

function all(kind) {
  console.log(`${machine()}\n\n${count} ${kind} items of ${dims} dims, ${queries} queries\n`);
  const rows = [];
  let truth;
  for (const engine of values.engines.split(',')) {
    const args = ['--expose-gc', process.argv[1], '--engine', engine, '--data', kind];
    args.push('--items', values.items, '--dims', values.dims);
    const { stdout, status } = spawnSync(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
      maxBuffer: 2 ** 28,
    });
    if (status !== 0) throw new Error(`${engine} ended with ${status}`);
    const { missing, built, memory, file, together, single, found } = JSON.parse(stdout);
    if (missing) {
      console.log(`${names[engine]} is left out: ${missing}\n`);
      continue;
    }
    truth ??= found;
    const hits = found.map((ids, q) => ids.filter((id) => truth[q].includes(id)).length);
    const recall = hits.reduce((sum, n) => sum + n, 0) / (k * queries);
    const [first, ...rest] = [built, together, single, memory, file].map(figure);
    rows.push([names[engine], first, recall.toFixed(4), ...rest]);
  }
  const header = ['built in, s', `recall@${k}`, 'queries a second', 'one at a time'];
  console.log(`${table(['index', ...header, 'memory, MB', 'file, MB'], rows)}\n`);
}

/** Builds an engine, asks it, and says what that took. */
async function one(engine) {
  await registerSimdBackend();
  await setBackend('simd');
  const folder = mkdtempSync(join(tmpdir(), 'approximate-'));
  try {
    const made = await engines[engine](engine === 'parallel', folder);
    if (made.missing) return made;
    const points = pointsOf(values.data, dims);
    globalThis.gc();
    const before = process.memoryUsage().rss;
    let built = 0;
    for (let first = 0; first < count; first += step) {
      const rows = points(Math.min(step, count - first)); // not timed
      built += await seconds(() => made.add(rows, first));
    }
    built += await seconds(() => made.ready?.());
    const query = points(queries);
    const part = (q) => ({ data: query.data.subarray(q * dims, (q + 1) * dims), shape: [1, dims] });
    await made.search(part(0));
    let found;
    const together = queries / (await seconds(async () => (found = await made.search(query))));
    const some = 100;
    const single =
      some /
      (await seconds(async () => {
        for (let q = 0; q < some; q++) await made.search(part(q));
      }));
    globalThis.gc();
    const memory = (process.memoryUsage().rss - before) / 2 ** 20;
    const file = (await made.file(folder)) / 2 ** 20;
    return { built, memory, file, together, single, found };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function items(first, rows) {
  return Array.from({ length: rows }, (_, i) => ({ id: `${first + i}` }));
}

function ids(hits) {
  return hits.map((found) => found.map(({ id }) => Number(id)));
}

function ofIndex(index) {
  return {
    add: (rows, first) => index.add(rows, items(first, rows.shape[0])),
    search: async (query) => ids(await index.search(query, k)),
    async file(folder) {
      const path = join(folder, 'index.safetensors');
      await writeIndexFile(path, await (index.stateWithGraph ?? index.state)());
      return statSync(path).size;
    },
  };
}

function exact() {
  return ofIndex(createIndex({ dims, distance }));
}

async function graph(parallel) {
  return ofIndex(await createApproximateIndex({ dims, distance, parallel }));
}

/** With the parameters of `createApproximateIndex`. */
async function hnswlib() {
  const name = 'hnswlib-node'; // no dependency of the project: it compiles when it is installed
  let library;
  try {
    library = (await import(name)).default;
  } catch {
    return { missing: 'it is not installed' };
  }
  const index = new library.HierarchicalNSW('l2', dims);
  index.initIndex(count, 16, 128, 100);
  index.setEf(64);
  return {
    add({ data, shape: [rows] }, first) {
      for (let i = 0; i < rows; i++) {
        index.addPoint(Array.from(data.subarray(i * dims, (i + 1) * dims)), first + i);
      }
    },
    search: ({ data, shape: [rows] }) =>
      Array.from({ length: rows }, (_, q) => {
        const row = Array.from(data.subarray(q * dims, (q + 1) * dims));
        return index.searchKnn(row, k).neighbors;
      }),
    async file(folder) {
      await index.writeIndex(join(folder, 'hnsw'));
      return statSync(join(folder, 'hnsw')).size;
    },
  };
}

async function lance(_, folder) {
  const { connect, Index } = await import('@lancedb/lancedb');
  const connection = await connect(join(folder, 'lance'));
  const index = lanceIndex(connection, { table: 'items', dims, distance });
  return {
    ...ofIndex(index),
    async ready() {
      const opened = await connection.openTable('items');
      await opened.createIndex('vector', { config: Index.hnswSq({ distanceType: 'l2' }) });
    },
    file: async () =>
      readdirSync(join(folder, 'lance'), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0),
  };
}

async function seconds(work) {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
