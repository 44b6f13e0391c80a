import { expect, describe as suite, test } from 'vitest';
import { asCells, cellShape, describe } from '../../examples/pictures/src/cells.ts';

const shape = [8, 8, 4];

/** A picture of 8 x 8 pixels. */
function picture(colorAt: (y: number, x: number) => readonly number[]): Uint8Array {
  return Uint8Array.from({ length: 64 }, (_, i) => i).reduce((pixels, i) => {
    pixels.set(colorAt(Math.floor(i / 8), i % 8), 4 * i);
    return pixels;
  }, new Uint8Array(256));
}

/** The cells of a picture: each is four colors and eight directions. */
const cellsOf = (pixels: Uint8Array): number[][] => {
  const cells = Array.from(describe(pixels, shape));
  return [0, 1, 2, 3].map((cell) => cells.slice(12 * cell, 12 * (cell + 1)));
};

suite('The cells of a picture', () => {
  test('hold 4 x 4 pixels each, in twelve numbers', () => {
    expect(cellShape([64, 48, 4])).toEqual([16, 12, 12]);
    expect(cellShape([67, 50, 4])).toEqual([16, 12, 12]);
  });

  test('begin with the mean color and opacity', () => {
    const halves = picture((y) => (y < 2 ? [200, 0, 0, 255] : [0, 100, 0, 255]));
    expect(cellsOf(halves)[0]!.slice(0, 4)).toEqual([100, 50, 0, 255]);
  });

  test('have no edges where the color is the same, up to the border', () => {
    const plain = picture(() => [30, 60, 90, 255]);
    for (const cell of cellsOf(plain)) expect(cell.slice(4)).toEqual(Array(8).fill(0));
  });

  test.each([
    ['from left to right', (_y: number, x: number) => x < 2, 0],
    ['from top to bottom', (y: number) => y < 2, 4],
  ])('tell the direction of an edge %s', (_, isDark, direction) => {
    const edge = picture((y, x) => (isDark(y, x) ? [0, 0, 0, 255] : [255, 255, 255, 255]));
    const directions = cellsOf(edge)[0]!.slice(4);
    expect(directions.indexOf(Math.max(...directions))).toBe(direction);
    expect(directions[(direction + 4) % 8]).toBe(0); // at a right angle
  });

  test('count soft and hard edges alike, and what is see-through as white', () => {
    const edge = (dark: number) =>
      cellsOf(picture((_, x) => (x < 2 ? [dark, dark, dark, 255] : [0, 0, 0, 0])))[0]![4]!;
    expect(edge(0)).toBeGreaterThan(190);
    expect(edge(100)).toBeGreaterThan(0.9 * edge(0));
    expect(edge(255)).toBe(0);
  });

  test('are those of the picture, whatever was picked before', async () => {
    const pictures = [0, 1, 2].map((k) =>
      picture((y, x) => [(y * x * (k + 7)) % 256, 9 * x, k, 255]),
    );
    let asked = 0;
    const cells = asCells({
      count: 3,
      shape,
      labels: [0, 0, 1],
      pick(indices) {
        asked += indices.length;
        return Uint8Array.from([...indices].flatMap((index) => [...pictures[index]!]));
      },
    });
    expect(cells.shape).toEqual([2, 2, 12]);
    await cells.pick(Int32Array.of(1));
    const picked = await cells.pick(Int32Array.of(2, 1, 2, 0));
    expect(picked).toEqual(
      Uint8Array.from([2, 1, 2, 0].flatMap((index) => [...describe(pictures[index]!, shape)])),
    );
    expect(asked).toBe(3); // each picture once
  });
});
