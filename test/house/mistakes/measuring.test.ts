import { tensor2d } from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { describe } from 'vitest';
import {
  bootstrapInterval,
  calibrateThreshold,
  classify,
  clusteringMetrics,
  clusteringScores,
  confusionMatrix,
  createIndex,
  createRecognizer,
  decodeBundle,
  decodeIndex,
  distanceHistogram,
  encodeBundle,
  encodeIndex,
  findMatches,
  foldAccuracy,
  kMeans,
  knnClassify,
  knnConfusion,
  nearestNeighbors,
  pairDistances,
  pgvectorIndex,
  precisionAt1,
  qdrantIndex,
  recallAtK,
  reRankedDistances,
  restoreIndex,
  retrievalMetrics,
  rocCurve,
  TripletModel,
  tripletAccuracy,
  verificationMetrics,
} from '../../../src/index.ts';
import { answerMistakes } from './mistakes.ts';

const x = tensor2d([
  [1, 0],
  [0, 1],
  [1, 1],
  [0, 2],
]);
const labels = [0, 1, 0, 1];
const pairs = { distances: Float64Array.of(0.1, 0.9), same: Uint8Array.of(1, 0) };
const item = (id: string) => [{ id }];
const one = { data: Float32Array.of(1, 0), shape: [1, 2] as const };

describe('Evaluation', () => {
  answerMistakes([
    ['a number for the list of k', () => recallAtK(x, labels, 5 as never), 'recallAtK', '5', '[5]'],
    [
      'recall without embeddings',
      () => recallAtK(undefined as never, labels, [1]),
      'recallAtK',
      'embeddings',
      'undefined',
    ],
    ['recall at 0', () => recallAtK(x, labels, [0]), 'recallAtK', '0'],
    [
      'a promise of embeddings',
      () => precisionAt1(x.array() as never, labels),
      'precisionAt1',
      /[Pp]romise/,
    ],
    ['labels of other length', () => precisionAt1(x, [0, 1]), 'precisionAt1', '4', '2'],
    [
      'retrieval of nothing',
      () => retrievalMetrics(undefined as never, labels),
      'retrievalMetrics',
      'embeddings',
    ],
    [
      'retrieval without labels',
      () => retrievalMetrics(x, undefined as never),
      'retrievalMetrics',
      'labels',
    ],
    [
      'retrieval with an unknown option',
      () => retrievalMetrics(x, labels, { k: 5 } as never),
      'retrievalMetrics',
      'k',
    ],
    [
      'a distance by name',
      () => retrievalMetrics(x, labels, { distance: 'l2' } as never),
      'retrievalMetrics',
      'distance',
      'l2',
    ],
    [
      'a threshold from embeddings',
      () => calibrateThreshold(x as never, { far: 0.1 } as never),
      'calibrateThreshold',
    ],
    [
      'a threshold from a promise',
      () => calibrateThreshold(pairDistances(x, labels) as never, 'accuracy' as never),
      'calibrateThreshold',
      /await|[Pp]romise/,
    ],
    [
      're-ranking without a gallery',
      () => reRankedDistances(x, undefined as never),
      'reRankedDistances',
      'reference',
    ],
    [
      're-ranking by the name of a distance',
      () => reRankedDistances(x, x, { distance: 'euclidean' as never }),
      'distance',
      '"euclidean"',
    ],
    [
      're-ranking as a flag',
      () => retrievalMetrics(x, labels, { rerank: true as never }),
      'rerank',
      'true',
    ],
    [
      'a goal that there is not',
      () => calibrateThreshold(pairs as never, 'best' as never),
      'calibrateThreshold',
      '"best"',
    ],
    [
      'pairs of nothing',
      () => pairDistances(undefined as never, labels),
      'pairDistances',
      'embeddings',
    ],
    ['a curve of nothing', () => rocCurve(undefined as never), 'rocCurve', 'undefined'],
    ['verification of embeddings', () => verificationMetrics(x as never), 'verificationMetrics'],
    ['folds of nothing', () => foldAccuracy(undefined as never), 'foldAccuracy', 'undefined'],
    ['1 fold', () => foldAccuracy(pairs as never, { folds: 1 }), 'foldAccuracy', 'folds', '1'],
    [
      'a histogram without bins',
      () => distanceHistogram(pairs as never, { bins: 0 } as never),
      'distanceHistogram',
      'bins',
      '0',
    ],
    [
      'clusters of nothing',
      () => clusteringScores(undefined as never, labels),
      'clusteringScores',
      'undefined',
    ],
    [
      'clustering without embeddings',
      () => clusteringMetrics(undefined as never, labels, { seed: 1 }),
      'clusteringMetrics',
      'embeddings',
    ],
    ['0 clusters', () => kMeans(x, 0, { seed: 1 }), 'kMeans', '0'],
    ['more clusters than rows', () => kMeans(x, 9, { seed: 1 }), 'kMeans', '9', '4'],
    [
      'a confusion of different lengths',
      () => confusionMatrix([0, 1], [0]),
      'confusionMatrix',
      '2',
      '1',
    ],
    [
      'a confusion by no neighbor',
      () => knnConfusion(x, labels, { k: 0 }),
      'knnConfusion',
      'k',
      '0',
    ],
    ['an interval of nothing', () => bootstrapInterval([], {} as never), 'bootstrapInterval'],
    [
      'triplets that are none',
      () => tripletAccuracy(x, undefined as never, labels),
      'tripletAccuracy',
      'undefined',
    ],
  ]);
});

