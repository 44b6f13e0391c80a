import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { createAdapter } from '../../src/adapters/createAdapter.ts';
import { evaluateAdapter } from '../../src/adapters/evaluateAdapter.ts';
import { ldaAdapter } from '../../src/adapters/ldaAdapter.ts';
import { pcaAdapter } from '../../src/adapters/pcaAdapter.ts';
import { pairDistances } from '../../src/evaluation/pairDistances.ts';
import { retrievalMetrics } from '../../src/evaluation/retrievalMetrics.ts';
import { verificationMetrics } from '../../src/evaluation/verificationMetrics.ts';
import { createEmbedder } from '../../src/networks/createEmbedder.ts';
import { dims, noisyFeatures } from './nuisance.ts';

const train = noisyFeatures(20, 10);
const unseen = noisyFeatures(20, 10, { first: 100 });

describe('evaluateAdapter', () => {
  test('does not recommend an adapter that changes nothing', async () => {
    const adapter = createAdapter({ dims, rank: 8 });
    const { recommended, reason, measures, units } = await evaluateAdapter(adapter, unseen);
    expect(recommended).toBe(false);
    expect(measures['mapAtR']?.gain).toEqual({ value: 0, interval: [0, 0] });
    expect(units).toEqual({ of: 'classes', count: 20 });
    expect(reason).toMatch(/which holds 0: use the features as they are\.$/);
    adapter.dispose();
  });

  test('does not recommend an adapter that is worse', async () => {
    const adapter = createAdapter({ dims, rank: 12, start: 'random', seed: 3 });
    const { recommended, reason, measures } = await evaluateAdapter(adapter, unseen);
    expect(measures['mapAtR']?.gain.interval[1]).toBeLessThan(0);
    expect(recommended).toBe(false);
    expect(reason).toMatch(/below 0: use the features as they are\.$/);
    adapter.dispose();
  });

  test('measures what retrievalMetrics measures', async () => {
    const lda = await ldaAdapter(train.features, train.labels);
    const { measures, recommended, reason } = await evaluateAdapter(lda, unseen);
    const raw = await retrievalMetrics(unseen.features, unseen.labels);
    const embeddings = createEmbedder(lda).embed(unseen.features.data);
    const after = await retrievalMetrics(embeddings, unseen.labels);
    for (const name of ['mapAtR', 'precisionAt1'] as const) {
      expect(measures[name]?.before.value).toBeCloseTo(raw.classMean[name], 12);
      expect(measures[name]?.after.value).toBeCloseTo(after.classMean[name], 12);
      const before = measures[name]?.before;
      expect(before?.interval[0]).toBeLessThan(before?.value as number);
      expect(measures[name]?.gain.interval[0]).toBeGreaterThan(0);
    }
    expect(recommended).toBe(true);
    expect(reason).toMatch(
      /^mapAtR goes from 0\.\d{3} to 0\.\d{3} on 20 classes; .* use the adapter\.$/,
    );
    embeddings.dispose();
    lda.dispose();
  });

  test('measures pairs by the area under their ROC, and as sure as DeLong would be', async () => {
    const adapter = createAdapter({ dims, rank: 8 });
    const all = await pairDistances(unseen.features, unseen.labels);
    const pairs: [number, number, boolean][] = [];
    const [distances, same]: [number[], number[]] = [[], []];
    let at = 0;
    for (let i = 0; i < 200; i++) {
      for (let j = i + 1; j < 200; j++, at++) {
        if (at % 37 !== 0) continue;
        pairs.push([i, j, all.same[at] === 1]);
        distances.push(all.distances[at] as number);
        same.push(all.same[at] as number);
      }
    }
    const { measures } = await evaluateAdapter(adapter, { features: unseen.features, pairs });
    const { auc } = verificationMetrics({ distances, same });
    expect(measures['concordance']?.before.value).toBeCloseTo(auc, 10);
    const [low = 0, high = 0] = measures['concordance']?.before.interval ?? [];
    const [near, far] = [1, 0].map((kind) => distances.filter((_, i) => same[i] === kind)) as [
      number[],
      number[],
    ];
    const share = (of: number[], right: (d: number) => number): number =>
      of.reduce((sum, d) => sum + right(d), 0) / of.length;
    const variance = (values: number[]): number => {
      const mean = share(values, (x) => x);
      return values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1);
    };
    const placements = [
      near.map((d) => share(far, (f) => (1 + Math.sign(f - d)) / 2)),
      far.map((d) => share(near, (n) => (1 + Math.sign(d - n)) / 2)),
    ];
    const error = Math.sqrt(
      placements.reduce((sum, values) => sum + variance(values) / values.length, 0),
    );
    expect((high - low) / (2 * 1.96 * error)).toBeGreaterThan(0.85);
    expect((high - low) / (2 * 1.96 * error)).toBeLessThan(1.15);
    adapter.dispose();
  });

  test('leaves the adapter and nothing else behind', async () => {
    const adapter = createAdapter({ dims, rank: 8 });
    const before = memory().numTensors;
    await evaluateAdapter(adapter, unseen);
    expect(memory().numTensors).toBe(before);
    adapter.dispose();
  });
});

