import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { createAdapter } from '../../src/adapters/createAdapter.ts';
import { ldaAdapter } from '../../src/adapters/ldaAdapter.ts';
import { adaptExtractor } from '../../src/networks/adaptExtractor.ts';
import { createEmbedder } from '../../src/networks/createEmbedder.ts';
import type { Extractor } from '../../src/networks/embedder.ts';
import { decodeBundle, encodeBundle } from '../../src/recognition/bundleFile.ts';
import { createRecognizer } from '../../src/recognition/createRecognizer.ts';
import { report } from '../../src/report/report.ts';
import { createIndex, restoreIndex } from '../../src/search/exact/createIndex.ts';

const vectors: Record<string, number[]> = {
  red: [1, 0, 0.9],
  rose: [0.9, 0.1, -0.9],
  blue: [0, 1, 0.8],
  navy: [0.1, 0.9, -0.8],
};
const texts = Object.keys(vectors);
const colors: Extractor<string[]> = {
  id: 'colors 1',
  dims: 3,
  embed: async (inputs) => inputs.map((text) => vectors[text] as number[]),
};
const known = { data: Float32Array.from(Object.values(vectors).flat()), shape: [4, 3] as const };

describe('An extractor with an adapter after it', () => {
  test('recognizes by what the adapter makes of the features', async () => {
    const adapter = await ldaAdapter(known, [0, 0, 1, 1], { shrinkage: 0.01 });
    const model = adaptExtractor(colors, createEmbedder(adapter, { unitLength: true }));
    const index = createIndex({ model });
    const recognizer = createRecognizer({ model, index, threshold: 0.5 });
    await recognizer.enroll('warm', ['red']);
    await recognizer.enroll('cold', ['blue']);
    const found = await recognizer.recognize(['rose', 'navy']);
    expect(found.map(({ label }) => label)).toEqual(['warm', 'cold']);

    const raw = createRecognizer({
      model: colors,
      index: createIndex({ model: colors }),
      threshold: 0.5,
    });
    await raw.enroll('warm', ['red']);
    expect((await raw.recognize(['rose']))[0]?.label).toBe(null);
    index.dispose();
    adapter.dispose();
  });

  test('goes into a bundle, which holds the adapter and asks for the extractor', async () => {
    const before = memory().numTensors;
    const network = await ldaAdapter(known, [0, 0, 1, 1], { dims: 2 });
    const model = adaptExtractor(colors, network);
    const index = createIndex({ model });
    await createRecognizer({ model, index, threshold: 1 }).enroll('warm', ['red']);
    const state = index.state();
    const bytes = await encodeBundle({ network, extractor: colors, index: state, threshold: 1 });

    await expect(decodeBundle(bytes)).rejects.toThrow(
      'expected the extractor "colors 1" of 3 dims, got none',
    );
    const others = { ...colors, id: 'colors 2' };
    await expect(decodeBundle(bytes, { extractor: others })).rejects.toThrow('"colors 2"');

    const bundle = await decodeBundle(bytes, { extractor: colors });
    expect(bundle.model.dims).toBe(2);
    const again = restoreIndex(bundle.index);
    const [found] = await createRecognizer({ ...bundle, index: again }).recognize(['red']);
    expect(found).toMatchObject({ label: 'warm', distance: expect.closeTo(0, 5) });
    bundle.model.network?.dispose();
    for (const one of [index, again, network]) one.dispose();
    expect(memory().numTensors).toBe(before);
  });

  test('gets a report over texts', async () => {
    const adapter = createAdapter({ dims: 3, rank: 1 });
    const html = await report(
      adaptExtractor(colors, adapter),
      { examples: texts, labels: [0, 0, 1, 1] },
      { captions: texts },
    );
    expect(html).toContain('rose');
    adapter.dispose();
  });

  test('is refused where the widths differ', async () => {
    const adapter = createAdapter({ dims: 4, rank: 1 });
    const message =
      /expected a network over the features of the extractor, with an input of shape \[batch, 3\], got \[batch, 4\]/;
    expect(() => adaptExtractor(colors, adapter)).toThrow(message);
    const index = createIndex({ dims: 4 });
    await expect(
      encodeBundle({ network: adapter, extractor: colors, index: index.state(), threshold: 1 }),
    ).rejects.toThrow(message);
    index.dispose();
    adapter.dispose();
  });
});
