/**
 * Measures search and evaluation of 10,000 queries in 60,000 references of 128 dims: `simd` with all threads, and
 * scikit-learn and PyTorch on the same numbers where a Python here has them. Build the library first.
 *
 *   node bench/evaluation.mjs [--queries 10000] [--references 60000] [--stock]
 *
 * --stock measures the stock `cpu` backend in place of `simd`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import * as library from 'tfjs-metric-learning';
import { registerSimdBackend } from 'tfjs-metric-learning/backend';
import { machine } from './machine.mjs';
import { figure, table } from './tables.mjs';

const { values } = parseArgs({
  options: {
    queries: { type: 'string', default: '10000' },
    references: { type: 'string', default: '60000' },
    stock: { type: 'boolean', default: false },
  },
});
const dims = 128;
const classes = 10;
const backend = values.stock ? 'cpu' : 'simd';
if (backend === 'simd') await registerSimdBackend();
await setBackend(backend);

const random = library.createRandom(1);
const bell = () => random.next() + random.next() + random.next() + random.next() - 2;
const centers = Float32Array.from({ length: classes * dims }, bell);
const query = points(Number(values.queries));
const reference = points(Number(values.references));
const others = { embeddings: reference.embeddings, labels: reference.labels };

// The distance that the Python side measures.
const distance = library.lpDistance({ normalize: false, power: 2 });

const tasks = {
  'nearest 10': () =>
    library.nearestNeighbors(query.embeddings, reference.embeddings, 10, { distance }),
  'retrieval metrics, all ranks': () =>
    library.retrievalMetrics(query.embeddings, query.labels, { reference: others, distance }),
  'precision at 1 among the queries': () =>
    library.precisionAt1(query.embeddings, query.labels, { distance }),
  'ROC of a million pairs': async () =>
    library.verificationMetrics(
      await library.pairDistances(query.embeddings, query.labels, { distance }),
    ),
  'NMI and AMI by k-means': () =>
    library.clusteringMetrics(query.embeddings, query.labels, { seed: 1, distance }),
};

console.log(`${machine()}\n`);
const ours = {};
for (const [task, run] of Object.entries(tasks)) {
  const start = performance.now();
  await run();
  ours[task] = (performance.now() - start) / 1000;
}
const theirs = python();
console.log(
  `Seconds; ${values.queries} queries, ${values.references} references, ${dims} dims, ${classes} classes that overlap\n`,
);
console.log(
  table(
    ['task', backend, 'scikit-learn', 'PyTorch'],
    Object.entries(ours).map(([task, seconds]) => [
      task,
      figure(seconds),
      figure(theirs[task]?.['scikit-learn'] ?? Number.NaN),
      figure(theirs[task]?.PyTorch ?? Number.NaN),
    ]),
  ),
);
console.log(`\npeak memory of Node: ${figure(process.resourceUsage().maxRSS / 1024)} MB`);

/** Points around the centers of the classes, in turn, near enough for the classes to overlap. */
function points(count) {
  const labels = Int32Array.from({ length: count }, (_, i) => i % classes);
  const data = Float32Array.from({ length: count * dims }, (_, at) => {
    const label = Math.floor(at / dims) % classes;
    return centers[label * dims + (at % dims)] + 3 * bell();
  });
  return { embeddings: { data, shape: [count, dims] }, labels };
}

/** What evaluation.py measures of the same numbers; nothing where no Python has its packages. */
function python() {
  const folder = mkdtempSync(join(tmpdir(), 'evaluation-'));
  try {
    for (const [name, { embeddings, labels }] of Object.entries({ query, reference })) {
      writeFileSync(join(folder, `${name}.f32`), embeddings.data);
      writeFileSync(join(folder, `${name}.i32`), labels);
    }
    const script = fileURLToPath(new URL('evaluation.py', import.meta.url));
    const { status, stdout } = spawnSync('/usr/bin/python3', [script, folder, `${dims}`]);
    return status === 0 ? JSON.parse(stdout) : {};
  } finally {
    rmSync(folder, { recursive: true });
  }
}