describe('pcaAdapter', () => {
  test('gives uncorrelated axes of equal variance, and the largest ones first without whitening', async () => {
    const whitening = await pcaAdapter(train.features, { shrinkage: 0 });
    const white = createEmbedder(whitening).embed(train.features.data);
    const values = white.dataSync();
    const [count] = train.features.shape;
    for (let a = 0; a < dims; a++) {
      for (let b = 0; b < dims; b++) {
        let sum = 0;
        for (let i = 0; i < count; i++) {
          sum += (values[i * dims + a] as number) * (values[i * dims + b] as number);
        }
        expect(sum / count).toBeCloseTo(a === b ? 1 : 0, 3);
      }
    }
    white.dispose();
    whitening.dispose();

    const axes = await pcaAdapter(train.features, { dims: 4, whiten: false });
    expect(axes.outputs[0]?.shape).toEqual([null, 4]);
    const loudest = axes.getWeights()[0]?.arraySync() as number[][];
    const share = loudest
      .slice(8)
      .flat()
      .reduce((sum, x) => sum + x * x, 0);
    expect(share / 4).toBeGreaterThan(0.95); // the four loud features
    axes.dispose();
  });
});

describe('ldaAdapter', () => {
  test('ignores what differs within classes, also on classes that it never saw', async () => {
    const lda = await ldaAdapter(train.features, train.labels, { shrinkage: 0.1 });
    const { measures } = await evaluateAdapter(lda, unseen);
    expect(measures['precisionAt1']?.after.value).toBeGreaterThan(
      (measures['precisionAt1']?.before.value as number) + 0.2,
    );
    lda.dispose();
  });

  test('keeps the axes that tell the classes apart', async () => {
    const { features, labels } = noisyFeatures(2, 200);
    const lda = await ldaAdapter(features, labels, { dims: 1, shrinkage: 0 });
    expect(lda.outputs[0]?.shape).toEqual([null, 1]);
    const line = createEmbedder(lda).embed(features.data);
    const values = line.dataSync();
    const side = (label: number): number =>
      labels.reduce((sum, l, i) => sum + (l === label ? (values[i] as number) : 0), 0) / 200;
    expect(Math.abs(side(0) - side(1))).toBeGreaterThan(1.5); // in units of the deviation within classes
    line.dispose();
    lda.dispose();
  });

  test('leaves nothing behind', async () => {
    const before = memory().numTensors;
    (await ldaAdapter(train.features, train.labels)).dispose();
    (await pcaAdapter(train.features)).dispose();
    expect(memory().numTensors).toBe(before);
  });
});
