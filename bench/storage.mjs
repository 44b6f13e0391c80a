/**
 * Measures an exact index by how it keeps its vectors: memory, recall among the 10 nearest of float32, the time of searches.
 * With originals the vectors are also in a file, from which searches read those of their candidates. Each storage has a
 * process of its own. Build the library first.
 *
 *   node bench/storage.mjs [--items 1000000] [--dims 128] [--data clustered]
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import { createIndex } from 'tfjs-metric-learning';
import { registerSimdBackend } from 'tfjs-metric-learning/backend';
import { machine } from './machine.mjs';
import { pointsOf } from './points.mjs';
import { figure, median, table } from './tables.mjs';

const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '1000000' },
    dims: { type: 'string', default: '128' },
    data: { type: 'string', default: 'clustered' },
    storage: { type: 'string' },
  },
});
const [count, dims] = [Number(values.items), Number(values.dims)];
const k = 10;
const step = 50_000;
if (values.storage === undefined) all();
else await one(values.storage);

function all() {
  console.log(`${machine()}\n\n${count} ${values.data} items of ${dims} dims\n`);
  const rows = [];
  let truth;
  for (const storage of ['float32', 'float16', 'int8', 'int8 with originals']) {
    const args = ['--expose-gc', ...process.argv.slice(1), '--storage', storage];
    const { stdout } = spawnSync(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
      maxBuffer: 2 ** 28,
    });
    const { memory, added, single, together, found } = JSON.parse(stdout);
    truth ??= found;
    const hits = found.map((ids, q) => ids.filter((id) => truth[q].includes(id)).length);
    const recall = hits.reduce((sum, n) => sum + n, 0) / (k * found.length);
    rows.push([
      storage.replace(/^\w+/, '`$&`'),
      figure(memory),
      recall.toFixed(4),
      figure(added),
      figure(single),
      figure(together),
    ]);
  }
  console.log(
    table(
      ['storage', 'memory, MB', `recall@${k}`, 'added in, s', 'a search, ms', '64 searches, ms'],
      rows,
    ),
  );
}

/** Adds, searches, and writes what was measured as JSON. */
async function one(name) {
  await registerSimdBackend();
  await setBackend('simd');
  const points = pointsOf(values.data, dims);
  const [storage, ...more] = name.split(' ');
  const file = more.length > 0 && rowFile();
  const index = createIndex({ dims, storage, ...(file && { originals: file.read }) });
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  const start = performance.now();
  for (let first = 0; first < count; first += step) {
    const some = Math.min(step, count - first);
    const rows = points(some);
    if (file) file.append(rows.data);
    await index.add(
      rows,
      Array.from({ length: some }, (_, i) => ({ id: `${first + i}` })),
    );
  }
  const added = (performance.now() - start) / 1000;
  const query = points(256);
  const found = await index.search(query, k);
  const part = (q, rows) => ({
    data: query.data.subarray(q * dims, (q + rows) * dims),
    shape: [rows, dims],
  });
  const times = async (rows) => {
    const each = [];
    for (let i = 0; i < 5; i++) {
      const begin = performance.now();
      await index.search(part((i * rows) % 192, rows), k);
      each.push(performance.now() - begin);
    }
    return median(each);
  };
  const [single, together] = [await times(1), await times(64)];
  globalThis.gc?.();
  const memory = (process.memoryUsage().rss - before) / 2 ** 20;
  if (file) file.close();
  const ids = found.map((hits) => hits.map(({ id }) => Number(id)));
  process.stdout.write(JSON.stringify({ memory, added, single, together, found: ids }));
}

/** Rows in a file, the place of a row being its id. */
function rowFile() {
  const folder = mkdtempSync(join(tmpdir(), 'storage-'));
  const file = openSync(join(folder, 'rows'), 'w+');
  const read = async (ids) =>
    ids.map((id) => {
      const row = new Float32Array(dims);
      readSync(file, row, 0, row.byteLength, Number(id) * row.byteLength);
      return row;
    });
  return {
    read,
    append: (data) => writeSync(file, data),
    close() {
      closeSync(file);
      rmSync(folder, { recursive: true });
    },
  };
}
