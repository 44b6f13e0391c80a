import type { Tensor } from '@tensorflow/tfjs-core';
import { extent } from '../../charts/internal/scale.ts';
import type { EmbeddingRows } from '../../data/embeddings.ts';
import type { BatchSource } from '../../data/exampleSource.ts';
import { type Sprite, spriteSheet } from '../../formats/spriteSheet.ts';
import { imageSize } from './imageSize.ts';
import { type ImageSize, shrinkImage } from './shrinkImage.ts';

/** Raw examples as a page can show them: small images where they are images, and rows of a bounded number of values. */
export interface ExampleView {
  /** What a row holds, e.g. `pixels`. */
  readonly unit: string;
  /** Adds raw examples, which get the indices from `start` on. */
  addBatch(batch: Tensor, start: number): Promise<void>;
  rows(): EmbeddingRows;
  /** Undefined where the examples are no images. */
  sprite(): Promise<Sprite | undefined>;
}

const mostValues = 16_000_000; // of all images together: some 5 MB of the page
const largestSide = 64; // pixels
const mostFeatures = 2048; // of examples that are no images

/** A view with room for `count` examples; `images` is their size where the shape does not say it, or false. */
export async function openView(
  where: string,
  source: BatchSource,
  count: number,
  images: readonly number[] | false | undefined,
): Promise<ExampleView> {
  const first = await source.range(0, 1);
  const [, ...shape] = first.shape;
  first.dispose();
  const image = imageSize(where, shape, images);
  return image ? imageView(count, image) : valueView(count, first.size);
}

/** Small images of the examples at some indices of a source, or undefined where they are no images. */
export async function viewImages(
  where: string,
  source: BatchSource,
  indices: Int32Array,
  images: readonly number[] | false | undefined,
): Promise<Sprite | undefined> {
  const view = await openView(where, source, indices.length, images);
  const batch = await source.pick(indices);
  await view.addBatch(batch, 0);
  batch.dispose();
  return view.sprite();
}

function imageView(count: number, from: ImageSize): ExampleView {
  const [height, width, channels] = from;
  const room = Math.sqrt(mostValues / count / channels);
  const factor = Math.min(1, Math.min(largestSide, room) / Math.max(height, width));
  const [h, w] = [height, width].map((side) => Math.max(1, Math.floor(side * factor)));
  const to: ImageSize = [h as number, w as number, channels];
  const size = to[0] * to[1] * channels;
  const data = new Float32Array(count * size);
  return {
    unit: factor < 1 ? `pixels of ${to[0]} x ${to[1]}` : 'pixels',
    addBatch: eachExample((values, i) => {
      shrinkImage(values, from, to, data.subarray(i * size, (i + 1) * size));
    }),
    rows: () => ({ data, shape: [count, size] }),
    sprite: () => spriteSheet(toBytes(data), { shape: to }),
  };
}

function valueView(count: number, each: number): ExampleView {
  const step = Math.ceil(each / mostFeatures);
  const size = Math.ceil(each / step);
  const data = new Float32Array(count * size);
  return {
    unit: step > 1 ? `every ${ordinal(step)} value` : 'values',
    addBatch: eachExample((values, i) => {
      for (let f = 0; f < size; f++) data[i * size + f] = values[f * step]!;
    }),
    rows: () => ({ data, shape: [count, size] }),
    sprite: async () => undefined,
  };
}

/** Calls `add` with the values of each example, and its index. */
function eachExample(add: (values: ArrayLike<number>, i: number) => void): ExampleView['addBatch'] {
  return async (batch, start) => {
    const values = await batch.data();
    const [count = 1] = batch.shape;
    const each = batch.size / count;
    for (let i = 0; i < count; i++) add(values.subarray(i * each, (i + 1) * each), start + i);
  };
}

/** Bytes stay what they are, 0 to 1 becomes black to white, and any other range is stretched to that. */
function toBytes(values: Float32Array): Uint8ClampedArray {
  const [least, most] = extent(values);
  const [black, white] = least < 0 || most > 255 ? [least, most] : [0, most > 1 ? 255 : 1];
  const bytes = new Uint8ClampedArray(values.length);
  const scale = 255 / (white - black);
  for (let i = 0; i < values.length; i++) bytes[i] = scale * (values[i]! - black);
  return bytes;
}

/** 2nd, 3rd, 4th .. */
function ordinal(n: number): string {
  const teen = n % 100 > 10 && n % 100 < 14;
  const ending = teen ? undefined : { 1: 'st', 2: 'nd', 3: 'rd' }[n % 10];
  return `${n}${ending ?? 'th'}`;
}