describe('Search', () => {
  answerMistakes([
    [
      'neighbors of nothing',
      () => nearestNeighbors(undefined as never, x, 1),
      'nearestNeighbors',
      'query',
    ],
    ['0 neighbors', () => nearestNeighbors(x, x, 0), 'nearestNeighbors', 'k', '0'],
    [
      'no number of neighbors',
      () => (nearestNeighbors as (...a: unknown[]) => unknown)(x, x),
      'nearestNeighbors',
      'k',
      'undefined',
    ],
    [
      'queries of other dims',
      () => nearestNeighbors(tensor2d([[1, 2, 3]]), x, 1),
      'nearestNeighbors',
      '3',
      '2',
    ],
    [
      'a distance that there is not',
      () => nearestNeighbors(x, x, 1, { distance: 'manhattan' } as never),
      'nearestNeighbors',
      'distance',
      'manhattan',
    ],
    [
      'a vote without labels',
      () => knnClassify(x, undefined as never, 1),
      'knnClassify',
      'undefined',
    ],
    [
      'an index without dims',
      () => createIndex({} as never),
      'createIndex',
      'dims',
      'neither',
      'createIndex({ dims',
    ],
    ['an index of text', () => createIndex('faces' as never), 'createIndex', '"faces"'],
    [
      'add without data',
      () => createIndex({ dims: 2 }).add(undefined as never, item('a')),
      'add',
      'undefined',
    ],
    [
      'add without items',
      () => createIndex({ dims: 2 }).add(one, undefined as never),
      'items',
      'undefined',
    ],
    [
      'add without an id',
      () => createIndex({ dims: 2 }).add(one, [{}] as never),
      'id',
      'undefined',
    ],
    ['a number as id', () => createIndex({ dims: 2 }).add(one, [{ id: 1 }] as never), 'id', '1'],
    ['add rows of other dims', () => createIndex({ dims: 3 }).add(one, item('a')), '3', '2'],
    [
      'more items than rows',
      () => createIndex({ dims: 2 }).add(one, [{ id: 'a' }, { id: 'b' }]),
      '1',
      '2',
    ],
    [
      'search for nothing',
      () => createIndex({ dims: 2 }).search(undefined as never, 1),
      'search',
      'undefined',
    ],
    [
      'a threshold of text',
      () => createIndex({ dims: 2 }).search(one, 1, { threshold: 'near' } as never),
      'threshold',
      '"near"',
    ],
    ['classify without an index', () => classify(undefined as never, one, 1), 'classify', 'index'],
    [
      'classify in a text',
      () => classify('faces' as never, one, 1),
      'classify',
      'index',
      '"faces"',
    ],
    [
      'match without a threshold',
      () => findMatches(createIndex({ dims: 2 }), one, {} as never),
      'findMatches',
      'threshold',
    ],
    ['a file of nothing', () => encodeIndex(undefined as never), 'encodeIndex', 'undefined'],
    [
      'a file of the index, not of its state',
      () => encodeIndex(createIndex({ dims: 2 }) as never),
      'encodeIndex',
      'state',
    ],
    ['a file that is text', () => decodeIndex('index' as never), 'decodeIndex', 'no Uint8Array'],
    ['a file that is something else', () => decodeIndex(new Uint8Array(20)), 'decodeIndex'],
    [
      'an index out of nothing',
      () => restoreIndex(undefined as never),
      'restoreIndex',
      'undefined',
    ],
    [
      'a database without a client',
      () => pgvectorIndex(undefined as never, { table: 'faces', dims: 2 }),
      'pgvectorIndex',
      'client',
    ],
    [
      'a service without an address',
      () => qdrantIndex({ collection: 'faces', dims: 2 } as never),
      'qdrantIndex',
      'url',
    ],
  ]);
});

