import type { Tensor } from '@tensorflow/tfjs-core';
import type { ClassLabels } from './classLabels.ts';
import type { PartRecord } from './splits/split.ts';

/**
 * Examples of any rank: a tensor [count, ...], or one array of their values in row-major order, of which the
 * network's input shape says where an example ends. Bytes stay bytes: 60,000 images of 28 x 28 take 47 MB.
 */
export type Examples = Tensor | Float32Array | Uint8Array | Uint8ClampedArray | Int32Array;

/** What there is to learn from: examples, and the class id or the name of the class of each. */
export interface Dataset {
  readonly examples: Examples;
  readonly labels: ClassLabels;
  /** The names of the classes, where `labels` are ids: `names[label]` is the name of a class. Default: none. */
  readonly names?: readonly string[];
  /** A line of text about each example, such as its file name, for reports. Default: none. */
  readonly captions?: readonly string[];
  /** How the examples were chosen, as `applySplit` writes it down. Default: unknown. */
  readonly split?: PartRecord;
}

/** Examples without class ids, for losses over two views of the same example. */
export interface UnlabeledDataset {
  readonly examples: Examples;
  readonly labels?: undefined;
}
