import {
  dispose,
  type Tensor,
  type Tensor1D,
  tensor1d,
  tensor2d,
  valueAndGrad,
} from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { avgNonZeroReducer } from '../../src/reducers/avgNonZeroReducer.ts';
import { classWeightedReducer } from '../../src/reducers/classWeightedReducer.ts';
import { divisorReducer } from '../../src/reducers/divisorReducer.ts';
import { doNothingReducer } from '../../src/reducers/doNothingReducer.ts';
import { meanReducer } from '../../src/reducers/meanReducer.ts';
import { multipleReducers } from '../../src/reducers/multipleReducers.ts';
import { perAnchorReducer } from '../../src/reducers/perAnchorReducer.ts';
import type { LossPart, Reducer } from '../../src/reducers/reducer.ts';
import { sumReducer } from '../../src/reducers/sumReducer.ts';
import { thresholdReducer } from '../../src/reducers/thresholdReducer.ts';
import { expectClose } from '../support/expectClose.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';

const labels = Int32Array.of(0, 1, 0, 1);

function reduce(reducer: Reducer, values: number[], rest: Partial<LossPart> = {}): number[] {
  const tensor = tensor1d(values, 'float32');
  const part = { name: 'loss', kind: 'elements', values: tensor, ...rest } as LossPart;
  const reduced = reducer.reduce(part, labels) as Tensor;
  const numbers = [...reduced.dataSync()];
  dispose([tensor, reduced]);
  return numbers;
}

describe.each([
  ['meanReducer', meanReducer()],
  ['sumReducer', sumReducer()],
  ['avgNonZeroReducer', avgNonZeroReducer()],
  ['thresholdReducer', thresholdReducer({ low: 1 })],
  ['classWeightedReducer', classWeightedReducer([1, 2])],
  ['perAnchorReducer', perAnchorReducer()],
])('%s', (_, reducer) => {
  test('gives 0, with gradient 0, where nothing counts', () => {
    expectNoLeak(() => {
      const counts = tensor1d([0, 0, 0, 0]);
      const x = tensor1d([3, 1, 2, 5]);
      const part = { name: 'loss', kind: 'elements', counts } as const;
      const { value, grad } = valueAndGrad((values) =>
        reducer.reduce({ ...part, values: values as Tensor1D }, labels),
      )(x);
      expect([...value.dataSync()]).toEqual([0]);
      expect([...grad.dataSync()]).toEqual([0, 0, 0, 0]);
      dispose([counts, x, value, grad]);
    });
  });

  test('gives 0 for an empty list', () => {
    const anchors = new Int32Array(0);
    expect(reduce(reducer, [], { kind: 'elements', anchors })).toEqual([0]);
  });
});

test('a value counts as often as its count says', () => {
  const counts = tensor1d([3, 0, 1, 0]);
  expect(reduce(meanReducer(), [2, 9, 6, 9], { counts })).toEqual([3]);
  expect(reduce(sumReducer(), [2, 9, 6, 9], { counts })).toEqual([12]);
  expect(reduce(avgNonZeroReducer(), [0, 9, 6, 9], { counts })).toEqual([6]);
  counts.dispose();
});

test('class weights may act by their mean', () => {
  const reducer = classWeightedReducer([1, 3]);
  expect(reduce(reducer, [1, 0, 1, 0])).toEqual([0.5]);
  expect(reduce(reducer, [1, 0, 1, 0], { meanClassWeight: true })).toEqual([1]);
});

test('an anchor with many pairs counts no more than one with few', () => {
  const values = tensor2d([
    [9, 4, 4],
    [1, 9, 9],
    [9, 9, 9],
  ]);
  const counts = tensor2d([
    [0, 1, 1],
    [5, 0, 0],
    [0, 0, 0],
  ]);
  const reduced = perAnchorReducer().reduce(
    { name: 'positive', kind: 'pairs', values, counts },
    null,
  );
  expectClose(reduced.dataSync(), [(4 + 1 + 0) / 3]);
  dispose([values, counts, reduced]);
});

test('doNothingReducer lists the values that count, repeated as often as they do', () => {
  const counts = tensor1d([1, 0, 2, 0]);
  expect(reduce(doNothingReducer(), [5, 6, 7, 8], { counts })).toEqual([5, 7, 7]);
  expect(reduce(doNothingReducer(), [5, 6])).toEqual([5, 6]);
  counts.dispose();
});

test('multipleReducers goes by the name of the part', () => {
  const reducer = multipleReducers({ positive: sumReducer() });
  expect(reduce(reducer, [1, 2, 3], { name: 'positive' })).toEqual([6]);
  expect(reduce(reducer, [1, 2, 3], { name: 'negative' })).toEqual([2]);
});

test.each([
  [
    () => thresholdReducer({}),
    'thresholdReducer: expected low or high or both, with low < high, got low: undefined, high: undefined.',
  ],
  [() => thresholdReducer({ low: 2, high: 1 }), 'got low: 2, high: 1.'],
  [
    () => thresholdReducer({ low: Number.NaN }),
    'thresholdReducer: expected low to be a finite number, got low: NaN.',
  ],
  [
    () => classWeightedReducer([1, -1]),
    'classWeightedReducer: expected weights[1] to be a finite number >= 0, got weights[1]: -1.',
  ],
  [
    () => classWeightedReducer(undefined as never),
    'expected weights to be an array, a number for each class, got undefined.',
  ],
  [
    () => perAnchorReducer('mean' as never),
    'perAnchorReducer: expected reducer to be a record with a function reduce',
  ],
  [
    () => multipleReducers({ positive: sumReducer as never }),
    "expected positive to be a record with a function reduce, as the library's own are, got the function sumReducer. Call it: sumReducer(..).",
  ],
  [
    () => multipleReducers([meanReducer()] as never),
    'expected reducers to be a record, { positive: sumReducer() }',
  ],
  [
    () => reduce(classWeightedReducer([1]), [1, 2, 3, 4]),
    'classWeightedReducer: expected class ids from 0 to 0, one for each weight, got 1.',
  ],
  [
    () => reduce(divisorReducer(), [1]),
    "divisorReducer: expected a loss that has a divisor (marginLoss, proxyAnchorLoss), got the part 'loss' of one that has none. Use meanReducer() for this loss.",
  ],
  [
    () => reduce(perAnchorReducer(), [1], { kind: 'triplets' }),
    "perAnchorReducer: expected a loss over pairs or elements, got the part 'loss' of one over triplets.",
  ],
])('says what does not fit: %#', (run, message) => {
  expect(run).toThrow(message);
});
