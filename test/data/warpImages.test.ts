import { dispose, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { shiftImages, type WarpImagesOptions, warpImages } from '../../src/index.ts';
import { createRandom, type Random } from '../../src/random/createRandom.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';

const still = { rotation: 0, scale: 0, shear: 0, shift: 0 };
const size = 7;
const shape: [number, number, number, number] = [3, size, size, 2];
const values = Float32Array.from({ length: 3 * size * size * 2 }, (_, i) => Math.sin(3 * i));

/** Chance that always draws the same: 1 is the far end of every range, 0 the other, 0.5 the middle. */
const always = (value: number): Random => ({ ...createRandom(0), next: () => value });

/** The warped images of a batch, as numbers. */
function warp(
  options: WarpImagesOptions,
  random: Random,
  images: Float32Array = values,
): Float32Array {
  const before = tensor(images, shape);
  const after = warpImages({ ...still, ...options })(before, random);
  expect(after.shape).toEqual(shape);
  const numbers = after.dataSync<'float32'>();
  dispose([before, after]);
  return numbers;
}

/** The images that a rule gives from the pixels of others; 0 outside. */
function expected(from: (row: number, column: number) => [number, number]): number[] {
  return Array.from(values, (_, at) => {
    const channel = at % 2;
    const pixel = Math.floor(at / 2);
    const [column, row] = [pixel % size, Math.floor(pixel / size) % size];
    const image = Math.floor(pixel / (size * size));
    const [y, x] = from(row, column);
    const inside = y >= 0 && x >= 0 && y < size && x < size;
    return inside ? values[((image * size + y) * size + x) * 2 + channel]! : 0;
  });
}

function expectNear(got: ArrayLike<number>, wanted: ArrayLike<number>): void {
  const far = Array.from(got, (value, i) => Math.abs(value - wanted[i]!));
  expect(Math.max(...far)).toBeLessThan(1e-5);
}

describe('warpImages', () => {
  test('without any amount gives the same images', () => {
    expect(warp({}, createRandom(1))).toEqual(values);
  });

  test('moves down and right by the shift that is drawn', () => {
    expectNear(
      warp({ shift: 2 }, always(1)),
      expected((y, x) => [y - 2, x - 2]),
    );
    expectNear(
      warp({ shift: 2 }, always(0)),
      expected((y, x) => [y + 2, x + 2]),
    );
  });

  test('moves by half a pixel to the mean of two', () => {
    const ramp = values.map((_, i) => Math.floor(i / 2) % size); // the column, in both channels
    const moved = warp({ shift: 0.5 }, always(0), ramp);
    expect(moved[2 * 3]).toBeCloseTo(3.5, 5);
  });

  test('rotates by the angle that is drawn', () => {
    expectNear(
      warp({ rotation: 90 }, always(1)),
      expected((y, x) => [size - 1 - x, y]),
    );
    expectNear(
      warp({ rotation: 180 }, always(1)),
      expected((y, x) => [size - 1 - y, size - 1 - x]),
    );
  });

  test('scales about the middle', () => {
    const smaller = warp({ scale: 0.5 }, always(0)); // half as tall, half as wide
    expectNear(
      smaller,
      expected((y, x) => [2 * y - 3, 2 * x - 3]),
    );
  });

  test('slants rows in proportion to their distance from the middle', () => {
    expectNear(
      warp({ shear: 1 }, always(1)),
      expected((y, x) => [y, x + y - 3]),
    );
  });

  test('mirrors half of the images', () => {
    const leftIsOne = Float32Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? 1 : 0));
    const images = tensor(leftIsOne, [100, 2, 2, 1]);
    const after = warpImages({ ...still, mirror: true })(images, createRandom(1));
    const left = Array.from(after.dataSync<'float32'>()).filter((_, i) => i % 4 === 0);
    const kept = left.reduce((sum, value) => sum + value, 0);
    expect(kept).toBeGreaterThan(30);
    expect(kept).toBeLessThan(70);
    expectNear(
      warp({ mirror: true }, always(0.25)),
      expected((y, x) => [y, size - 1 - x]),
    );
    dispose([images, after]);
  });

  test('distorts: all knots moved alike move the image, others bend it', () => {
    expectNear(
      warp({ elastic: 1 }, always(1)),
      expected((y, x) => [y + 1, x + 1]),
    );
    const ramp = values.map((_, i) => Math.floor(i / 2) % size);
    const bent = warp({ elastic: 1 }, createRandom(2), ramp);
    const steps = [1, 2, 3, 4].map(
      (x) => bent[2 * (3 * size + x + 1)]! - bent[2 * (3 * size + x)]!,
    );
    expect(Math.max(...steps) - Math.min(...steps)).toBeGreaterThan(0.1);
  });

  test('draws for each image by itself, and the seed determines all', () => {
    const first = values.subarray(0, values.length / 3);
    const thrice = Float32Array.from(values, (_, i) => first[i % first.length]!);
    const warped = warp({ rotation: 30 }, createRandom(1), thrice);
    expect(warped.slice(0, first.length)).not.toEqual(warped.slice(first.length, 2 * first.length));
    expect(warp({ rotation: 30 }, createRandom(1), thrice)).toEqual(warped);
  });

  test('takes images of one row or one column', () => {
    const thin = tensor([1, 2, 3], [1, 1, 3, 1]);
    const warped = warpImages({ ...still, elastic: 0.5, shift: 0 })(thin, always(0.5));
    expect([...warped.dataSync()]).toEqual([1, 2, 3]);
    dispose([thin, warped]);
  });

  test('keeps no tensor, and says what it cannot warp', () => {
    expectNoLeak(() => {
      const images = tensor(values, shape);
      dispose([images, warpImages()(images, createRandom(1))]);
    });
    const rows: Tensor = tensor([1, 2, 3, 4], [2, 2]);
    expect(() => warpImages()(rows, createRandom(1))).toThrow(
      'warpImages: expected images of shape [count, height, width, channels], got examples of shape [2, 2].',
    );
    rows.dispose();
    expect(() => warpImages({ rotation: 200 })).toThrow(
      'warpImages: expected rotation to be a number from 0 to 180, got rotation: 200.',
    );
    expect(() => warpImages({ rotate: 20 } as never)).toThrow('got rotate');
  });

  test('by whole pixels agrees with shiftImages', () => {
    const images = tensor(values, shape);
    const far: Random = { ...createRandom(0), integer: (below) => below - 1, next: () => 1 };
    const shifted = shiftImages(3)(images, far);
    const warped = warpImages({ ...still, shift: 3 })(images, far);
    expect(warped.dataSync()).toEqual(shifted.dataSync());
    dispose([images, shifted, warped]);
  });
});
