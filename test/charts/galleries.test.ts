import { describe, expect, test } from 'vitest';
import { neighborGallerySvg } from '../../src/charts/neighborGallerySvg.ts';
import { tripletGallerySvg } from '../../src/charts/tripletGallerySvg.ts';
import { spriteSheet } from '../../src/formats/spriteSheet.ts';
import { expectWellFormed } from './expectWellFormed.ts';
import { mnist } from './mnist.ts';

const { pixels, labels } = mnist(20);
const thumbnails = await spriteSheet(pixels, { shape: [28, 28] });
const right = '#2e8b24';
const wrong = '#d92d20';
const badges = (svg: string, color: string): number =>
  svg.split(`<circle r="7.5" fill="${color}"/>`).length - 1;

describe('neighborGallerySvg', () => {
  // Labels of the first ten: 7 2 1 0 4 1 4 9 5 9.
  const rows = [
    { query: 4, neighbors: [6, 7], distances: [0.25, 1.5] },
    { query: 2, neighbors: Int32Array.of(5) },
  ];

  test('shows images, class, distance, and right and wrong', async () => {
    const svg = await neighborGallerySvg({ rows, labels, thumbnails });
    const counts = expectWellFormed(svg);
    expect(counts['image']).toBe(5);
    expect([badges(svg, right), badges(svg, wrong)]).toEqual([2, 1]);
    for (const text of ['>0.250<', '>1.500<', '>#4<', '>#5<']) expect(svg).toContain(text);
    expect(svg).toContain('2 queries; 2 of 3 neighbors shown are of the query&#39;s class.');
  });

  test('shows names where there are no images', async () => {
    const svg = await neighborGallerySvg({ rows, labels, names: { 4: 'four', 9: '<nine>' } });
    expect(expectWellFormed(svg)['image']).toBeUndefined();
    expect(svg).toContain('>&lt;nine&gt;<');
  });

  test('finds neighbours in a reference, and tells numbers of examples', async () => {
    const reference = { labels: [4, 4, 9] };
    const svg = await neighborGallerySvg({
      rows: [{ query: 4, neighbors: [1, 2] }],
      labels,
      thumbnails,
      ids: labels.map((_, i) => 100 + i),
      reference,
    });
    expect(expectWellFormed(svg)['image']).toBe(1);
    expect([badges(svg, right), badges(svg, wrong)]).toEqual([1, 1]);
    for (const text of ['>#104<', '>#1<', '>#2<']) expect(svg).toContain(text);
    expect(svg.match(/data-example="\d+"/g)).toEqual(['data-example="4"']);
    await expect(
      neighborGallerySvg({ rows: [{ query: 4, neighbors: [3] }], labels, reference }),
    ).rejects.toThrow('expected the neighbors of row 0 to be indices of the 3 examples, got 3');
  });

  test('draws a single small row', async () => {
    const svg = await neighborGallerySvg({ rows: rows.slice(0, 1), labels, title: '', tile: 24 });
    expectWellFormed(svg);
    await expect(neighborGallerySvg({ rows, labels, tile: 12 })).rejects.toThrow(
      'neighborGallerySvg: expected tile to be a number from 24 to 200, got tile: 12.',
    );
  });

  test.each([
    [
      { rows: [], labels },
      'expected rows to be an array of 1 to 100 rows, { query, neighbors }, got rows: [].',
    ],
    [
      { rows: [{ query: 99, neighbors: [1] }], labels },
      'expected the query of row 0 to be indices of the 20 examples, got 99 at index 0.',
    ],
    [
      { rows: [{ query: 1, neighbors: [1, 2], distances: [1] }], labels },
      'expected row 0 to have at least one neighbor, and a distance for each if it has distances, got 2 neighbors and 1 distances.',
    ],
    [
      { rows, labels: [1, 2, 3, 4, 5, 6, 7, 8], thumbnails },
      'expected thumbnails to hold one image for each label (8), got 20 images.',
    ],
  ])('rejects bad input: %#', async (options, message) => {
    await expect(neighborGallerySvg(options)).rejects.toThrow(`neighborGallerySvg: ${message}`);
  });
});

describe('tripletGallerySvg', () => {
  const triplets = { anchor: [4, 2, 7], positive: [6, 5, 9], negative: [0, 1, 3] };

  test('shows the largest violations first', async () => {
    const violations = [-0.5, 0.25, 2];
    const svg = await tripletGallerySvg({ triplets, violations, labels, thumbnails, count: 2 });
    expect(expectWellFormed(svg)['image']).toBe(6);
    expect(svg.indexOf('>+2<')).toBeLessThan(svg.indexOf('>+0.250<'));
    expect(svg.indexOf('>+2<')).toBeGreaterThan(0);
    expect(svg).not.toContain('−0.5');
    expect(svg).toContain('2 of 3 triplets, of which 2 have their negative nearer');
  });

  test('takes as many in a row as it is told', async () => {
    const width = async (across: number): Promise<number> => {
      const svg = await tripletGallerySvg({ triplets, violations: [3, 2, 1], labels, across });
      return Number(svg.match(/width="(\d+)"/)?.[1]);
    };
    expect(await width(3)).toBeGreaterThan(2 * (await width(1)) - 100);
    expect(await width(4)).toBe(await width(3));
    await expect(width(0)).rejects.toThrow('expected across to be a whole number >= 1');
  });

  test.each([
    [
      [1, 2],
      'expected triplets.anchor to have at least one index, and as many as violations (2), got 3 indices.',
    ],
    [[1, 2, Number.NaN], 'expected violations to hold finite numbers, got NaN at index 2.'],
  ])('rejects violations %o', async (violations, message) => {
    await expect(tripletGallerySvg({ triplets, violations, labels })).rejects.toThrow(
      `tripletGallerySvg: ${message}`,
    );
  });
});
