import type { Tensor } from '@tensorflow/tfjs-core';
import type { Labels } from './labels.ts';

/**
 * Examples of any rank: a tensor [count, ...], or one array of their values in row-major order, of which the
 * network's input shape says where an example ends. Bytes stay bytes: 60,000 images of 28 x 28 take 47 MB.
 */
export type Examples = Tensor | Float32Array | Uint8Array | Uint8ClampedArray | Int32Array;

/** What there is to learn from: examples, and the class id of each. */
export interface Dataset {
  readonly examples: Examples;
  readonly labels: Labels;
}

/** Examples without class ids, for losses over two views of the same example. */
export interface UnlabeledDataset {
  readonly examples: Examples;
  readonly labels?: undefined;
}
