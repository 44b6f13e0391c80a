// All four entries whole, and what needs an optional package.
import '@tensorflow/tfjs-backend-cpu';
import { getBackend, setBackend } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import * as library from 'tfjs-metric-learning';
import * as backend from 'tfjs-metric-learning/backend';
import * as browser from 'tfjs-metric-learning/browser';
import * as node from 'tfjs-metric-learning/node';

const rows = { data: Float32Array.from({ length: 36 }, (_, i) => Math.sin(i * i)), shape: [12, 3] };

/** What comes out, or the text of the error. */
async function tried(work) {
  try {
    return await work();
  } catch (error) {
    return error.message;
  }
}

const text = (bytes) => new TextDecoder().decode(bytes);

async function run() {
  const index = library.createIndex({ dims: 3 });
  await index.add(
    rows,
    Array.from({ length: 12 }, (_, i) => ({ id: `${i}` })),
  );
  const umap = await tried(async () => (await library.umap(rows)).points.length);
  const written = await tried(() => library.encodeParquet(index.state()));
  const parquet = typeof written === 'string' ? written : text(written.subarray(0, 4));
  const bytes = typeof written === 'string' ? new Uint8Array(12) : written;
  const parsed = await tried(async () => (await library.parseParquet(bytes)).rows.length);
  const approximate = await tried(() => node.createApproximateIndex({ dims: 3 }));
  await backend.registerSimdBackend({ threads: 1 });
  await setBackend('simd');
  return {
    names: [library, node, backend, browser].map((entry) => Object.keys(entry).length),
    umap,
    parquet,
    parsed,
    approximate: typeof approximate === 'string' ? approximate : 'an index',
    backend: getBackend(),
  };
}

globalThis.outcome = run();
