import { initializers, layers, sequential } from '@tensorflow/tfjs-layers';
import { createEmbedder, unitLength } from 'tfjs-metric-learning';
import type { TextExtractor } from './miniLm.ts';

const buckets = 4096;
const dims = 384;

/**
 * Features that need no model: the words of a text and their parts of three to five letters, counted in 4096 buckets by
 * a hash, then projected to 384 numbers by a random matrix, which nearly keeps distances.
 */
export function createWordHashes(): TextExtractor {
  const network = sequential({
    layers: [
      layers.dense({
        units: dims,
        inputShape: [buckets],
        useBias: false,
        kernelInitializer: initializers.randomNormal({ stddev: 1 / Math.sqrt(dims), seed: 1 }),
      }),
      unitLength(),
    ],
  });
  const embedder = createEmbedder(network);
  return {
    id: `word hashes ${buckets} to ${dims}`,
    dims,
    embed: async (texts) => {
      const counts = new Float32Array(texts.length * buckets);
      texts.forEach((text, row) => {
        countParts(text, counts.subarray(row * buckets, (row + 1) * buckets));
      });
      const rows = embedder.embed(counts);
      const data = (await rows.data()) as Float32Array;
      rows.dispose();
      return { data, shape: [texts.length, dims] };
    },
    dispose: () => {
      network.dispose();
    },
  };
}

/** Adds the words of a text and their parts to the buckets, as the square roots of their counts. */
function countParts(text: string, counts: Float32Array): void {
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    if (word.length < 2) continue;
    add(counts, word, 2);
    const marked = `<${word}>`;
    for (let length = 3; length <= 5; length++) {
      for (let i = 0; i + length <= marked.length; i++)
        add(counts, marked.slice(i, i + length), 0.5);
    }
  }
  for (let i = 0; i < counts.length; i++) counts[i] = Math.sqrt(counts[i] as number);
}

/** FNV-1a decides the bucket. */
function add(counts: Float32Array, part: string, weight: number): void {
  let hash = 0x811c9dc5;
  for (let i = 0; i < part.length; i++) hash = Math.imul(hash ^ part.charCodeAt(i), 0x01000193);
  const bucket = (hash >>> 0) % counts.length;
  counts[bucket] = (counts[bucket] as number) + weight;
}
