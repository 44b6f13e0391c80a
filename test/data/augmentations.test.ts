import { dispose, type Tensor, tensor2d, tensor4d } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  augmentInTurn,
  colorImages,
  createRandom,
  cropImages,
  eraseImages,
  shiftImages,
  warpImages,
} from '../../src/index.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';

const [count, height, width] = [6, 8, 5];
const imagesOf = (channels: number): Tensor =>
  tensor4d(
    Float32Array.from({ length: count * height * width * channels }, (_, i) => (i * 37) % 256),
    [count, height, width, channels],
  );
const valuesOf = (x: Tensor): number[] => {
  const values = [...x.dataSync<'float32'>()];
  x.dispose();
  return values;
};

describe.each([
  ['cropImages', cropImages({ area: 0.3, mirror: true })],
  ['colorImages', colorImages({ gray: 0.3 })],
  ['eraseImages', eraseImages({ share: 0.8 })],
  ['augmentInTurn', augmentInTurn(warpImages(), cropImages(), colorImages(), eraseImages())],
])('%s', (_, augment) => {
  test.each([1, 3, 4])('keeps shape and range of %i channels, and is seeded', (channels) => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const images = imagesOf(channels);
        const changed = augment(images, createRandom(seed));
        expect(changed.shape).toEqual(images.shape);
        const values = valuesOf(changed);
        expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...values)).toBeLessThanOrEqual(255.001);
        expect(valuesOf(augment(images, createRandom(seed)))).toEqual(values);
        expect(valuesOf(augment(images, createRandom(seed + 1)))).not.toEqual(values);
        images.dispose();
      }),
      { numRuns: 10 },
    );
  });

  test('keeps no tensor, and refuses what is no image', () => {
    expectNoLeak(() => {
      const images = imagesOf(3);
      dispose([images, augment(images, createRandom(1))]);
    });
    const rows = tensor2d([[1, 2]]);
    expect(() => augment(rows, createRandom(1))).toThrow(
      'images of shape [count, height, width, channels]',
    );
    rows.dispose();
  });
});

test('cropImages only mirrors with area 1 and ratio 1, about half of the images', () => {
  const images = imagesOf(3);
  const before = images.arraySync() as number[][][][];
  const mirrored = cropImages({ area: 1, ratio: 1, mirror: true })(images, createRandom(3));
  const after = mirrored.arraySync() as number[][][][];
  const flips = after.filter((image, i) => {
    const rows = (flip: boolean): number[][][] =>
      (before[i] as number[][][]).map((row) => (flip ? row.toReversed() : row));
    const same = (a: number[][][]): boolean =>
      a.flat(2).every((value, k) => Math.abs(value - (image.flat(2)[k] as number)) < 0.01);
    expect(same(rows(true)) || same(rows(false))).toBe(true);
    return same(rows(true));
  });
  expect(flips.length).toBeGreaterThan(0);
  expect(flips.length).toBeLessThan(count);
  dispose([images, mirrored]);
});

test('cropImages shows a part of each image in full size', () => {
  const slope = Float32Array.from({ length: 16 * 16 }, (_, i) => i % 16); // values grow to the right
  const images = tensor4d(slope, [1, 16, 16, 1]);
  for (let seed = 0; seed < 20; seed++) {
    const row = valuesOf(cropImages({ area: 0.25, ratio: 1 })(images, createRandom(seed))).slice(
      0,
      16,
    );
    const span = (row[15] as number) - (row[0] as number);
    expect(span).toBeGreaterThanOrEqual(7.4); // half of a side at least
    expect(row).toEqual(row.toSorted((a, b) => a - b));
  }
  images.dispose();
});

test('colorImages leaves opacity as it is, and makes the share of images gray that it is asked to', () => {
  const images = imagesOf(4);
  const changed = colorImages({ gray: 1, tint: 0 })(images, createRandom(1));
  const [before, after] = [images, changed].map((x) => x.arraySync() as number[][][][]);
  after?.flat(2).forEach(([r, g, b, opacity], i) => {
    expect(
      Math.abs((r as number) - (g as number)) + Math.abs((g as number) - (b as number)),
    ).toBeLessThan(0.01);
    expect(opacity).toBe(before?.flat(2)[i]?.[3]);
  });
  dispose([images, changed]);
  const none = { brightness: 0, contrast: 0, saturation: 0, tint: 0 };
  const unit = tensor4d([0, 0.25, 1], [1, 1, 1, 3]);
  const same = valuesOf(colorImages({ ...none, white: 1 })(unit, createRandom(1)));
  [0, 0.25, 1].forEach((value, i) => {
    expect(same[i]).toBeCloseTo(value, 5);
  });
  unit.dispose();
});

test('eraseImages sets one rectangle of the share of images to 0', () => {
  const images = tensor4d(new Float32Array(200 * 10 * 10).fill(7), [200, 10, 10, 1]);
  const erased = valuesOf(eraseImages({ share: 0.5, area: 0.4 })(images, createRandom(2)));
  let some = 0;
  for (let i = 0; i < 200; i++) {
    const image = erased.slice(i * 100, (i + 1) * 100);
    const zeros = image.flatMap((value, k) => (value === 0 ? [k] : []));
    expect(image.every((value) => value === 0 || value === 7)).toBe(true);
    if (zeros.length === 0) continue;
    some++;
    const [ys, xs] = [zeros.map((k) => Math.floor(k / 10)), zeros.map((k) => k % 10)];
    const side = (all: number[]): number => Math.max(...all) - Math.min(...all) + 1;
    expect(side(ys) * side(xs)).toBe(zeros.length);
    expect(zeros.length).toBeLessThanOrEqual(60);
  }
  expect(some).toBeGreaterThan(70);
  expect(some).toBeLessThan(130);
  images.dispose();
});

test('augmentInTurn keeps the examples that it was given, and says which argument is no function', () => {
  const images = imagesOf(1);
  const same = augmentInTurn()(images, createRandom(1));
  expect(same).toBe(images);
  augmentInTurn(shiftImages(1), eraseImages())(images, createRandom(1)).dispose();
  expect(images.isDisposed).toBe(false);
  images.dispose();
  expect(() => augmentInTurn(shiftImages(1), 'flip' as never)).toThrow(
    'augmentInTurn: expected argument 2 to be a function, (examples, random) => examples, got "flip".',
  );
});