const model = () =>
  new TripletModel(sequential({ layers: [layers.dense({ inputShape: [2], units: 2 })] }));
const recognizer = () =>
  createRecognizer({ model: model(), index: createIndex({ dims: 2 }), threshold: 1 });
const example = Float32Array.of(1, 0);

describe('Recognition', () => {
  answerMistakes([
    [
      'a recognizer of nothing',
      () => (createRecognizer as unknown as () => unknown)(),
      'createRecognizer',
      'undefined',
    ],
    [
      'a recognizer without a threshold',
      () => createRecognizer({ model: model(), index: createIndex({ dims: 2 }) } as never),
      'createRecognizer',
      'threshold',
      'undefined',
    ],
    [
      'a recognizer without an index',
      () => createRecognizer({ model: model(), threshold: 1 } as never),
      'createRecognizer',
      'index',
      'undefined',
    ],
    [
      'an index of other dims than the model',
      () => createRecognizer({ model: model(), index: createIndex({ dims: 3 }), threshold: 1 }),
      'createRecognizer',
      '3',
      '2',
    ],
    ['a list as label', () => recognizer().enrol(['anna'] as never, example), 'enrol', 'label'],
    [
      'no examples to enrol',
      () => recognizer().enrol('anna', undefined as never),
      'examples',
      'undefined',
    ],
    ['examples of another shape', () => recognizer().enrol('anna', Float32Array.of(1, 2, 3)), '3'],
    [
      'recognize nothing',
      () => recognizer().recognize(undefined as never),
      'examples',
      'undefined',
    ],
    ['0 voters', () => recognizer().recognize(example, { k: 0 }), 'k', '0'],
    [
      'forget without a label',
      () => recognizer().forget(undefined as never),
      'forget',
      'undefined',
    ],
    ['a bundle of nothing', () => encodeBundle(undefined as never), 'encodeBundle', 'undefined'],
    [
      'a bundle of the index, not of its state',
      () => encodeBundle({ index: createIndex({ dims: 2 }) } as never),
      'encodeBundle',
      'index.state()',
    ],
    [
      'a bundle that is text',
      () => decodeBundle('bundle' as never),
      'decodeBundle',
      'no Uint8Array',
    ],
    ['a bundle that is something else', () => decodeBundle(new Uint8Array(64)), 'decodeBundle'],
  ]);
});
