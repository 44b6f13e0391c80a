import { tensor1d, tensor2d, tensor3d } from '@tensorflow/tfjs-core';
import { describe } from 'vitest';
import {
  arcFaceLoss,
  barlowTwinsLoss,
  circleLoss,
  classWeightedReducer,
  contrastiveLoss,
  cosineSimilarity,
  crossBatchMemory,
  defineLoss,
  defineParametricLoss,
  genericPairLoss,
  histogramLoss,
  lpDistance,
  lpRegularizer,
  manifoldLoss,
  marginLoss,
  meanReducer,
  multipleLosses,
  multipleReducers,
  multiSimilarityLoss,
  nPairsLoss,
  ntXentLoss,
  perAnchorReducer,
  proxyAnchorLoss,
  selfSupervisedLoss,
  semiHardMiner,
  simClrLoss,
  smoothApLoss,
  softTripleLoss,
  sparseCentersRegularizer,
  subCenterArcFaceLoss,
  supConLoss,
  thresholdReducer,
  tripletLoss,
  tripletMarginLoss,
} from '../../../src/index.ts';
import { answerMistakes } from './mistakes.ts';

const x = tensor2d([
  [1, 0],
  [0, 1],
  [1, 1],
  [0, 2],
]);
const labels = [0, 1, 0, 1];
const sizes = { classes: 2, dims: 2 };

