import { describe } from 'vitest';
import * as library from '../../../src/index.ts';
import { answerMistakes } from './mistakes.ts';

/** The library without its types, as JavaScript sees it. */
// biome-ignore lint/suspicious/noExplicitAny: wrong calls do not type-check
const l = library as any;

const rows = (...matrix: number[][]) => ({
  data: Float32Array.from(matrix.flat()),
  shape: [matrix.length, matrix[0]?.length ?? 0],
});
const x = rows([1, 0], [2, 0.1], [0, 1], [0.1, 3]);
const labels = [0, 0, 1, 1];
const model = { dims: 2, embed: async (inputs: unknown[]) => inputs.map(() => [1, 0]) };
const index = () => l.createIndex({ dims: 2 });
const recognizer = () => l.createRecognizer({ model, index: index(), threshold: 1 });
const state = () => index().state();

describe('Deliberate mistakes with distances', () => {
  answerMistakes([
    [
      'an old name in a search',
      () => l.nearestNeighbors(x, x, 1, { distance: 'cosine' }),
      'Pass the distance itself: cosineSimilarity().',
    ],
    [
      'dot',
      () => l.createIndex({ dims: 2, distance: 'dot' }),
      'dotProductSimilarity({ normalize: false })',
    ],
    ['euclidean', () => l.precisionAt1(x, labels, { distance: 'euclidean' }), 'lpDistance()'],
    [
      'squaredEuclidean',
      () => l.pairDistances(x, labels, { distance: 'squaredEuclidean' }),
      'lpDistance({ normalize: false, power: 2 })',
    ],
    [
      'a distance that is not called',
      () => l.recallAtK(x, labels, [1], { distance: l.lpDistance }),
      'Call the function: lpDistance().',
    ],
    ['normalize as text', () => l.lpDistance({ normalize: 'yes' }), 'normalize', '"yes"'],
    ['p below 1', () => l.lpDistance({ p: 0.5 }), 'p: 0.5'],
    [
      'normalize_embeddings',
      () => l.lpDistance({ normalize_embeddings: false }),
      'normalize_embeddings',
    ],
    [
      'a config of nothing',
      () => l.distanceFromConfig({ name: 'manhattan' }),
      'distanceFromConfig',
      'lpDistance',
    ],
    ['no config', () => l.distanceFromConfig(undefined), 'undefined'],
    [
      'Manhattan in Qdrant',
      () =>
        l.qdrantIndex({
          url: 'http://a',
          collection: 'c',
          dims: 2,
          distance: l.lpDistance({ p: 1 }),
        }),
      'lpDistance({ p: 1 })',
      'createIndex',
    ],
    [
      'dot products in k-means',
      () => l.kMeans(x, 2, { seed: 1, distance: l.dotProductSimilarity({ normalize: false }) }),
      'Euclidean',
    ],
  ]);
});

