/**
 * Measures the exact and the approximate index, and scikit-learn's exact search on the same numbers where a Python here
 * has it: recall among the 10 nearest, queries a second, and the time to make ready. Build the library first, and have
 * `usearch` installed.
 *
 *   node bench/search.mjs [--items 100000] [--queries 1000] [--dims 128]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import { createIndex, createRandom, lpDistance } from 'tfjs-metric-learning';
import { registerSimdBackend } from 'tfjs-metric-learning/backend';
import { createApproximateIndex, restoreApproximateIndex } from 'tfjs-metric-learning/node';
import { machine } from './machine.mjs';
import { figure, table } from './tables.mjs';

const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '100000' },
    queries: { type: 'string', default: '1000' },
    dims: { type: 'string', default: '128' },
  },
});
const dims = Number(values.dims);
// The distance that the Python side measures.
const distance = lpDistance({ normalize: false, power: 2 });
const k = 10;
const classes = 100;
const factors = 16;
await registerSimdBackend();
await setBackend('simd');

const random = createRandom(1);
const bell = () => random.next() + random.next() + random.next() + random.next() - 2;
const centers = Float32Array.from({ length: classes * dims }, bell);
const axes = Float32Array.from({ length: classes * factors * dims }, bell);
const collection = points(Number(values.items));
const query = points(Number(values.queries));
const items = Array.from({ length: collection.shape[0] }, (_, i) => ({ id: `${i}` }));

console.log(`${machine()}\n`);
let kept;
const indexes = {
  exact: () => createIndex({ dims, distance }),
  approximate: () => createApproximateIndex({ dims, distance }),
  'approximate, `parallel`': () => createApproximateIndex({ dims, distance, parallel: true }),
  'restored with its graph, `expansionSearch` 32': () =>
    restoreApproximateIndex(kept, { expansionSearch: 32 }),
  'restored with its graph, `expansionSearch` 256': () =>
    restoreApproximateIndex(kept, { expansionSearch: 256 }),
};
const measured = [];
for (const [name, create] of Object.entries(indexes)) {
  measured.push({ name, ...(await measure(create)) });
}
const sklearn = python();
if (sklearn) measured.push({ name: 'scikit-learn, brute force', ...sklearn });

const truth = measured[0].found;
console.log(
  `${values.items} clustered items of ${dims} dims, ${values.queries} queries, ${k} nearest, squared Euclidean\n`,
);
console.log(
  table(
    ['index', 'ready after, s', 'queries a second', 'one at a time', `recall@${k}`],
    measured.map(({ name, ready, all, single, found }) => [
      name,
      figure(ready),
      figure(all),
      figure(single),
      recall(found).toFixed(4),
    ]),
  ),
);
console.log(`\npeak memory of Node: ${figure(process.resourceUsage().maxRSS / 1024)} MB`);

/** Unit vectors around the centers of classes, along a few axes of each class and a little in all directions. */
function points(count) {
  const data = new Float32Array(count * dims);
  for (let i = 0; i < count; i++) {
    const label = i % classes;
    const row = data.subarray(i * dims, (i + 1) * dims);
    row.set(centers.subarray(label * dims, (label + 1) * dims));
    for (let f = 0; f < factors; f++) {
      const weight = bell() / 4;
      const axis = (label * factors + f) * dims;
      for (let d = 0; d < dims; d++) row[d] += weight * axes[axis + d];
    }
    for (let d = 0; d < dims; d++) row[d] += bell() / 8;
    const length = Math.hypot(...row);
    for (let d = 0; d < dims; d++) row[d] /= length;
  }
  return { data, shape: [count, dims] };
}

async function measure(create) {
  let index;
  const one = (q) => ({ data: query.data.subarray(q * dims, (q + 1) * dims), shape: [1, dims] });
  const ready = await seconds(async () => {
    index = await create();
    if ((await index.count()) === 0) await index.add(collection, items);
    await index.search(one(0), 1);
  });
  kept ??= await index.stateWithGraph?.();
  let found;
  const all = await seconds(async () => {
    found = await index.search(query, k);
  });
  const some = Math.min(50, query.shape[0]);
  const single = await seconds(async () => {
    for (let q = 0; q < some; q++) await index.search(one(q), k);
  });
  index.dispose();
  return {
    ready,
    all: query.shape[0] / all,
    single: some / single,
    found: found.map((hits) => hits.map(({ id }) => Number(id))),
  };
}

async function seconds(work) {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

function recall(found) {
  const hits = truth.map((own, q) => own.filter((id) => found[q].includes(id)).length);
  return hits.reduce((sum, count) => sum + count, 0) / (k * truth.length);
}

/** What search.py measures of the same numbers; nothing where no Python has its packages. */
function python() {
  const folder = mkdtempSync(join(tmpdir(), 'search-'));
  try {
    writeFileSync(join(folder, 'items.f32'), collection.data);
    writeFileSync(join(folder, 'queries.f32'), query.data);
    const script = fileURLToPath(new URL('search.py', import.meta.url));
    const { status, stdout } = spawnSync('/usr/bin/python3', [script, folder, `${dims}`, `${k}`]);
    if (status !== 0) return undefined;
    const ids = new Int32Array(Uint8Array.from(readFileSync(join(folder, 'found.i32'))).buffer);
    const found = Array.from({ length: query.shape[0] }, (_, q) =>
      Array.from(ids.subarray(q * k, (q + 1) * k)),
    );
    return { ...JSON.parse(stdout), found };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
