import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { spriteSheet } from '../../src/formats/spriteSheet.ts';
import { between, panned, projection, wholeMap, zoomedAt } from '../../src/page/client/camera.ts';
import { contains, dotRadius, mixedOrder, panelBoxes } from '../../src/page/client/layout.ts';
import type { PageData } from '../../src/page/client/scene.ts';
import { type EmbeddingMapHtmlOptions, embeddingMapHtml } from '../../src/page/embeddingMapHtml.ts';
import { pageScript } from '../../src/page/pageScript.ts';

const maps = [
  {
    name: 'default',
    points: [
      [0, 0],
      [2, 1],
      [4, 0],
    ],
  },
  { name: 'test', points: Float32Array.of(1, 1, 2, 2, 3, 5), note: 'UMAP' },
];
const labels = [7, 2, 7];

function dataOf(html: string): PageData {
  const [, json = ''] = /<script type="application\/json">(.*?)<\/script>/s.exec(html) ?? [];
  return JSON.parse(json) as PageData;
}

function numbers<T>(base64: string, type: new (buffer: ArrayBuffer) => T): T {
  return new type(Uint8Array.from(Buffer.from(base64, 'base64')).buffer);
}

describe('embeddingMapHtml', () => {
  test('holds maps, classes and neighbours', async () => {
    const thumbnails = await spriteSheet(new Uint8Array(12), { shape: [2, 2] });
    const neighbors = { indices: [1, 2, 0, 2, 1, 0], k: 2 };
    const html = embeddingMapHtml({ maps, labels, names: { 7: 'seven' }, thumbnails, neighbors });
    const data = dataOf(html);
    expect(data.count).toBe(3);
    expect(data.classes.map(({ name, count }) => [name, count])).toEqual([
      ['2', 1],
      ['seven', 2],
    ]);
    expect([...numbers(data.classOf, Uint16Array)]).toEqual([1, 0, 1]);
    expect([...numbers(data.maps[0]?.points ?? '', Uint16Array)]).toEqual([
      0, 40_959, 32_768, 24_576, 65_535, 40_959,
    ]);
    expect(data.maps[0]?.extent).toEqual([1, 0.25]);
    expect([...numbers(data.neighbors?.indices ?? '', Uint32Array)]).toEqual(neighbors.indices);
    expect(data.sprite).toEqual({ tileWidth: 2, tileHeight: 2, columns: 2 });
    expect(html).toContain('<img class="sprite" hidden alt="" src="data:image/png;base64,');
  });

  test('loads nothing from anywhere, and says so', () => {
    const html = embeddingMapHtml({ maps, labels });
    expect(html).toContain('default-src &#39;none&#39;');
    expect(html.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(
      /https?:|\/\/[a-z]+\.|url\(|@import/,
    );
  });

  test('texts of the user stay texts', () => {
    const attack = '</script><script>alert(1)</script><img src=x onerror=alert(2)><!--';
    const html = embeddingMapHtml({
      maps: [{ name: attack, note: attack, points: [[0, 0]] }],
      labels: [0],
      names: [attack],
      captions: [attack],
      title: attack,
      subtitle: attack,
    });
    expect(html.match(/<script/g)?.length).toBe(2);
    expect(html.match(/<\/script/g)?.length).toBe(2);
    expect(html).not.toMatch(/<img src=x/);
    expect(dataOf(html).classes[0]?.name).toBe(attack);
  });

  test.each<[Partial<EmbeddingMapHtmlOptions>, string]>([
    [
      { maps: [] },
      'expected maps to be an array of at least one map, { name, points }, got maps: [].',
    ],
    [
      { labels: [1] },
      'expected points of "default" to hold one point for each label (1), got 3 points.',
    ],
    [
      { captions: ['a'] },
      'expected captions to hold 3 values, as the number of labels asks, got 1 values.',
    ],
    [
      { neighbors: { indices: [1], k: 1 } },
      'expected neighbors.indices (1 for each example) to hold 3 values, as the number of labels asks, got 1 values.',
    ],
    [
      { neighbors: { indices: [1, 2, 3], k: 1 } },
      'expected neighbors.indices to be whole numbers from 0 to 2, got 3 at index 2.',
    ],
    [
      {
        maps: [
          {
            name: 'a',
            points: [
              [0, 0],
              [1, Infinity],
              [1, 1],
            ],
          },
        ],
      },
      'expected points of "a" to hold finite numbers, got Infinity in point 1.',
    ],
  ])('rejects bad input: %#', (options, message) => {
    expect(() => embeddingMapHtml({ maps, labels, ...options })).toThrow(
      `embeddingMapHtml: ${message}`,
    );
  });
});

test('pageScript is what its sources make: npm run generate', () => {
  const made = execFileSync(process.execPath, ['scripts/buildPages.mjs', '--print'], {
    encoding: 'utf8',
  });
  expect(made).toContain(JSON.stringify(pageScript));
});

describe('camera', () => {
  const box = { left: 100, top: 0, width: 400, height: 300 };
  const pixel = (x: number, camera = wholeMap): number => {
    const { left, scale } = projection(camera, box, [1, 1]);
    return left + scale * x;
  };

  test('shows the whole map, and more of it when it is flat', () => {
    expect(pixel(0.5)).toBe(300);
    expect(pixel(0)).toBeGreaterThan(100);
    expect(projection(wholeMap, box, [1, 0.2]).scale).toBeGreaterThan(
      projection(wholeMap, box, [1, 1]).scale,
    );
  });

  test('zooms about the pointer, within limits', () => {
    const place = projection(wholeMap, box, [1, 1]);
    const closer = zoomedAt(wholeMap, place, [250, 120], 3);
    const x = (250 - place.left) / place.scale;
    expect(pixel(x, closer)).toBeCloseTo(250, 9);
    expect(closer.zoom).toBe(3);
    expect(zoomedAt(wholeMap, place, [0, 0], 1e9).zoom).toBe(400);
  });

  test('moves with the hand, but never off the map', () => {
    const place = projection(wholeMap, box, [1, 1]);
    const moved = panned(wholeMap, place, 50, 0);
    expect(pixel(0.5, moved)).toBeCloseTo(350, 9);
    expect(panned(wholeMap, place, 1e6, -1e6)).toMatchObject({ x: 0, y: 1 });
  });

  test('goes from one view to another evenly in zoom', () => {
    expect(between(wholeMap, { x: 1, y: 0, zoom: 16 }, 0.5)).toEqual({ x: 0.75, y: 0.25, zoom: 4 });
  });
});

describe('layout', () => {
  test('panels are side by side where it is wide, below each other where it is tall', () => {
    expect(panelBoxes(412, 300, 2)).toEqual([
      { left: 0, top: 0, width: 200, height: 300 },
      { left: 212, top: 0, width: 200, height: 300 },
    ]);
    expect(panelBoxes(300, 412, 2)[1]).toEqual({ left: 0, top: 212, width: 300, height: 200 });
    expect(contains(panelBoxes(412, 300, 2)[1] as never, 211, 5)).toBe(false);
  });

  test('mixedOrder takes every example once, never in runs', () => {
    for (const count of [1, 2, 3, 10, 1000, 9973]) {
      const order = mixedOrder(count);
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
      expect([...mixedOrder(count)]).toEqual([...order]);
    }
  });

  test('dots shrink with their number and grow with the zoom, in bounds', () => {
    const box = { left: 0, top: 0, width: 500, height: 500 };
    expect(dotRadius(box, 100, 1)).toBe(4.5);
    expect(dotRadius(box, 10_000, 1)).toBeLessThan(2);
    expect(dotRadius(box, 10_000, 50)).toBeGreaterThan(4);
    expect(dotRadius(box, 10, 1000)).toBe(9);
  });
});