describe('Deliberate mistakes with metrics', () => {
  answerMistakes([
    ['one k', () => l.recallAtK(x, labels, 5), 'recallAtK', 'Pass an array: [5].'],
    ['no ks', () => l.recallAtK(x, labels), 'ks', 'undefined'],
    ['ks as a number', () => l.retrievalMetrics(x, labels, { ks: 5 }), 'Pass an array: [5].'],
    [
      'names and ids among the labels',
      () => l.precisionAt1(x, ['a', 'a', 'b', 1]),
      'all names or all integer class ids',
      '1 at index 3',
    ],
    [
      'labels beyond 32 bits',
      () => l.precisionAt1(x, BigInt64Array.of(1n, 1n, 2n, 2n ** 40n)),
      '1099511627776',
      '32 bits',
    ],
    ['labels missing', () => l.precisionAt1(x), 'labels', 'undefined'],
    [
      'a misspelled option',
      () => l.retrievalMetrics(x, labels, { singletonQuerys: 'miss' }),
      'It is called singletonQueries.',
    ],
    [
      'calibration on embeddings',
      () => l.calibrateThreshold(x),
      'calibrateThreshold',
      'pairDistances(embeddings, labels)',
    ],
    [
      'calibration on a promise',
      () => l.calibrateThreshold(l.pairDistances(x, labels)),
      'Await the pairs',
    ],
    ['calibration on nothing', () => l.calibrateThreshold(), 'calibrateThreshold', 'undefined'],
    [
      'an unknown goal',
      () => l.calibrateThreshold({ distances: [1, 2], same: [1, 0] }, 'best'),
      "'f1'",
      '"best"',
    ],
    [
      'a goal of null',
      () => l.calibrateThreshold({ distances: [1, 2], same: [1, 0] }, null),
      'null',
    ],
    ['ROC of a promise', () => l.rocCurve(l.pairDistances(x, labels)), 'rocCurve', 'Await'],
    [
      'verification of embeddings',
      () => l.verificationMetrics(x),
      'verificationMetrics',
      'pairDistances',
    ],
    [
      'one rate',
      () => l.verificationMetrics({ distances: [1, 2], same: [1, 0] }, { fars: 0.1 }),
      'fars',
      '0.1',
    ],
    ['folds of undefined', () => l.foldAccuracy(), 'foldAccuracy', 'undefined'],
    ['a histogram of embeddings', () => l.distanceHistogram(x), 'distanceHistogram'],
    ['triplets missing', () => l.tripletAccuracy(x), 'triplets', 'undefined'],
    [
      'triplets without negatives',
      () => l.tripletAccuracy(x, { anchor: [0], positive: [1] }),
      'triplets.negative',
    ],
    ['predictions missing', () => l.confusionMatrix([1]), 'predicted', 'undefined'],
    [
      'a reference without labels',
      () => l.precisionAt1(x, labels, { reference: { embeddings: x } }),
      'labels',
    ],
    ['k-means without a seed', () => l.kMeans(x, 2, {}), 'seed', 'undefined'],
    ['k-means without options', () => l.kMeans(x, 2), 'options'],
    [
      'clusters by an unknown mean',
      () => l.clusteringScores([1], [1], { average: 'mean' }),
      "'arithmetic'",
    ],
    ['intervals of nothing', () => l.bootstrapInterval(undefined, { seed: 1 }), 'values'],
    [
      'embeddings that are a promise',
      () => l.precisionAt1(Promise.resolve(x), labels),
      'Promise',
      'awaited',
    ],
  ]);
});

describe('Deliberate mistakes with searches and indexes', () => {
  answerMistakes([
    ['k under another name', () => l.nearestNeighbors(x, x, undefined), 'k', 'undefined'],
    ['too large a k', () => l.nearestNeighbors(x, x, 9), 'k: 9', '(4)'],
    ['no reference', () => l.knnClassify(x, undefined, 1), 'reference', 'undefined'],
    [
      'a calibration as threshold',
      () => l.knnClassify(x, { embeddings: x, labels }, 1, { threshold: { threshold: 1 } }),
      'calibrated.threshold',
    ],
    ['an index of nothing', () => l.createIndex({}), 'dims', 'model.dims'],
    [
      'a storage that is not there',
      () => l.createIndex({ dims: 2, storage: 'int4' }),
      'storage: "int4"',
      'int8',
    ],
    ['dims as text', () => l.createIndex({ dims: '2' }), 'dims: "2"'],
    ["dims that are not the model's", () => l.createIndex({ dims: 3, model }), 'dims: 3', '(2)'],
    ['no options', () => l.createIndex(), 'options', 'undefined'],
    ['items missing', () => index().add(x), 'items', 'undefined'],
    ['an item of null', () => index().add(rows([1, 2]), [null]), 'null'],
    [
      'an array as label',
      () => index().add(rows([1, 2]), [{ id: 'a', label: ['a'] }]),
      'one label',
    ],
    [
      'a Date in metadata',
      () => index().add(rows([1, 2]), [{ id: 'a', metadata: { at: new Date(0) } }]),
      'toISOString',
    ],
    ['everything removed by a slip', () => index().remove({}), '{ all: true }'],
    [
      'an undefined room',
      () => index().remove({ metadata: { room: undefined } }),
      'room: undefined',
    ],
    ['no filter', () => index().remove(), 'undefined'],
    ['a filter of null', () => index().search(rows([1, 2]), 1, { filter: null }), 'null'],
    ['a text as options', () => index().search(rows([1, 2]), 1, 'anna'), 'options', '"anna"'],
    ['no threshold', () => l.findMatches(index(), rows([1, 2])), 'threshold'],
    [
      'an undefined threshold',
      () => l.findMatches(index(), rows([1, 2]), {}),
      'threshold: undefined',
    ],
    ['a file of nothing', () => l.encodeIndex(), 'encodeIndex', 'index.state()'],
    ['a file of an index', () => l.encodeIndex(index()), 'encodeIndex', 'index.state()'],
    [
      "a file of a distance of one's own",
      () =>
        l.encodeIndex({
          ...state(),
          distance: { ...l.lpDistance(), name: 'mine', config: undefined },
        }),
      '"mine"',
      'config',
    ],
    [
      'originals that are no function',
      () => l.createIndex({ dims: 2, storage: 'int8', originals: new Map() }),
      'originals',
      'async (ids) => vectors',
    ],
    [
      'originals of vectors that are not rounded',
      () => l.restoreIndex(state(), { originals: async () => [] }),
      'restoreIndex',
      "storage: 'float16' or 'int8'",
    ],
    [
      'restored with an unknown storage',
      () => l.restoreIndex(state(), { storage: 'int4' }),
      "'int8'",
      '"int4"',
    ],
    ['restored from nothing', () => l.restoreIndex(), 'restoreIndex', 'undefined'],
    [
      'restored with an unknown distance',
      () => l.restoreIndex({ ...state(), distance: 'manhattan' }),
      'manhattan',
    ],
    ['bytes of something else', () => l.decodeIndex(Uint8Array.of(1, 2, 3)), 'decodeIndex'],
    ['no client', () => l.pgvectorIndex(undefined, { table: 't', dims: 2 }), 'client', 'undefined'],
    [
      'no table',
      () => l.pgvectorIndex({ query: () => undefined }, { dims: 2 }),
      'table: undefined',
    ],
    ['no url', () => l.qdrantIndex({ collection: 'c', dims: 2 }), 'url'],
    ['no connection', () => l.lanceIndex(undefined, { table: 't', dims: 2 }), 'connection'],
    [
      'a path as the table',
      () => l.lanceIndex({ openTable: () => undefined }, { table: 'a/b', dims: 2 }),
      'a/b',
      'letters',
    ],
  ]);
});

