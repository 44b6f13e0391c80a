import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom, mPerClassSampler } from 'tfjs-metric-learning';

/** Images of a step: twelve of each of the ten classes. */
export const batchSize = 120;

/** What each step of every recipe sees: the same images, and for losses over views the same shifts. */
export function drawBatches(labels, { steps, seed }) {
  const random = createRandom(seed);
  const sampler = mPerClassSampler({ m: 12, length: steps * batchSize });
  const batches = sampler.sample(labels, random.fork('batches'), batchSize);
  const chance = random.fork('shifts');
  const shifts = batches.map(() =>
    Int8Array.from({ length: 2 * batchSize }, () => chance.integer(5) - 2),
  );
  return { batches, shifts };
}

/** Leaves batches, shifts and first weights where the PyTorch twin reads them. */
export function writeBatches(folder, { batches, shifts }, weights) {
  const write = (name, arrays) =>
    writeFileSync(
      join(folder, name),
      Buffer.concat(
        arrays.map((array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength)),
      ),
    );
  write('batches.bin', batches);
  write('shifts.bin', shifts);
  write('weights.bin', weights);
}
