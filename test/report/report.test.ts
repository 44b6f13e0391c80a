import { memory, slice, type Tensor, type Tensor2D, tensor, tensor2d } from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { afterAll, describe, expect, test } from 'vitest';
import { cosineSimilarity } from '../../src/distances/cosineSimilarity.ts';
import { precisionAt1 } from '../../src/evaluation/recallAtK.ts';
import { retrievalMetrics } from '../../src/evaluation/retrievalMetrics.ts';
import { report } from '../../src/report/report.ts';
import type { ReportOptions } from '../../src/report/reportOptions.ts';
import { TripletModel } from '../../src/tripletModel.ts';
import { mnist } from '../charts/mnist.ts';

const { pixels, labels } = mnist(120);
const digits = { examples: pixels, labels };

const base = sequential({
  layers: [
    layers.flatten({ inputShape: [28, 28, 1] }),
    layers.dense({ units: 6, kernelInitializer: 'ones', name: 'out' }),
  ],
});
const model = new TripletModel(base);
// Six sums of different parts of an image: an embedding of some worth, and the same on every run.
const weights = tensor2d(
  Float32Array.from({ length: 784 * 6 }, (_, i) => (Math.floor(i / 6 / 131) === i % 6 ? 0.01 : 0)),
  [784, 6],
);
base.getLayer('out').setWeights([weights, base.getLayer('out').getWeights()[1] as Tensor]);

afterAll(() => {
  weights.dispose();
  base.dispose();
});

/** A failure that shows the whole page shows nothing. */
const expectText = (html: string, text: string): void =>
  expect(html.includes(text), text).toBe(true);

const headings = (html: string): string[] =>
  [...html.matchAll(/<h2>(.*?)</g)]
    .map(([, text = '']) => text)
    .filter((text) => text !== 'Nearest, closest first');

const scoresOf = (html: string): Record<string, string> =>
  Object.fromEntries(
    [...html.matchAll(/<dt>(.*?)<\/dt><dd>(.*?)<\/dd>/g)].map(([, a, b]) => [a, b]),
  );

