import { describe, expect, test } from 'vitest';
import {
  type EmbeddingMapOptions,
  embeddingMapSvg,
  embeddingMapsSvg,
} from '../../src/charts/embeddingMapSvg.ts';
import { densestPlace } from '../../src/charts/internal/densestPlace.ts';
import { fitPoints } from '../../src/charts/internal/fitPoints.ts';
import { separateLabels } from '../../src/charts/internal/separateLabels.ts';
import { pca } from '../../src/projection/pca.ts';
import { expectWellFormed } from './expectWellFormed.ts';
import { mnist } from './mnist.ts';

const dotsOf = (svg: string): number => svg.match(/h0/g)?.length ?? 0;

describe('embeddingMapSvg', () => {
  test('shows 2,000 MNIST images: a dot each, a name and a count a class, few bytes', async () => {
    const { images, labels } = mnist(2000);
    const { points } = await pca({ data: images, shape: [2000, 784] });
    const svg = embeddingMapSvg({ points, labels, title: 'MNIST', note: 'PCA' });
    expectWellFormed(svg);
    expect(dotsOf(svg)).toBe(2000);
    expect(svg.length).toBeLessThan(40_000);
    for (let label = 0; label < 10; label++) {
      expect(svg.match(new RegExp(`>${label}</text>`, 'g'))?.length).toBe(2);
      const count = labels.filter((own) => own === label).length;
      expect(svg).toContain(`>${count}</text>`);
    }
  });

  test('dots lie where the points are, in their class’s colour, y upwards', () => {
    const svg = embeddingMapSvg({
      points: [
        [0, 0],
        [1, 1],
      ],
      labels: [3, 8],
      colors: ['#ff0000', '#00ff00'],
      width: 400,
      height: 400,
    });
    const places = [...svg.matchAll(/<path stroke="(#\w+)" d="M(\d+) (\d+)h0"\/>/g)].map(
      ([, color, x, y]) => [color, Number(x), Number(y)] as const,
    );
    const [red, green] = places as [(typeof places)[number], (typeof places)[number]];
    expect([red[0], green[0]]).toEqual(['#ff0000', '#00ff00']);
    expect(green[1] - red[1]).toBe(red[2] - green[2]);
    expect(green[1]).toBeGreaterThan(red[1]);
  });

  test('names and titles are text, whatever they hold', () => {
    const svg = embeddingMapSvg({
      points: [[0, 0]],
      labels: [0],
      names: ['</text><script>alert(1)</script>'],
      title: '<b>&"\'',
      note: ']]>',
    });
    expect(expectWellFormed(svg)['script']).toBeUndefined();
  });

  test('one point, points at one place, and a hundred classes have a map', () => {
    expectWellFormed(embeddingMapSvg({ points: [[3, 4]], labels: [0] }));
    const same = Array.from({ length: 5 }, () => [1, 1]);
    expectWellFormed(embeddingMapSvg({ points: same, labels: [0, 1, 2, 0, 1] }));
    expect(
      embeddingMapSvg({ points: [[3, 4]], labels: [0], names: ['long '.repeat(99)] }),
    ).toContain('…</text>');
    const many = Array.from({ length: 100 }, (_, i) => [i, (i * 37) % 100]);
    const hundred = embeddingMapSvg({ points: many, labels: many.map((_, i) => i) });
    expectWellFormed(hundred);
    expect(hundred).toMatch(/>and \d+ more</);
  });

  test.each<[EmbeddingMapOptions, string]>([
    [
      { points: Float32Array.of(0, 0), labels: [1, 2] },
      'embeddingMapSvg: expected points to hold one point for each label (2), got 1 points.',
    ],
    [
      { points: [], labels: [] },
      'embeddingMapSvg: expected points to hold one point for each label (0), got 0 points.',
    ],
    [
      { points: [[0, Number.NaN]], labels: [1] },
      'embeddingMapSvg: expected points to hold finite numbers, got NaN in point 0.',
    ],
    [
      { points: [[0, 1, 2]], labels: [1] },
      'embeddingMapSvg: expected each of points to have two coordinates, got [0,1,2] at index 0.',
    ],
    [
      { points: 'x' as unknown as Float32Array, labels: [1] },
      'embeddingMapSvg: expected points to be a Float32Array of x0, y0, x1, y1 and so on, or an array of [x, y], got points: "x".',
    ],
    [
      { points: [[0, 1]], labels: [1.5] },
      'embeddingMapSvg: expected labels to be integer class ids, got 1.5 at index 0. ' +
        'Pass integer class ids; turn one-hot labels into ids with argMax(-1).',
    ],
  ])('rejects bad input: %#', (options, message) => {
    expect(() => embeddingMapSvg(options)).toThrow(message);
  });
});