describe('Options of losses', () => {
  answerMistakes([
    [
      'a margin below 0',
      () => tripletMarginLoss({ margin: -1 }),
      'tripletMarginLoss',
      'margin',
      '-1',
    ],
    ['a margin as text', () => tripletMarginLoss({ margin: '0.2' as never }), 'margin', '"0.2"'],
    ['a number in place of the options', () => tripletMarginLoss(0.2 as never), 'options', '0.2'],
    [
      'an option of another library',
      () => tripletMarginLoss({ smooth_loss: true } as never),
      'smooth_loss',
      'It is called smooth.',
    ],
    [
      'an option that nothing resembles',
      () => tripletMarginLoss({ colour: 'red' } as never),
      'no options but',
      'colour',
    ],
    ['NaN as margin', () => tripletMarginLoss({ margin: Number.NaN }), 'margin', 'NaN'],
    [
      'the name of a distance',
      () => contrastiveLoss({ distance: 'cosine' as never }),
      'contrastiveLoss',
      'distance',
      '"cosine"',
      /(Similarity|Distance)\(\)/,
    ],
    [
      'a distance that is not called',
      () => contrastiveLoss({ distance: lpDistance as never }),
      'distance',
      'lpDistance()',
    ],
    [
      'the name of a reducer',
      () => ntXentLoss({ reducer: 'mean' as never }),
      'reducer',
      'meanReducer()',
    ],
    ['a temperature of 0', () => ntXentLoss({ temperature: 0 }), 'ntXentLoss', 'temperature', '0'],
    [
      'a temperature below 0',
      () => supConLoss({ temperature: -0.1 }),
      'supConLoss',
      'temperature',
      '-0.1',
    ],
    [
      'null as temperature',
      () => supConLoss({ temperature: null as never }),
      'temperature',
      'null',
    ],
    [
      'an option of circle loss by the letter of the paper',
      () => circleLoss({ m: 0.4, scale: 80 } as never),
      'circleLoss',
      'scale',
    ],
    [
      'a scale of multi-similarity that is text',
      () => multiSimilarityLoss({ beta: '50' as never }),
      'beta',
      '"50"',
    ],
    [
      'a regularizer that is a number',
      () => contrastiveLoss({ regularizer: 0.1 as never }),
      'regularizer',
      'lpRegularizer()',
      '0.1',
    ],
    ['no classes', () => arcFaceLoss({ dims: 2 } as never), 'arcFaceLoss', 'classes', 'undefined'],
    [
      'classes by the name of another library',
      () => arcFaceLoss({ num_classes: 2, dims: 2 } as never),
      'num_classes',
      'It is called classes.',
    ],
    [
      'half a class',
      () => proxyAnchorLoss({ classes: 2.5, dims: 2 }),
      'proxyAnchorLoss',
      'classes',
      '2.5',
    ],
    [
      'embedding_size',
      () => proxyAnchorLoss({ classes: 2, embedding_size: 2 } as never),
      'embedding_size',
      'It is called dims.',
    ],
    [
      'no options at all',
      () => (softTripleLoss as unknown as () => unknown)(),
      'softTripleLoss',
      'undefined',
    ],
    ['0 centers', () => softTripleLoss({ ...sizes, centersPerClass: 0 }), 'centersPerClass', '0'],
    ['0 sub-centers', () => subCenterArcFaceLoss({ ...sizes, subCenters: 0 }), 'subCenters', '0'],
    ['0 proxies', () => manifoldLoss({ dims: 2, proxies: 0 }), 'manifoldLoss', 'proxies', '0'],
    [
      'a learned beta a class without classes',
      () => marginLoss({ classes: 0 }),
      'marginLoss',
      'classes',
      '0',
    ],
    ['1 bin', () => histogramLoss({ bins: 1.5 }), 'histogramLoss', 'bins', '1.5'],
    [
      'a temperature of smoothAP that is a string',
      () => smoothApLoss({ temperature: 'low' as never }),
      'temperature',
      '"low"',
    ],
    [
      'a margin of triplet loss that is text',
      () => tripletLoss('1' as never),
      'tripletLoss',
      'margin',
      '"1"',
    ],
    [
      'a pair loss without its formula',
      () => genericPairLoss({} as never),
      'genericPairLoss',
      'undefined',
    ],
    [
      'a memory without a loss',
      () => crossBatchMemory(undefined as never, { size: 8 }),
      'crossBatchMemory',
      'loss',
      'undefined',
    ],
    [
      'a memory around a loss that is not called',
      () => crossBatchMemory(contrastiveLoss as never, { size: 8 }),
      'crossBatchMemory',
      'loss',
    ],
    [
      'memory_size',
      () => crossBatchMemory(contrastiveLoss(), { memory_size: 8 } as never),
      'memory_size',
      'size',
    ],
    [
      'a memory around a loss that cannot have one',
      () => crossBatchMemory(nPairsLoss(), { size: 8 }),
      'nPairsLoss',
    ],
    [
      'several losses that are no list',
      () => multipleLosses(contrastiveLoss() as never),
      'multipleLosses',
      'a list',
    ],
    ['several losses, none given', () => multipleLosses([]), 'multipleLosses'],
    [
      'losses without the record around each',
      () => multipleLosses([contrastiveLoss()] as never),
      'multipleLosses',
    ],
    [
      'a loss over views around one with classes',
      () => selfSupervisedLoss(arcFaceLoss(sizes)),
      'selfSupervisedLoss',
      'arcFaceLoss',
    ],
    [
      'a loss of one`s own without a formula',
      () => defineLoss({ name: 'mine' } as never).compute(x, labels),
      /./,
    ],
    [
      'a loss with parameters of nothing',
      () => defineParametricLoss(undefined as never),
      'defineParametricLoss',
      'spec',
      'undefined',
    ],
    [
      'a loss with parameters without options',
      () => defineParametricLoss({ parts: () => [], parameterRows: () => x } as never),
      'spec.options',
    ],
  ]);
});

