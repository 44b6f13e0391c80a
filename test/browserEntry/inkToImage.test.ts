import { describe, expect, test } from 'vitest';
import { type InkPixels, inkToImage } from '../../src/browser.ts';
import { mnist } from '../charts/mnist.ts';
import { expectClose } from '../support/expectClose.ts';

/** A canvas with opaque black where `drawn` says so. */
function canvas(size: number, drawn: (x: number, y: number) => boolean): InkPixels {
  const data = new Uint8ClampedArray(4 * size * size);
  for (let i = 0; i < size * size; i++)
    data[4 * i + 3] = drawn(i % size, Math.floor(i / size)) ? 255 : 0;
  return { data, width: size, height: size };
}

function boundsOf(
  image: Float32Array,
  size = 28,
): { left: number; top: number; width: number; height: number } {
  const inked = [...image.keys()].filter((i) => image[i]! > 0);
  const [x, y] = [inked.map((i) => i % size), inked.map((i) => Math.floor(i / size))];
  const [left, top] = [Math.min(...x), Math.min(...y)];
  return { left, top, width: Math.max(...x) - left + 1, height: Math.max(...y) - top + 1 };
}

describe('inkToImage', () => {
  test('fits a drawing into 20 pixels, wherever it is and however large, with its proportions', () => {
    for (const scale of [1, 2, 5]) {
      const bar = canvas(
        300,
        (x, y) => x >= 10 && x < 10 + 20 * scale && y >= 30 && y < 30 + 40 * scale,
      );
      expect(boundsOf(inkToImage(bar)!)).toEqual({ left: 9, top: 4, width: 10, height: 20 });
    }
  });

  test('puts the center of mass into the middle', () => {
    // A T: its mass is above the middle of its box, so the box goes down.
    const t = canvas(100, (x, y) => (y < 20 && x < 80) || (x >= 30 && x < 50 && y < 80));
    const image = inkToImage(t)!;
    let [mass, sumY] = [0, 0];
    image.forEach((value, i) => {
      mass += value;
      sumY += value * (Math.floor(i / 28) + 0.5);
    });
    expect(Math.abs(sumY / mass - 14)).toBeLessThanOrEqual(0.5);
    expect(boundsOf(image).top).toBeGreaterThan(4);
  });

  test('leaves a digit of MNIST as it is, within a pixel', () => {
    const { images } = mnist(20);
    for (let i = 0; i < 20; i++) {
      const digit = images.slice(784 * i, 784 * (i + 1));
      const data = new Uint8ClampedArray(4 * 784);
      digit.forEach((value, at) => {
        data[4 * at + 3] = value;
      });
      const again = inkToImage({ data, width: 28, height: 28 })!;
      const mass = digit.reduce((sum, value) => sum + value, 0);
      // A center between two pixels may be rounded the other way.
      const differences = [-29, -28, -27, -1, 0, 1, 27, 28, 29].map((by) =>
        again.reduce((sum, value, at) => sum + Math.abs(value - (digit[at + by] ?? 0)), 0),
      );
      expect(Math.min(...differences) / mass, `digit ${i}`).toBeLessThan(0.25);
    }
  });

  test('reads dark ink on a bright ground, and bright ink on a dark one', () => {
    const ink = canvas(50, (x, y) => x > 20 && x < 30 && y > 5 && y < 45);
    const paper = {
      ...ink,
      data: ink.data.map((_, i) => (i % 4 === 3 ? 255 : 255 - ink.data[i | 3]!)),
    };
    const board = { ...ink, data: ink.data.map((_, i) => (i % 4 === 3 ? 255 : ink.data[i | 3]!)) };
    expectClose(inkToImage(paper, { ink: 'dark' })!, inkToImage(ink)!, { absolute: 0.01 });
    expectClose(inkToImage(board, { ink: 'bright' })!, inkToImage(ink)!, { absolute: 0.01 });
  });

  test('takes other sizes, and another value for full ink', () => {
    const square = canvas(64, (x, y) => x > 10 && x < 50 && y > 10 && y < 50);
    const image = inkToImage(square, { size: 16, box: 8, full: 1 })!;
    expect(image.length).toBe(256);
    expect(boundsOf(image, 16)).toEqual({ left: 4, top: 4, width: 8, height: 8 });
    expect(Math.max(...image)).toBeCloseTo(1, 6);
  });

  test('gives a dot, and nothing for nothing', () => {
    expect(boundsOf(inkToImage(canvas(40, (x, y) => x === 3 && y === 3))!)).toMatchObject({
      width: 20,
      height: 20,
    });
    expect(inkToImage(canvas(40, () => false))).toBeUndefined();
  });
});
