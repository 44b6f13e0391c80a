import { describe, expect, test } from 'vitest';
import { reportHtml } from '../../src/page/reportHtml.ts';
import type { ReportParts } from '../../src/page/reportParts.ts';

const everything: ReportParts = {
  title: 'Report <1>',
  subtitle: 'all parts',
  scores: { 'precision at 1': 0.9703, model: 'a & b', AUC: { value: 0.9, note: 'of 3 pairs' } },
  history: { loss: [1, 0.5], valLoss: [0.9, 0.6], stepLoss: [2, 1, 0.7, 0.5] },
  curves: [{ name: 'recall', x: [1, 2], y: [0.8, 0.9] }],
  maps: [
    {
      name: 'default',
      points: [
        [0, 0],
        [1, 1],
        [2, 0],
      ],
    },
  ],
  labels: [0, 1, 0],
  distances: { edges: [0, 1, 2], same: [3, 1], different: [1, 3] },
  threshold: 1,
  distanceName: 'cosine distance',
  roc: { tar: [0, 0.75, 1], far: [0, 0.25, 1] },
  confusion: {
    counts: [
      [1, 1],
      [0, 2],
    ],
    names: ['a', 'b'],
  },
  classScores: { columns: ['MAP@R'], rows: [{ name: 'a', values: [0.5] }] },
  gallery: [{ query: 0, neighbors: [2, 1] }],
  mistakes: [{ query: 1, neighbors: [0] }],
  notes: ['Nothing & all.'],
  triplets: { triplets: { anchor: [0], positive: [2], negative: [1] }, violations: [0.5] },
  layers: [{ name: 'in', type: 'InputLayer', outputShape: [null, 2], params: 0, inputs: [] }],
};

describe('reportHtml', () => {
  test('shows every part it is given, in order', async () => {
    const html = await reportHtml(everything);
    const headings = [...html.matchAll(/<h2>(.*?)</g)].map(([, text]) => text);
    expect(
      headings.filter(
        (text, i) => text !== 'Nearest, closest first' && i !== headings.indexOf('Classes'),
      ),
    ).toEqual([
      'Loss',
      'Curves',
      'Map',
      'Distances',
      'ROC',
      'Confusion',
      'Classes',
      'Network',
      'Nearest neighbors',
      'Mistakes',
      'Worst triplets',
      'How these numbers were made',
    ]);
    expect(html).toContain('<h1>Report &lt;1&gt;</h1>');
    expect(html).toContain('<dt>precision at 1</dt><dd>0.9703</dd>');
    expect(html).toContain('<dd>a &amp; b</dd>');
    expect(html).toContain('<dt>AUC</dt><dd>0.9000</dd><dd class="note">of 3 pairs</dd>');
    expect(html).toContain('<th scope="row">a</th><td>0.5000</td>');
    expect(html).toContain('<li>Nothing &amp; all.</li>');
    expect(html).toContain('>cosine distance<');
    // Each but the network is drawn for wide and for narrow pages.
    expect(html.match(/<svg xmlns/g)?.length).toBe(2 * 8 + 1);
    expect(html.match(/class="figure narrow"/g)?.length).toBe(8);
    expect(html).not.toMatch(/NaN|undefined/);
  });

  test('shows only what it is given, without a script where nothing moves', async () => {
    const html = await reportHtml({ history: { loss: [1, 2] } });
    expect(html.match(/<h2>/g)?.length).toBe(1);
    expect(html).not.toContain('<script');
  });

  test('rejects nothing at all, and what needs labels without them', async () => {
    await expect(reportHtml({})).rejects.toThrow(
      'reportHtml: expected at least one part to show, such as scores, history or maps, got a record with the names [].',
    );
    const { labels: _, ...unlabelled } = everything;
    await expect(reportHtml(unlabelled)).rejects.toThrow(
      'reportHtml: expected labels, the class id of each example, for the part maps, got no labels.',
    );
    await expect(reportHtml({ gallery: everything.gallery ?? [] })).rejects.toThrow(
      'reportHtml: expected labels, the class id of each example, for the part gallery, got no labels.',
    );
  });
});
