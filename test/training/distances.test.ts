import { train as optimizers, type Tensor2D } from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import * as library from '../../src/index.ts';
import {
  calibrateThreshold,
  contrastiveLoss,
  cosineSimilarity,
  createEmbedder,
  createIndex,
  createRecognizer,
  crossBatchMemory,
  type Distance,
  decodeBundle,
  encodeBundle,
  type Loss,
  lpDistance,
  matryoshkaLoss,
  multipleLosses,
  pairDistances,
  precisionAt1,
  relationLoss,
  report,
  restoreIndex,
  selfSupervisedLoss,
  snrDistance,
  TripletModel,
  tripletAccuracy,
  tripletLoss,
  tripletMarginLoss,
} from '../../src/index.ts';
import { clusters } from '../support/clusters.ts';
import { everyLoss } from '../support/everyLoss.ts';
import { glorot } from '../support/glorot.ts';
import { measures } from '../support/measures.ts';

type Make = (options: object) => Loss;
const makers = library as unknown as Readonly<Record<string, Make>>;
const ofClasses = { classes: 3, dims: 3, proxies: 3, margin: 1, Tn: 1 };

/** The names of losses, and whether they have an option distance. */
const lossNames = Object.keys(library).filter((name) => /^[a-z].*Loss$/.test(name));

/** Makes a loss of the name with all of these options that it has; undefined where it refuses one of them. */
function made(name: string, distance?: Distance): Loss | undefined {
  const options: Record<string, unknown> = { ...ofClasses, ...(distance && { distance }) };
  for (;;) {
    try {
      return makers[name]?.(options);
    } catch (error) {
      const [, unknown] = /expected no options but .*, got (\w+)\./.exec(String(error)) ?? [];
      if (unknown === undefined || unknown === 'distance') return undefined;
      delete options[unknown];
    }
  }
}

describe('A loss tells the distance that it measures', () => {
  const candidates = [lpDistance({ p: 1 }), cosineSimilarity(), snrDistance(), lpDistance()];
  const takeOne = lossNames
    .map((name) => [name, candidates.filter((distance) => made(name, distance) !== undefined)])
    .filter((entry): entry is [string, Distance[]] => (entry[1] as Distance[]).length > 0);

  test.each(takeOne)('%s', (name, accepted) => {
    for (const distance of accepted) expect(made(name, distance)?.distance).toBe(distance);
  });

  test('and all losses but a few that measure none have one without being given one', () => {
    expect(takeOne.length).toBeGreaterThan(25);
    const without = lossNames.filter((name) => made(name) && made(name)?.distance === undefined);
    expect(without.sort()).toEqual(['barlowTwinsLoss', 'vicRegLoss']);
    const none = everyLoss.filter(({ make }) => make().distance === undefined);
    expect(none.map(({ name }) => name)).toEqual([
      'barlowTwinsLoss',
      'multipleLosses',
      'vicRegLoss',
    ]);
  });

  test('also inside of another loss', () => {
    const distance = lpDistance({ p: 1 });
    const loss = contrastiveLoss({ distance });
    const wrapped = [
      crossBatchMemory(loss),
      matryoshkaLoss(loss, { dims: [1, 3] }),
      relationLoss(loss, { matches: (a, b) => a === b }),
      selfSupervisedLoss(loss),
      multipleLosses([{ loss }, { loss: tripletMarginLoss({ distance: lpDistance({ p: 1 }) }) }]),
    ];
    for (const one of wrapped) expect(one.distance).toBe(distance);
    const mixed = multipleLosses([{ loss }, { loss: tripletMarginLoss() }]);
    expect(mixed.distance).toBe(undefined);
  });
});

const data = clusters(24);
const held = clusters(15, 3, 2);

function compiled(loss: Parameters<TripletModel['compile']>[0]['loss']): TripletModel {
  const dense = layers.dense({ inputShape: [4], units: 3, kernelInitializer: glorot(1) });
  const model = new TripletModel(sequential({ layers: [dense] }));
  model.compile({ optimizer: optimizers.adam(0.01), loss });
  return model;
}