describe('embeddingMapsSvg', () => {
  const maps = [
    {
      name: 'default',
      points: [
        [0, 0],
        [1, 2],
      ],
    },
    {
      name: 'test',
      points: [
        [5, 5],
        [6, 6],
      ],
      note: 'UMAP',
    },
  ];

  test('shows the same examples beside each other', () => {
    const svg = embeddingMapsSvg({ maps, labels: [0, 1] });
    expectWellFormed(svg);
    expect(dotsOf(svg)).toBe(4);
    for (const text of ['>default<', '>test<', '>UMAP<']) expect(svg).toContain(text);
  });

  test('rejects no map, too narrow ones, and names the one whose points are missing', () => {
    expect(() => embeddingMapsSvg({ maps: [], labels: [0] })).toThrow(
      'embeddingMapsSvg: expected maps to be an array of at least one map, { name, points }, got maps: [].',
    );
    expect(() => embeddingMapsSvg({ maps, labels: [0, 1, 2] })).toThrow(
      'embeddingMapsSvg: expected points of "default" to hold one point for each label (3), got 2 points.',
    );
    expect(() =>
      embeddingMapsSvg({ maps: [...maps, ...maps], labels: [0, 1], width: 300 }),
    ).toThrow('embeddingMapsSvg: expected width per map to be a number from 100 to 4000');
  });
});

test('fitPoints keeps shapes: both axes to the same scale, centred', () => {
  const box = { left: 10, top: 20, width: 100, height: 50 };
  const pixels = fitPoints(Float32Array.of(0, 0, 4, 0, 4, 1, 0, 1), box);
  expect([...pixels]).toEqual([10, 57.5, 110, 57.5, 110, 32.5, 10, 32.5]);
});

test('densestPlace lies in the larger part of a class, not between its parts', () => {
  const cloud = [0, 1, 2, 3, 4, 5, 6].map((i) => [10 + (i % 3) * 0.1, 10 + (i % 2) * 0.1]);
  const points = Float32Array.from([...cloud, [0, 0], [0.1, 0]].flat());
  const [x, y] = densestPlace(points, [...points.keys()].slice(0, 9));
  expect(x).toBeGreaterThan(9);
  expect(y).toBeGreaterThan(9);
});

describe('separateLabels', () => {
  const box = { left: 0, top: 0, width: 300, height: 300 };

  test('moves labels apart that overlap, and leaves the others', () => {
    const labels = [
      { x: 100, y: 100, width: 40, height: 20 },
      { x: 105, y: 100, width: 40, height: 20 },
      { x: 250, y: 200, width: 40, height: 20 },
    ];
    const [a, b, c] = separateLabels(labels, box) as [
      (typeof labels)[0],
      (typeof labels)[0],
      (typeof labels)[0],
    ];
    expect(Math.abs(a.y - b.y)).toBeGreaterThanOrEqual(20);
    expect(c).toEqual(labels[2]);
  });

  test('keeps all of them inside, even twelve in one corner', () => {
    const labels = Array.from({ length: 12 }, () => ({ x: 295, y: 3, width: 30, height: 16 }));
    const moved = separateLabels(labels, box);
    moved.forEach((a, i) => {
      expect(a.x + 15).toBeLessThanOrEqual(300);
      expect(a.y - 8).toBeGreaterThanOrEqual(0);
      for (const b of moved.slice(0, i)) {
        expect(Math.abs(a.x - b.x) >= 29 || Math.abs(a.y - b.y) >= 15).toBe(true);
      }
    });
  });
});
