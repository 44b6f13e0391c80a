import '@tensorflow/tfjs-backend-cpu';
import { tensor2d } from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { describe } from 'vitest';
import { registerSimdBackend } from '../../../src/backend.ts';
import {
  balancedStream,
  classBalancedSampler,
  cosineDecay,
  createEmbedder,
  doNothingReducer,
  fixedTripletsSampler,
  hierarchicalSampler,
  inverseTimeDecay,
  mPerClassSampler,
  relationSampler,
  semiHardMiner,
  shiftImages,
  smallConvNet,
  stepDecay,
  TripletModel,
  tripletLoss,
  tripletMarginLoss,
  warmup,
  warpImages,
  weightedSampler,
} from '../../../src/index.ts';
import { rings } from '../../support/rings.ts';
import { answerMistakes } from './mistakes.ts';

const data = rings(24);
const base = () => sequential({ layers: [layers.dense({ inputShape: [2], units: 3 })] });

function model(): TripletModel {
  const made = new TripletModel(base());
  made.compile({ optimizer: 'adam', loss: tripletLoss(1) });
  return made;
}

const attempt = (options: object, given: object = data) =>
  model().fit(given as never, options as never);
const compile = (options: unknown) => new TripletModel(base()).compile(options as never);

describe('Networks', () => {
  answerMistakes([
    [
      'a model around nothing',
      () => new TripletModel(undefined as never),
      'TripletModel',
      'base',
      'undefined',
    ],
    [
      'a model around a layer',
      () => new TripletModel(layers.dense({ units: 2 }) as never),
      'TripletModel',
      'LayersModel',
    ],
    [
      'a network that ends in images',
      () =>
        new TripletModel(
          sequential({
            layers: [layers.conv2d({ inputShape: [8, 8, 1], filters: 1, kernelSize: 3 })],
          }),
        ),
      '[batch, dims]',
      'flatten()',
    ],
    [
      'an option that the model has not',
      () => new TripletModel(base(), { dims: 3 } as never),
      'TripletModel',
      'dims',
    ],
    [
      'an input shape of text',
      () => smallConvNet({ inputShape: '28x28' } as never),
      'smallConvNet',
      '28x28',
    ],
    [
      'an embedder around nothing',
      () => createEmbedder(undefined as never),
      'createEmbedder',
      'undefined',
    ],
    ['a shift of text', () => shiftImages('2' as never), 'shiftImages', '"2"'],
    ['a wrong rotation', () => warpImages({ rotation: -5 }), 'warpImages', 'rotation: -5'],
  ]);
});

