/**
 * Measures files of an index: how long it takes to write one and to read it, and the peak memory of the process that reads
 * it. Build the library first.
 *
 *   node bench/indexFiles.mjs [--items 1000000] [--dims 128]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createRandom, lpDistance, restoreIndex } from 'tfjs-metric-learning';
import { readIndexFile, writeIndexFile } from 'tfjs-metric-learning/node';
import { machine } from './machine.mjs';
import { figure } from './tables.mjs';

const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '1000000' },
    dims: { type: 'string', default: '128' },
    read: { type: 'string' },
  },
});
if (values.read === undefined) write();
else await read(values.read);

async function write() {
  const [count, dims] = [Number(values.items), Number(values.dims)];
  const random = createRandom(1);
  const vectors = new Float32Array(count * dims);
  for (let i = 0; i < vectors.length; i++) vectors[i] = random.next() - 0.5;
  const items = Array.from({ length: count }, (_, i) => ({ id: `${i}`, label: i % 1000 }));
  const folder = mkdtempSync(join(tmpdir(), 'index-'));
  try {
    const path = join(folder, 'index.safetensors');
    const start = performance.now();
    const before = process.memoryUsage().rss;
    await writeIndexFile(path, { dims, distance: lpDistance().config, items, vectors });
    const seconds = (performance.now() - start) / 1000;
    const more = (process.resourceUsage().maxRSS * 1024 - before) / 2 ** 20;
    const size = statSync(path).size / 2 ** 20;
    console.log(`${machine()}\n\n${count} items of ${dims} dims, a file of ${figure(size)} MB`);
    console.log(`written in ${figure(seconds)} s, with ${figure(more)} MB besides the state`);
    spawnSync(process.execPath, [fileURLToPath(import.meta.url), '--read', path], {
      stdio: 'inherit',
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function read(path) {
  const start = performance.now();
  const before = process.memoryUsage().rss / 2 ** 20;
  const index = restoreIndex(await readIndexFile(path));
  const seconds = (performance.now() - start) / 1000;
  const peak = process.resourceUsage().maxRSS / 1024;
  const size = statSync(path).size / 2 ** 20;
  console.log(
    `${await index.count()} items read and restored in ${figure(seconds)} s; peak memory ${figure(peak)} MB, ${figure(peak / size)} of the file; ` +
      `without the ${figure(before)} MB that Node and the library have before, ${figure((peak - before) / size)} of the file`,
  );
  await index.close();
}
