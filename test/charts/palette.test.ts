import { describe, expect, test } from 'vitest';
import { classColors, colorsFor, lightened } from '../../src/charts/internal/palette.ts';

type Vector = readonly [number, number, number];

/** What someone sees without green cones, or without red ones: Machado 2009, severity 1, on linear sRGB. */
const visions: Record<string, readonly [Vector, Vector, Vector]> = {
  full: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  'without green': [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  'without red': [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
};

function linear(color: string): Vector {
  return [1, 3, 5].map((at) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as unknown as Vector;
}

function oklab([r, g, b]: Vector): Vector {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function closest(colors: readonly string[], vision: readonly [Vector, Vector, Vector]): number {
  const seen = colors.map((color) => {
    const light = linear(color);
    const dot = (row: Vector): number =>
      Math.min(1, Math.max(0, row[0] * light[0] + row[1] * light[1] + row[2] * light[2]));
    return oklab([dot(vision[0]), dot(vision[1]), dot(vision[2])]);
  });
  let least = Infinity;
  seen.forEach((a, i) => {
    for (const b of seen.slice(0, i)) {
      least = Math.min(least, Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]));
    }
  });
  return least;
}

describe('classColors', () => {
  test.each([
    ['full', 0.14],
    ['without green', 0.08],
    ['without red', 0.08],
  ])('stay apart for %s vision', (vision, least) => {
    expect(closest(classColors, visions[vision] as (typeof visions)[string])).toBeGreaterThan(
      least,
    );
  });

  test('are different colours on a dark ground too', () => {
    expect(closest(classColors.map(lightened), visions['full'] as never)).toBeGreaterThan(0.1);
  });
});

describe('colorsFor', () => {
  test('has as many colours as wanted, all different', () => {
    const colors = colorsFor('test', 100);
    expect(colors.slice(0, 12)).toEqual(classColors);
    expect(new Set(colors).size).toBe(100);
    for (const color of colors) expect(color).toMatch(/^#[0-9a-f]{6}$/);
  });

  test('takes own colours first', () => {
    expect(colorsFor('test', 2, ['#ff0000', '#00ff00'])).toEqual(['#ff0000', '#00ff00']);
  });

  test('rejects what is no colour', () => {
    expect(() => colorsFor('embeddingMapSvg', 1, ['red'])).toThrow(
      'embeddingMapSvg: expected colors to be of the form #rrggbb, got "red" at index 0.',
    );
  });
});