describe('Deliberate mistakes with recognizers, bundles and reports', () => {
  answerMistakes([
    ['no options', () => l.createRecognizer(), 'options'],
    [
      'a model that cannot embed',
      () => l.createRecognizer({ model: {}, index: index(), threshold: 1 }),
      'embed',
    ],
    ['no threshold', () => l.createRecognizer({ model, index: index() }), 'threshold: undefined'],
    [
      "another distance than the model's",
      () =>
        l.createRecognizer({
          model: { ...model, distance: l.cosineSimilarity() },
          index: index(),
          threshold: 1,
        }),
      'cosineSimilarity()',
      'createIndex({ model })',
    ],
    [
      'another width',
      () => l.createRecognizer({ model: { ...model, dims: 3 }, index: index(), threshold: 1 }),
      '(3)',
    ],
    [
      'an array as label',
      () => recognizer().enroll(['anna'], ['a text']),
      '["anna"]',
      'one class at a time',
    ],
    ['no label', () => recognizer().enrol(undefined, ['a text']), 'label', 'undefined'],
    ['no examples', () => recognizer().enroll('anna', []), 'at least one input'],
    ['a label of null forgotten', () => recognizer().forget(null), 'label', 'null'],
    ['k of 0', () => recognizer().recognize(['a'], { k: 0 }), 'k: 0'],
    [
      'an embedder that returns too little',
      () =>
        l
          .createRecognizer({
            model: { dims: 2, embed: async () => [[1, 2]] },
            index: index(),
            threshold: 1,
          })
          .enroll('a', ['x', 'y']),
      '2 inputs',
      '1 rows',
    ],
    [
      'an embedder that returns text',
      () =>
        l
          .createRecognizer({
            model: { dims: 2, embed: async () => 'done' },
            index: index(),
            threshold: 1,
          })
          .enroll('a', ['x']),
      'embeddings',
      '"done"',
    ],
    ['a bundle of nothing', () => l.encodeBundle(), 'encodeBundle'],
    [
      'a bundle without a network',
      () => l.encodeBundle({ index: state(), threshold: 1 }),
      'network',
      'neither',
    ],
    [
      'a bundle of an index',
      () => l.encodeBundle({ extractor: { id: 'a', ...model }, index: index(), threshold: 1 }),
      'index.state()',
    ],
    ['a bundle of something else', () => l.decodeBundle(Uint8Array.of(1)), 'decodeBundle'],
    ['a report without data', () => l.report(() => x), 'report', 'undefined'],
    [
      'a report of nothing',
      () => l.report(null, { examples: new Float32Array(4), labels: [0] }),
      'null',
    ],
  ]);
});