describe('compile and fit', () => {
  answerMistakes([
    ['compile with nothing', () => compile(undefined), 'TripletModel.compile', 'undefined'],
    [
      'a loss that is not called',
      () => compile({ optimizer: 'adam', loss: tripletMarginLoss }),
      'TripletModel.compile',
      /Call .*tripletMarginLoss\(/,
    ],
    ['a loss by name', () => compile({ optimizer: 'adam', loss: 'triplet' }), 'loss', '"triplet"'],
    ['no loss', () => compile({ optimizer: 'adam' }), 'loss', 'undefined'],
    [
      'an optimizer that there is not',
      () => compile({ optimizer: 'adamw', loss: tripletLoss(1) }),
      'optimizer',
      'adamw',
    ],
    ['no optimizer', () => compile({ loss: tripletLoss(1) }), 'optimizer', 'undefined'],
    [
      'metrics, as in Keras',
      () => compile({ optimizer: 'adam', loss: tripletLoss(1), metrics: ['accuracy'] }),
      'metrics',
    ],
    [
      'a loss that is not reduced',
      () => {
        const loss = tripletMarginLoss({ reducer: doNothingReducer(), margin: 9 });
        const model = new TripletModel(base());
        model.compile({ optimizer: 'sgd', loss });
        return model.fit(data);
      },
      'tripletMarginLoss to be one number',
      'meanReducer()',
    ],
    ['fit before compile', () => new TripletModel(base()).fit(data), 'compiled', 'compile('],
    ['fit without data', () => model().fit(undefined as never), 'TripletModel.fit', 'data'],
    [
      'fit with the examples alone',
      () => attempt({}, data.examples),
      'TripletModel.fit',
      'examples',
    ],
    [
      'examples without labels',
      () => attempt({}, { examples: data.examples }),
      'TripletModel.fit',
      'labels',
    ],
    [
      'examples of one class',
      () => {
        const made = new TripletModel(base());
        made.compile({ optimizer: 'adam', loss: tripletMarginLoss() });
        const one = { examples: data.examples, labels: new Int32Array(24) };
        return made.fit(one, { sampler: mPerClassSampler({ m: 4 }) });
      },
      'TripletModel.fit',
      'at least two classes for tripletMarginLoss',
      'one class (0)',
    ],
    [
      'batches of one class each',
      () => {
        const made = new TripletModel(base());
        made.compile({ optimizer: 'adam', loss: tripletMarginLoss() });
        return made.fit(data, { sampler: mPerClassSampler({ m: 4 }), batchSize: 4 });
      },
      'TripletModel.fit',
      'batches with pairs or triplets for tripletMarginLoss',
      'Make batches of several classes',
    ],
    [
      'labels that are ids and names',
      () =>
        attempt(
          {},
          { examples: data.examples, labels: Array.from(data.labels, (id) => id || 'c') },
        ),
      'labels',
      '"c"',
    ],
    [
      'as many labels as values',
      () => attempt({}, { examples: data.examples, labels: new Int32Array(48) }),
      'one label per example (24)',
      '48',
    ],
    ['epoch for epochs', () => attempt({ epoch: 3 }), 'epoch', 'It is called epochs.'],
    [
      'validationData',
      () => attempt({ validationData: data }),
      'validationData',
      'It is called validation.',
    ],
    ['batch_size', () => attempt({ batch_size: 4 }), 'batch_size', 'It is called batchSize.'],
    ['0 epochs', () => attempt({ epochs: 0 }), 'epochs', '0'],
    ['a batch of text', () => attempt({ batchSize: '8' }), 'batchSize', '"8"'],
    [
      'a learning rate that is a number',
      () => attempt({ learningRate: 0.001 }),
      'learningRate',
      '0.001',
    ],
    ['a bad seed', () => attempt({ seed: -3 }), 'TripletModel.fit', 'seed', '-3'],
    ['hard negatives as a flag', () => attempt({ hardNegatives: true }), 'hardNegatives', 'true'],
    [
      'a momentum encoder of one view',
      () => attempt({ momentumEncoder: { momentum: 0.99 } }),
      'views: 2',
      'views: 1',
    ],
    [
      'a momentum encoder by its momentum',
      () => attempt({ momentumEncoder: 0.99 }),
      'momentumEncoder',
      '0.99',
    ],
    ['a sampler that is not called', () => attempt({ sampler: mPerClassSampler }), 'sampler'],
    ['a miner for a sampler of triplets', () => attempt({ miner: semiHardMiner }), 'miner'],
    ['a signal that is the controller', () => attempt({ signal: new AbortController() }), 'signal'],
    ['a callback that is no function', () => attempt({ onStep: 'print' }), 'onStep', '"print"'],
    [
      'early stopping as a flag',
      () => attempt({ earlyStopping: true, validation: data }),
      'earlyStopping',
      'true',
    ],
    [
      'evaluate without data',
      () => model().evaluate(undefined as never),
      'TripletModel.evaluate',
      'data',
    ],
    [
      'embed nothing',
      () => model().embed(undefined as never),
      'TripletModel.embed',
      'examples',
      'undefined',
    ],
    [
      'embed examples of another shape',
      () => model().embed(tensor2d([[1, 2, 3]])),
      'TripletModel.embed',
      '[count, 2]',
      '[1, 3]',
    ],
    ['save to nowhere', () => model().save(undefined as never), 'TripletModel.save', 'undefined'],
    [
      'load from nowhere',
      () => TripletModel.load(undefined as never),
      'TripletModel.load',
      'undefined',
    ],
    [
      'load from a folder that is not there',
      () => TripletModel.load('file:///no/such/folder'),
      '/no/such/folder',
    ],
    [
      'load from a scheme that there is not',
      () => TripletModel.load('s3://bucket'),
      'TripletModel.load',
      's3://bucket',
    ],
  ]);
});

describe('Schedules, samplers and streams', () => {
  answerMistakes([
    ['a rate below 0', () => inverseTimeDecay(-1, 0.1), 'inverseTimeDecay', '-1'],
    ['a schedule without steps', () => stepDecay(0.1, 0), 'stepDecay', '0'],
    [
      'a cosine without its length',
      () => (cosineDecay as (rate: number) => unknown)(0.1),
      'cosineDecay',
      'undefined',
    ],
    ['a warm-up before a number', () => warmup(10, 0.1 as never), 'warmup', '0.1'],
    ['m of 0', () => mPerClassSampler({ m: 0 }), 'mPerClassSampler', 'm', '0'],
    ['m alone, not in a record', () => mPerClassSampler(4 as never), 'mPerClassSampler', '4'],
    [
      'length_before_new_iter',
      () => mPerClassSampler({ m: 2, length_before_new_iter: 10 } as never),
      'length_before_new_iter',
    ],
    [
      'a balanced sampler with unknown options',
      () => classBalancedSampler({ beta: 0.9 } as never),
      'classBalancedSampler',
      'beta',
    ],
    [
      'weights as text',
      () => weightedSampler({ weights: 'all' } as never),
      'weightedSampler',
      'weights',
      '"all"',
    ],
    [
      'a relation that is a table',
      () => relationSampler({ matches: [[0, 1]] as never, m: 2 }),
      'relationSampler',
      'matches',
    ],
    ['no weights', () => weightedSampler({} as never), 'weightedSampler', 'weights', 'undefined'],
    [
      'triplets that are pairs',
      () => fixedTripletsSampler({ anchor: [0], positive: [1] } as never),
      'fixedTripletsSampler',
    ],
    ['a hierarchy of nothing', () => hierarchicalSampler({} as never), 'hierarchicalSampler'],
    [
      'a stream of nothing',
      async () => {
        for await (const _ of balancedStream(undefined as never, {} as never)) break;
      },
      'balancedStream',
    ],
  ]);
});

describe('Backends', () => {
  answerMistakes([
    ['0 threads', () => registerSimdBackend({ threads: 0 }), 'registerSimdBackend', 'threads', '0'],
    ['threads as text', () => registerSimdBackend({ threads: '2' as never }), 'threads', '"2"'],
    ['an option that it has not', () => registerSimdBackend({ workers: 2 } as never), 'workers'],
    [
      'a number in place of options',
      () => registerSimdBackend(2 as never),
      'registerSimdBackend',
      '2',
    ],
  ]);
});
