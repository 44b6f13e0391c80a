import '@tensorflow/tfjs-backend-cpu';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { describe } from 'vitest';
import {
  adaptExtractor,
  createAdapter,
  evaluateAdapter,
  fitAdapter,
  ldaAdapter,
  pcaAdapter,
} from '../../../src/index.ts';
import { answerMistakes } from './mistakes.ts';

const features = { data: Float32Array.from({ length: 24 }, (_, i) => Math.sin(i)), shape: [12, 2] };
const labels = Int32Array.from({ length: 12 }, (_, i) => i % 4);
const adapter = createAdapter({ dims: 2, rank: 1 });
const learn = (data: object, options = {}) => fitAdapter(adapter, data as never, options as never);
const extractor = { id: 'a', dims: 3, embed: async () => [] };

describe('Adapters', () => {
  answerMistakes([
    ['an adapter without a width', () => createAdapter({} as never), 'createAdapter', 'dims'],
    [
      'a rank above the width',
      () => createAdapter({ dims: 8, rank: 9 }),
      'createAdapter: expected rank to be at most dims (8), got rank: 9.',
    ],
    ['all features dropped', () => createAdapter({ dims: 8, rank: 2, dropout: 1 }), 'below 1'],
    [
      'another start',
      () => createAdapter({ dims: 8, rank: 2, start: 'zero' as never }),
      "'identity', 'random'",
      '"zero"',
    ],
    ['training on nothing', () => learn(undefined as never), 'fitAdapter', 'data', 'undefined'],
    ['training on features alone', () => learn({ features }), 'one of labels, pairs', 'none'],
    [
      'two forms at once',
      () => learn({ features, labels, pairs: [[0, 1, true]] }),
      'got labels and pairs',
    ],
    [
      'features of another width',
      () =>
        learn({ features: { data: new Float32Array(12), shape: [4, 3] }, labels: [0, 0, 1, 1] }),
      "features of the adapter's width (2), got shape [4,3]",
    ],
    ['too few labels', () => learn({ features, labels: [0, 1] }), 'one label per feature (12)'],
    [
      'too few classes',
      () => learn({ features, labels: labels.map((l) => l % 3) }),
      'at least four classes with two features each',
      'got 3',
      'validation',
    ],
    [
      'an index that is out of range',
      () => learn({ features, triplets: [[0, 1, 12]] }),
      'triplets to hold indices from 0 to 11 (12 features), got 12 in entry 0',
    ],
    [
      'a pair without a grade',
      () => learn({ features, pairs: [[0, 1]] }),
      'true, false or',
      'entry 0',
    ],
    ['a grade that is not finite', () => learn({ features, pairs: [[0, 1, Number.NaN]] }), 'NaN'],
    [
      'pairs that are none',
      () => learn({ features, pairs: [3] }),
      '[a, b, similar]',
      '3 at index 0',
    ],
    [
      'no clicks',
      () => learn({ features, clicks: [] }),
      'clicks to be a list of { query, good, bad }',
    ],
    [
      'a click on an item outside',
      () => learn({ features, clicks: [{ query: 0, good: 99, bad: 1 }] }),
      'clicks to hold indices',
      '99',
    ],
    [
      'pairs of one grade',
      () => learn({ features, pairs: Array.from({ length: 10 }, (_, i) => [i, i + 1, true]) }),
      'pairs of at least two grades',
    ],
    [
      'a loss for pairs',
      () =>
        learn(
          {
            features,
            pairs: Array.from({ length: 11 }, (_, i) => [i, i + 1, i % 2 === 0]),
          },
          { loss: { name: 'mine', compute() {} } },
        ),
      'no loss: pairs are learned from by coSentLoss, got mine',
    ],
    [
      'a validation set of another width',
      () => learn({ features, labels }, { validation: { features: extractor, labels } }),
      'fitAdapter (validation)',
    ],
    ['an option of another function', () => learn({ features, labels }, { epochs: 3 }), 'epochs'],
    [
      'a network over images',
      () =>
        fitAdapter(sequential({ layers: [layers.flatten({ inputShape: [2, 2] })] }), {
          features,
          labels,
        } as never),
      'an input of shape [batch, dims], got [batch, 2, 2]',
    ],
    [
      'judging one class',
      () => evaluateAdapter(adapter, { features, labels: labels.map(() => 1) } as never),
      'evaluateAdapter: expected at least two classes, one of which has two features',
    ],
    ['judging without an adapter', () => evaluateAdapter(null as never, {} as never), 'null'],
    [
      'more axes than features',
      () => pcaAdapter(features as never, { dims: 3 }),
      'dims to be at most the width of the features (2), got dims: 3',
    ],
    [
      'LDA of classes of one',
      () =>
        ldaAdapter(
          features as never,
          Array.from({ length: 12 }, (_, i) => i),
        ),
      'features of at least two classes, one of which has two',
    ],
    [
      'an adapter after an extractor of another width',
      () => adaptExtractor(extractor, adapter),
      'adaptExtractor',
      '[batch, 3]',
      '[batch, 2]',
    ],
    ['an extractor that is none', () => adaptExtractor('minilm' as never, adapter), '"minilm"'],
  ]);
});
