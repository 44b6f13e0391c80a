import { tensor2d } from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import {
  clusteringScores,
  confusionMatrix,
  createAdapter,
  createEmbedder,
  createIndex,
  type Dataset,
  decodeBundle,
  encodeBundle,
  evaluateAdapter,
  fitAdapter,
  knnConfusion,
  ldaAdapter,
  mPerClassSampler,
  pairDistances,
  proxyAnchorLoss,
  report,
  retrievalMetrics,
  type StreamDataset,
  TripletModel,
  tripletAccuracy,
  tripletLoss,
  tripletMarginLoss,
} from '../../src/index.ts';
import { glorot } from '../support/glorot.ts';
import { rings } from '../support/rings.ts';

const colors = ['red', 'green', 'blue'];
const { examples, labels: ids } = rings(48);
const labels = [...ids].map((id) => colors[id] as string);

const build = (): TripletModel => {
  const base = layers.dense({ inputShape: [2], units: 3, kernelInitializer: glorot(1) });
  const model = new TripletModel(sequential({ layers: [base] }));
  model.compile({ optimizer: 'adam', loss: tripletLoss(1) });
  return model;
};

const trained = async (data: Dataset): Promise<{ model: TripletModel; loss: number[] }> => {
  const model = build();
  const { stepLoss } = await model.fit(data, { validation: data });
  return { model, loss: stepLoss };
};

describe('Classes by name', () => {
  test('train as their ids do, and are kept with the model', async () => {
    const named = await trained({ examples, labels });
    expect(named.loss).toEqual((await trained({ examples, labels: ids })).loss);
    expect(named.model.names).toEqual(colors);
    const ofIds = await trained({ examples, labels: ids, names: colors });
    expect(ofIds.model.names).toEqual(colors);
    expect((await trained({ examples, labels: ids })).model.names).toEqual([]);
  });

  test('keep their ids in later runs, in whatever order they come', async () => {
    const { model } = await trained({ examples, labels });
    const other = { examples, labels: ids, names: ['blue', 'red', 'gray'] };
    await model.fit(other);
    expect(model.names).toEqual(['red', 'green', 'blue', 'gray']);
    expect(await model.evaluate({ examples, labels })).toEqual(
      await model.evaluate({ examples, labels: ids }),
    );
  });

  test('have the same ids in training and in validation, for a loss with a proxy a class', async () => {
    const valLoss = async (first: Dataset, held: Dataset): Promise<number[]> => {
      const model = build();
      model.compile({ optimizer: 'adam', loss: proxyAnchorLoss({ classes: 3, dims: 3 }) });
      const options = { validation: held, sampler: mPerClassSampler({ m: 4 }), batchSize: 12 };
      return (await model.fit(first, options)).valLoss;
    };
    const backwards = examples.slice().reverse();
    const named = { examples: backwards, labels: labels.toReversed() };
    const numbered = { examples: backwards, labels: ids.toReversed() };
    expect(await valLoss({ examples, labels }, named)).toEqual(
      await valLoss({ examples, labels: ids }, numbered),
    );
  });

  test('are saved with the model, and stand in its bundle and its report', async () => {
    const { model } = await trained({ examples, labels });
    const index = createIndex({ model });
    await index.add(model.embed(examples.slice(0, 2)), [{ id: 'a', label: 2 }]);
    const bytes = await encodeBundle({ network: model.base, index: index.state(), threshold: 1 });
    const bundle = await decodeBundle(bytes);
    expect(bundle.names).toEqual({ 0: 'red', 1: 'green', 2: 'blue' });
    expect(new TripletModel(bundle.model.network).names).toEqual(colors);
    expect(await report(model, { examples, labels: ids })).toContain('green');
    expect(await report(build(), { examples, labels })).toContain('green');
  });

  test('are measured as their ids are, with the name beside the label', async () => {
    const rows = tensor2d(examples, [48, 2]);
    const byName = await retrievalMetrics(rows, labels);
    const byId = await retrievalMetrics(rows, ids);
    expect(byName.mapAtR).toBe(byId.mapAtR);
    expect(byName.classes.map(({ name }) => name)).toEqual(colors);
    expect(byId.classes[0]).not.toHaveProperty('name');
    const reference = { embeddings: rows, labels: labels.toReversed() };
    const reversed = { embeddings: rows, labels: ids.toReversed() };
    expect((await retrievalMetrics(rows, labels, { reference })).mapAtR).toBe(
      (await retrievalMetrics(rows, ids, { reference: reversed })).mapAtR,
    );
    expect(await pairDistances(rows, labels)).toEqual(await pairDistances(rows, ids));
    const triplet = {
      anchor: Int32Array.of(0),
      positive: Int32Array.of(3),
      negative: Int32Array.of(1),
    };
    expect((await tripletAccuracy(rows, triplet, labels)).classes[0]?.name).toBe('red');
    expect(clusteringScores(labels, ids).nmi).toBe(1);
    const confusion = await knnConfusion(rows, labels);
    expect(confusion.names).toEqual(colors);
    expect(confusion.counts).toEqual((await knnConfusion(rows, ids)).counts);
    rows.dispose();
  });

  test('come in streams: as names, or as ids of names that the stream says', async () => {
    const streamOf = (all: ArrayLike<number | string>, names?: string[]): StreamDataset => ({
      ...(names && { names }),
      *stream() {
        for (let start = 0; start < 48; start += 16) {
          yield {
            examples: examples.subarray(2 * start, 2 * (start + 16)),
            labels: Array.from(all).slice(start, start + 16) as string[],
          };
        }
      },
    });
    const run = async (data: StreamDataset) => {
      const model = build();
      model.compile({ optimizer: 'adam', loss: proxyAnchorLoss({ classes: 3, dims: 3 }) });
      const { stepLoss, valLoss } = await model.fit(data, { validation: data });
      return { model, losses: [...stepLoss, ...valLoss] };
    };
    const byId = await run(streamOf(ids));
    const byName = await run(streamOf(labels, colors));
    const named = await run(streamOf(ids, colors));
    expect(byName.losses).toEqual(byId.losses);
    expect(named.losses).toEqual(byId.losses);
    expect([byName, named, byId].map(({ model }) => model.names)).toEqual([colors, colors, []]);

    // Names of another order keep the ids of the model, and what it knows needs no list.
    const other = ['blue', 'red', 'green'];
    const sameClasses = streamOf(
      labels.map((name) => other.indexOf(name)),
      other,
    );
    byName.model.compile({ optimizer: 'adam', loss: tripletLoss(1) });
    const expected = await byName.model.evaluate(streamOf(ids));
    expect(await byName.model.evaluate(sameClasses)).toEqual(expected);
    expect(await byName.model.evaluate(streamOf(labels))).toEqual(expected);
  });

  test('are learned and judged by adapters as their ids are', async () => {
    const features = tensor2d(examples, [48, 2]);
    const judged = async (given: Dataset['labels']) => {
      const adapter = createAdapter({ dims: 2, rank: 1, seed: 1 });
      const options = { validation: { features, labels: given }, steps: 2, every: 1 };
      const { gain } = await fitAdapter(adapter, { features, labels: given }, options);
      const lda = await ldaAdapter(features, given);
      return [gain, await evaluateAdapter(lda, { features, labels: given })];
    };
    expect(await judged(labels)).toEqual(await judged(ids));
    features.dispose();
  });

  test('stand in the report of an embedder and a lazy data set', async () => {
    const { model } = await trained({ examples, labels });
    const lazy = {
      count: 48,
      shape: [2],
      labels: ids,
      pick: (indices: Int32Array) =>
        Float32Array.from(
          { length: 2 * indices.length },
          (_, k) => examples[2 * indices[k >> 1]! + (k % 2)]!,
        ),
    };
    expect(await report(createEmbedder(model.base), lazy)).toContain('green');
  });

  test('are counted by confusionMatrix, an unknown one as null', () => {
    const {
      labels: found,
      names,
      counts,
      unknown,
    } = confusionMatrix(['cat', 'dog', 'cat'], ['dog', 'dog', null]);
    expect([found, names, counts, unknown]).toEqual([
      [0, 1],
      ['cat', 'dog'],
      [
        [0, 1],
        [0, 1],
      ],
      [1, 0],
    ]);
  });
});

