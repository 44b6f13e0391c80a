/**
 * Measures what changes of an exact index cost: an enrolment, an update, a removal, the search after each of them, filters,
 * and searches at the same time. Build the library first.
 *
 *   node bench/changes.mjs [--items 1000000] [--dims 128]
 */
import { parseArgs } from 'node:util';
import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import { createRandom, lpDistance, restoreIndex } from 'tfjs-metric-learning';
import { registerSimdBackend } from 'tfjs-metric-learning/backend';
import { machine } from './machine.mjs';
import { figure, table } from './tables.mjs';

const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '1000000' },
    dims: { type: 'string', default: '128' },
  },
});
const [count, dims] = [Number(values.items), Number(values.dims)];
await registerSimdBackend();
await setBackend('simd');

const random = createRandom(1);
const vectors = Float32Array.from({ length: count * dims }, () => random.next() - 0.5);
const items = Array.from({ length: count }, (_, i) => ({
  id: `${i}`,
  label: i % 1000,
  metadata: { room: i % 7 },
}));
const index = restoreIndex({ dims, distance: lpDistance(), items, vectors });
const some = (i, rows = 1) => ({
  data: vectors.slice(i * dims, (i + rows) * dims),
  shape: [rows, dims],
});
const search = (i, options) => index.search(some(i), 10, options);

console.log(`${machine()}\n\n${count} items of ${dims} dims\n`);
const first = await milliseconds(() => search(0));
const measured = {
  search: await median(search),
  'one enrolment': await median((i) => index.add(some(i), [{ id: `new ${i}`, label: 5 }])),
  'search after an enrolment': await median(search, (i) =>
    index.add(some(i), [{ id: `newer ${i}`, label: 5 }]),
  ),
  'one update': await median((i) => index.upsert(some(i), [{ id: `${i * 77}` }])),
  'one removal': await median((i) => index.remove({ ids: [`${i}`] })),
  'search again': await median(search),
  'search by a label, 1 of 1000': await median((i) => search(i, { filter: { label: i } })),
  'search by metadata, 1 of 7': await median((i) =>
    search(i, { filter: { metadata: { room: i % 7 } } }),
  ),
  'one search of 64 queries': await median((i) => index.search(some(i, 64), 10)),
  '64 searches at once': await median((i) =>
    Promise.all(Array.from({ length: 64 }, (_, q) => search(i + q))),
  ),
  'longest hold of events in them': await longestHold(() =>
    Promise.all(Array.from({ length: 64 }, (_, q) => search(q))),
  ),
};
console.log(
  table(
    ['what', 'median, ms'],
    [
      ['first search', figure(first)],
      ...Object.entries(measured).map(([name, ms]) => [name, figure(ms)]),
    ],
  ),
);
await index.close();

async function milliseconds(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The median of 11 times of `work`; `before` is not timed. */
async function median(work, before) {
  const times = [];
  for (let i = 0; i < 11; i++) {
    await before?.(i);
    times.push(await milliseconds(() => work(i)));
  }
  return times.sort((a, b) => a - b)[5];
}

/** The longest time that no event could run while `work` runs. */
async function longestHold(work) {
  let longest = 0;
  let last = performance.now();
  let running = true;
  const beat = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (running) setImmediate(beat);
  };
  setImmediate(beat);
  await work();
  running = false;
  return longest;
}