const everyDistance: readonly (readonly [name: string, distance: Distance])[] = [
  ...Object.entries(measures),
  ['Manhattan', lpDistance({ p: 1, normalize: false })],
  ['signal to noise', snrDistance()],
];

describe('A model measures with the distance of its loss', () => {
  test.each(everyDistance)('%s', async (_, distance) => {
    const model = compiled(tripletMarginLoss({ distance, margin: 0.3 }));
    const seen: Distance[] = [];
    const history = await model.fit(data, {
      validation: held,
      validationMetrics: {
        precisionAt1(embeddings, labels, options) {
          seen.push(options.distance);
          return precisionAt1(embeddings, labels, options);
        },
      },
    });
    expect([model.distance, ...seen]).toEqual([distance, distance]);

    const embeddings = model.embed(held.examples);
    const { labels } = held;
    const options = { distance };
    const first = await precisionAt1(embeddings, labels, options);
    expect(history.metrics['precisionAt1']).toEqual([first]);

    // evaluate
    const every = {
      kind: 'triplets' as const,
      name: 'every',
      sample: () => ({
        anchor: Int32Array.of(0, 1, 2, 3, 4, 5),
        positive: Int32Array.of(3, 4, 5, 6, 7, 8),
        negative: Int32Array.of(1, 2, 3, 4, 5, 6),
      }),
    };
    const { triplets } = await model.evaluate(held, { sampler: every });
    const measured = await tripletAccuracy(embeddings, every.sample(), labels, options);
    expect(triplets.accuracy).toBe(measured.accuracy);
    expect(triplets.avg).toBeCloseTo(measured.avg, 12); // on simd, products of other blocks have other last bits

    // report
    const pairs = await pairDistances(embeddings, labels, options);
    const { threshold } = calibrateThreshold(pairs);
    const page = await report(model, held, { before: false });
    const shown = /<dt>threshold<\/dt><dd>([\d.−-]+)/.exec(page)?.[1]?.replace('−', '-');
    expect(Number(shown)).toBeCloseTo(threshold, 3);

    // recognizer
    const index = createIndex({ model });
    const recognizer = createRecognizer({ model, index, threshold });
    const two = held.examples.subarray(0, 8);
    const three = held.examples.subarray(12, 20);
    const matches = await recognizer.isMatch(two, three);
    const among = await pairDistances(rowsOf(embeddings, [0, 1, 3, 4]), [0, 1, 2, 3], options);
    expect(matches.map((one) => one.distance)).toEqual([
      expect.closeTo(among.distances[1] as number, 6),
      expect.closeTo(among.distances[4] as number, 6),
    ]);
    const other = distance === measures.cosine ? measures.dot : measures.cosine;
    expect(() =>
      createRecognizer({ model, index: createIndex({ dims: 3, distance: other }), threshold }),
    ).toThrow('createRecognizer');
    expect(createEmbedder(model.base).distance).toBe(distance);

    // bundle
    await recognizer.enroll('one', two);
    const parts = { network: model.base, threshold };
    const bundle = await decodeBundle(await encodeBundle({ ...parts, index: index.state() }));
    expect(bundle.model.distance?.config).toEqual(distance.config);
    const again = createRecognizer({ ...bundle, index: restoreIndex(bundle.index) });
    expect(await again.isMatch(two, three)).toEqual(matches);
    const wrong = createIndex({ dims: 3, distance: other }).state();
    await expect(encodeBundle({ ...parts, index: wrong })).rejects.toThrow(
      'an index of the distance that the network was trained with',
    );
    bundle.model.network.dispose();
    embeddings.dispose();
    model.dispose();
  });

  test('which for tripletLoss is the squared Euclidean distance', () => {
    expect(compiled(tripletLoss(1)).distance.config).toEqual(measures.squaredEuclidean.config);
  });
});

function rowsOf(
  embeddings: Tensor2D,
  rows: readonly number[],
): { data: Float32Array; shape: [number, number] } {
  const values = embeddings.arraySync();
  return {
    data: Float32Array.from(rows.flatMap((row) => values[row] as number[])),
    shape: [rows.length, 3],
  };
}