describe('Labels and names that do not go together are refused', () => {
  test.each<[string, object, string]>([
    [
      'names and ids in one list',
      { labels: ['red', 1, ...labels.slice(2)] },
      'expected labels to be all names or all integer class ids, got 1 at index 1, and "red" at index 0.',
    ],
    [
      'an id without a name',
      { labels: ids, names: ['red', 'green'] },
      'expected labels from 0 to 1, as there are 2 names, got 2 at index 2.',
    ],
    [
      'a name twice',
      { labels: ids, names: ['red', 'green', 'red'] },
      'expected names to be an array of different strings, the name of class id 0 first, got "red" at index 2.',
    ],
    ['names that are no list', { labels: ids, names: 'red' }, 'expected names to be an array'],
    ['too few names', { labels: ['red'] }, 'one label per example (48), got labels of length 1.'],
  ])('%s', async (_, wrong, message) => {
    await expect(build().fit({ examples, ...wrong } as Dataset)).rejects.toThrow(message);
  });

  test.each<[string, object, (string | number)[], string]>([
    [
      'a stream of names that says none',
      {},
      ['red'],
      'labels to be class ids, got "red" at index 0. Name all classes of the stream beforehand: { stream, names }.',
    ],
    [
      'a name that a stream does not say',
      { names: ['red', 'green'] },
      ['red', 'blue'],
      'labels to be names of red, green, got "blue" at index 1.',
    ],
    [
      'an id beyond the names of a stream',
      { names: ['red', 'green'] },
      [0, 2],
      'expected labels from 0 to 1, as there are 2 names, got 2 at index 1.',
    ],
    ['names of a stream that are no list', { names: 'red' }, [0], 'expected names to be an array'],
    [
      'names and ids in one batch',
      { names: ['red', 'green'] },
      ['red', 1],
      'labels to be names of red, green, got 1 at index 1.',
    ],
  ])('%s', async (_, more, given, message) => {
    const stream = () => [{ examples: examples.subarray(0, 2 * given.length), labels: given }];
    const model = build();
    model.compile({ optimizer: 'adam', loss: tripletMarginLoss() });
    await expect(model.fit({ stream, ...more } as never)).rejects.toThrow(message);
  });

  test('queries with names and references with ids', async () => {
    const rows = tensor2d(examples, [48, 2]);
    const metrics = retrievalMetrics(rows, labels, {
      reference: { embeddings: rows, labels: ids },
    });
    await expect(metrics).rejects.toThrow(
      'retrievalMetrics: expected both lists of labels to be names, or both to be class ids, got "red" and 0.',
    );
    rows.dispose();
  });
});