describe('Calls of losses', () => {
  const call = (loss: { compute: unknown }, ...args: unknown[]) =>
    (loss.compute as (...given: unknown[]) => unknown)(...args);
  answerMistakes([
    [
      'labels in the place of embeddings',
      () => call(contrastiveLoss(), labels, x),
      'contrastiveLoss',
      'embeddings',
    ],
    [
      'arrays in the place of a tensor',
      () =>
        call(
          contrastiveLoss(),
          [
            [1, 0],
            [0, 1],
          ],
          [0, 1],
        ),
      'contrastiveLoss',
      'embeddings',
    ],
    [
      'no embeddings',
      () => call(tripletMarginLoss()),
      'tripletMarginLoss',
      'embeddings',
      'undefined',
    ],
    [
      'a promise of embeddings',
      () => call(tripletMarginLoss(), x.array(), labels),
      'tripletMarginLoss',
      'embeddings',
    ],
    [
      'embeddings of rank 1',
      () => call(supConLoss(), tensor1d([1, 2]), [0, 1]),
      'supConLoss',
      '[batch, dims]',
      '[2]',
    ],
    [
      'embeddings of rank 3',
      () => call(supConLoss(), tensor3d([[[1, 2]]]), [0]),
      '[batch, dims]',
      '[1,1,2]',
    ],
    ['no labels', () => call(ntXentLoss(), x), 'ntXentLoss', 'labels', 'undefined'],
    [
      'too few labels',
      () => call(ntXentLoss(), x, [0, 1]),
      'one label per embedding (4)',
      'length 2',
    ],
    [
      'names as labels',
      () => call(ntXentLoss(), x, ['a', 'b', 'a', 'b']),
      'ntXentLoss',
      'labels',
      '"a"',
    ],
    [
      'one-hot labels',
      () =>
        call(
          ntXentLoss(),
          x,
          tensor2d([
            [1, 0],
            [0, 1],
            [1, 0],
            [0, 1],
          ]),
        ),
      'ntXentLoss',
      'labels',
    ],
    [
      'NaN among the embeddings',
      () =>
        call(
          contrastiveLoss(),
          tensor2d([
            [1, 0],
            [Number.NaN, 1],
          ]),
          [0, 1],
        ),
      'NaN',
      'row 1',
    ],
    [
      'labels for a loss over views',
      () => call(simClrLoss(), x, labels, { reference: { embeddings: x } }),
      'simClrLoss',
    ],
    [
      'views of different sizes',
      () => call(barlowTwinsLoss(), x, null, { reference: { embeddings: tensor2d([[1, 0]]) } }),
      'barlowTwinsLoss',
      '4',
      '1',
    ],
    [
      'a label that is no class',
      () => call(arcFaceLoss(sizes), x, [0, 1, 2, 0]),
      'arcFaceLoss',
      '2',
    ],
    [
      'embeddings of other dims than the parameters',
      () => call(proxyAnchorLoss(sizes), tensor2d([[1, 2, 3]]), [0]),
      'proxyAnchorLoss',
      '2',
      '3',
    ],
  ]);
});

describe('Parts of losses', () => {
  answerMistakes([
    ['a norm of 0', () => lpDistance({ p: 0 }), 'lpDistance', 'p', '0'],
    [
      'normalize_embeddings',
      () => lpDistance({ normalize_embeddings: true } as never),
      'normalize_embeddings',
      'It is called normalize.',
    ],
    ['a power of 0', () => cosineSimilarity({ power: 0 }), 'cosineSimilarity', 'power', '0'],
    [
      'a threshold that excludes all',
      () => thresholdReducer({ low: 1, high: 0.5 }),
      'thresholdReducer',
      '1',
      '0.5',
    ],
    ['a threshold without a bound', () => thresholdReducer({}), 'thresholdReducer'],
    [
      'a number in place of thresholds',
      () => thresholdReducer(0.5 as never),
      'thresholdReducer',
      '0.5',
    ],
    [
      'weights of classes that are no list',
      () => classWeightedReducer(2 as never),
      'classWeightedReducer',
      '2',
    ],
    [
      'a weight of NaN',
      () => classWeightedReducer([1, Number.NaN] as never),
      'classWeightedReducer',
      'NaN',
    ],
    [
      'a reducer for anchors that is not called',
      () => perAnchorReducer({ reducer: meanReducer } as never),
      'perAnchorReducer',
    ],
    ['reducers by name', () => multipleReducers({ pos_loss: 'mean' } as never), 'multipleReducers'],
    [
      'a penalty of power text',
      () => lpRegularizer({ power: 'two' as never }),
      'lpRegularizer',
      'power',
      '"two"',
    ],
    [
      'sparse centers without their number',
      () => sparseCentersRegularizer({ classes: 3 } as never),
      'sparseCentersRegularizer',
      'centersPerClass',
    ],
    [
      'a miner that is not called',
      () => multipleLosses([{ loss: contrastiveLoss(), miner: semiHardMiner as never }]),
      'multipleLosses',
      'miner',
    ],
  ]);
});
