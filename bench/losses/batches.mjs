import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tensor2d } from '@tensorflow/tfjs-core';
import { createRandom } from 'tfjs-metric-learning';

export const dims = 128;

/**
 * Writes a batch for all engines to read: classes of 4 to 16 members around centers, so near to each other that some
 * triplets violate a margin and most do not, as in the middle of a training.
 */
export function writeBatch(folder, batch) {
  const random = createRandom(batch);
  const bell = () => random.next() + random.next() + random.next() + random.next() - 2;
  const labels = new Int32Array(batch);
  const rows = new Float32Array(batch * dims);
  let center = [];
  let left = 0;
  for (let i = 0, label = -1; i < batch; i++, left--) {
    if (left === 0) {
      left = 4 + random.integer(13);
      label++;
      center = Array.from({ length: dims }, bell);
    }
    labels[i] = label;
    for (let k = 0; k < dims; k++) rows[i * dims + k] = center[k] + 1.5 * bell();
  }
  writeFileSync(join(folder, `${batch}.f32`), rows);
  writeFileSync(join(folder, `${batch}.i32`), labels);
}

/** The batch as a tensor of embeddings and their labels, numbered from 0. */
export function readBatch(folder, batch) {
  const rows = new Float32Array(new Uint8Array(readFileSync(join(folder, `${batch}.f32`))).buffer);
  const labels = new Int32Array(new Uint8Array(readFileSync(join(folder, `${batch}.i32`))).buffer);
  return { rows: tensor2d(rows, [batch, dims]), labels, classes: labels[batch - 1] + 1 };
}