describe('report', () => {
  test('is one page of all there is to see', async () => {
    const history = {
      loss: [1, 0.5],
      valLoss: [0.9, 0.6],
      stepLoss: [2, 1, 0.7, 0.5],
      metrics: { 'precision at 1': [0.8, 0.9] },
    };
    const html = await report(model, digits, { history, title: 'Digits', names: { 3: 'three' } });
    expect(headings(html)).toEqual([
      'Loss',
      'Curves',
      'Map',
      'Classes',
      'Distances',
      'ROC',
      'Confusion',
      'Classes',
      'Nearest neighbors',
      'Mistakes',
      'Worst triplets',
      'How these numbers were made',
    ]);
    expectText(html, '<h1>Digits</h1>');
    expectText(html, '120 examples of 10 classes · embeddings of 6 numbers');
    expectText(html, '>three<');
    expectText(html, '"name":"Before"');
    expectText(html, 'class="sprite"');
    expectText(html, 'all 7,140 pairs');
    expect(html.match(/NaN|undefined|\[object/)).toBe(null);
    expect(html.match(/(?:src|href)="(?!data:)/)).toBe(null);
  });

  test('its figures are those of the evaluation', async () => {
    const scores = scoresOf(await report(model, digits));
    const embeddings = model.embed(pixels);
    const { precisionAt1: first, mapAtR } = await retrievalMetrics(embeddings, labels);
    embeddings.dispose();
    expect(scores['precision at 1']).toBe(first.toFixed(4));
    expect(scores['MAP@R']).toBe(mapAtR.toFixed(4));
    expect(Object.keys(scores)).toEqual([
      'precision at 1',
      'R-precision',
      'MAP@R',
      'triplet accuracy',
      'AUC',
      'equal error rate',
      'TAR at FAR 1 %',
      'threshold',
    ]);
  });

  test('takes a TripletModel, a LayersModel and a function alike, and leaves nothing behind', async () => {
    const before = memory().numTensors;
    const wrapped = await report(model, digits);
    const plain = await report(base, digits);
    const images = tensor(Float32Array.from(pixels), [120, 28, 28, 1]);
    const embed = (batch: Tensor): Tensor2D => base.predict(batch) as Tensor2D;
    const called = await report(embed, { examples: images, labels }, { batchSize: 50 });
    images.dispose();
    expect(plain === wrapped).toBe(true);
    expect(called === wrapped).toBe(true);
    expect(memory().numTensors).toBe(before);
  });

  test('is of texts as well, by an embedder that answers later', async () => {
    const texts = ['a cat', 'a bat', 'the <b>rat</b>', 'a mat', 'zz top', 'zoo', 'fuzz', 'buzzz'];
    const kinds = [0, 0, 0, 0, 1, 1, 1, 1];
    const batches: number[] = [];
    const embedder = {
      dims: 2,
      distance: cosineSimilarity(),
      async embed(batch: readonly string[]) {
        batches.push(batch.length);
        const count = (text: string, letter: string): number => text.split(letter).length;
        const rows = batch.flatMap((text) => [count(text, 'a'), count(text, 'z')]);
        return { data: Float32Array.from(rows), shape: [batch.length, 2] as const };
      },
    };
    const options = { names: { 0: 'beasts', 1: 'buzz' }, batchSize: 3, captions: texts };
    const html = await report(embedder, { examples: texts, labels: kinds }, options);
    expect(batches).toEqual([3, 3, 2]);
    expectText(html, '8 examples of 2 classes · embeddings of 2 numbers');
    expect(scoresOf(html)['precision at 1']).toBe('1.0000');
    expectText(html, 'zz top');
    expect(html).not.toContain('<b>rat');
    expect(html.match(/NaN|undefined|\[object/)).toBe(null);
  });

  test('of too many examples it draws some by the seed, and says so', async () => {
    const few = (seed: number) => report(model, digits, { limit: 60, seed, before: false });
    const html = await few(1);
    expectText(html, 'The page is of 60 of the 120 examples');
    expectText(html, '>60 examples of ');
    expectText(html, '"ids":"');
    expect((await few(1)) === html).toBe(true);
    expect((await few(2)) === html).toBe(false);
  });

  test('searches in a reference when there is one', async () => {
    const [half, rest] = [0, 1].map((part) => ({
      examples: pixels.subarray(part * 60 * 784, (part + 1) * 60 * 784),
      labels: labels.subarray(part * 60, (part + 1) * 60),
    })) as [typeof digits, typeof digits];
    const html = await report(model, half, { reference: rest });
    const [query, reference] = [half, rest].map(({ examples }) => model.embed(examples));
    const first = await precisionAt1(query as Tensor2D, half.labels, {
      reference: { embeddings: reference as Tensor2D, labels: rest.labels },
    });
    query?.dispose();
    reference?.dispose();
    expect(scoresOf(html)['precision at 1']).toBe(first.toFixed(4));
    expectText(html, 'searched among 60');
    expectText(html, 'the 60 of the reference');
    expectText(html, 'all 3,600 pairs');
  });

  test('needs no images, one dim, and is not lost among many classes', async () => {
    const line = sequential({ layers: [layers.dense({ inputShape: [3], units: 1 })] });
    const examples = Float32Array.from({ length: 3 * 200 }, (_, i) => Math.sin(i * i));
    const ids = Array.from({ length: 200 }, (_, i) => i % 50);
    const html = await report(
      line,
      { examples, labels: ids },
      { captions: ids.map((i) => `row ${i}`) },
    );
    line.dispose();
    expect(html.includes('class="sprite"')).toBe(false);
    expectText(html, '"captions":["row 0"');
    expectText(html, 'The table of classes: the 12 worst of 50.');
    expectText(html, 'Shown are the 30 of 50 classes with most errors');
    expect(html.match(/NaN|undefined/)).toBe(null);
  });

  test('tells what it is at; stopped, it shows what it has', async () => {
    const stop = new AbortController();
    const seen = new Set<string>();
    const html = await report(model, digits, {
      signal: stop.signal,
      onProgress(part, done, total) {
        seen.add(part);
        expect(done).toBeLessThanOrEqual(total);
        if (part === 'retrieval') stop.abort();
      },
    });
    expect([...seen]).toEqual(['examples', 'retrieval']);
    expectText(html, 'Stopped early; missing: triplets, pairs, neighbors, map.');
    expect(headings(html)).toEqual(['Classes', 'How these numbers were made']);
    await expect(report(model, digits, { signal: AbortSignal.abort('enough') })).rejects.toBe(
      'enough',
    );
  });

  test('maps by t-SNE and UMAP', async () => {
    const notes = async (map: 'tsne' | 'umap') => {
      const html = await report(model, digits, { map, limit: 40 });
      return [...html.matchAll(/"note":"(.*?)"/g)].map(([, note]) => note);
    };
    expect(await notes('tsne')).toEqual(['raw pixels, t-SNE', 'embeddings, t-SNE']);
    expect(await notes('umap')).toEqual(['raw pixels, UMAP', 'embeddings, UMAP']);
  });

  test.each<[ReportOptions, string]>([
    [
      { map: 'mds' as 'pca' },
      `report: expected map to be one of 'pca', 'tsne', 'umap', got map: "mds".`,
    ],
    [{ limit: 3 }, 'report: expected limit to be a whole number >= 4, got limit: 3.'],
    [{ k: 0 }, 'report: expected k to be a whole number >= 1, got k: 0.'],
    [{ images: [28, 27] }, 'report: expected images to be false, or [height, width]'],
    [
      { captions: ['a'] },
      'report: expected captions to hold one text for each example (120), got 1 captions.',
    ],
    [
      { reference: { examples: pixels, labels: [1] } },
      'report (reference): expected one label per example (120), got labels of length 1.',
    ],
  ])('rejects %o', async (options, message) => {
    await expect(report(model, digits, options)).rejects.toThrow(message);
  });

  test('rejects what is no model, and labels from which nothing can be learned', async () => {
    const refuse = (wrong: unknown, data = digits) =>
      expect(report(wrong as TripletModel, data)).rejects;
    await refuse(null).toThrow('report: expected base to be a tfjs LayersModel, got null.');
    await refuse((x: Tensor) => x).toThrow('report: expected examples as a tensor');
    const alone = { examples: pixels, labels: Int32Array.from(labels.keys()) };
    await refuse(model, alone).toThrow(
      'report: expected labels of at least two classes, one of which has two examples, got 120 classes among 120 examples.',
    );
    const none = { examples: pixels, labels: new Int32Array(120) };
    await refuse(model, none).toThrow('got 1 classes among 120 examples.');
    const flat = tensor2d(Float32Array.from(pixels), [120, 784]);
    const wrong = (batch: Tensor): Tensor2D => slice(batch, 0, 1) as Tensor2D;
    await refuse(wrong, { examples: flat as never, labels }).toThrow(
      'report: expected one embedding for each example (120), got shape [1,784].',
    );
    flat.dispose();
  });
});
