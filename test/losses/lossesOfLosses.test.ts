import { dispose, relu, sub, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import type { Loss } from '../../src/losses/loss.ts';
import { contrastiveLoss } from '../../src/losses/pair/contrastiveLoss.ts';
import { genericPairLoss } from '../../src/losses/pair/genericPairLoss.ts';
import { nPairsLoss } from '../../src/losses/pair/nPairsLoss.ts';
import { ntXentLoss } from '../../src/losses/pair/ntXentLoss.ts';
import { simClrLoss } from '../../src/losses/selfSupervised/simClrLoss.ts';
import { vicRegLoss } from '../../src/losses/selfSupervised/vicRegLoss.ts';
import { dynamicSoftMarginLoss } from '../../src/losses/triplet/dynamicSoftMarginLoss.ts';
import { marginLoss } from '../../src/losses/triplet/marginLoss.ts';
import { tripletMarginLoss } from '../../src/losses/triplet/tripletMarginLoss.ts';
import { crossBatchMemory } from '../../src/losses/wrappers/crossBatchMemory.ts';
import { multipleLosses } from '../../src/losses/wrappers/multipleLosses.ts';
import { selfSupervisedLoss } from '../../src/losses/wrappers/selfSupervisedLoss.ts';
import { tripletMarginMiner } from '../../src/miners/tripletMarginMiner.ts';
import { avgNonZeroReducer } from '../../src/reducers/avgNonZeroReducer.ts';
import { lpRegularizer } from '../../src/regularizers/lpRegularizer.ts';
import { expectClose } from '../support/expectClose.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';

const labels = [0, 1, 0, 1, 2];
const rows = [
  [1, 0.2],
  [0.3, 0.8],
  [0.9, -0.4],
  [-0.2, 1],
  [-1, -0.6],
];

/** A value as a number. */
function numberOf(loss: Loss, ...[, ...rest]: Parameters<Loss['compute']>): number {
  const x = tensor2d(rows);
  const value = loss.compute(x, ...rest);
  const [number = Number.NaN] = value.dataSync();
  dispose([x, value]);
  return number;
}
const x = undefined as unknown as Tensor2D; // stands for the rows

describe('multipleLosses', () => {
  test('adds up, each with its weight and its miner', () => {
    const [first, second] = [contrastiveLoss(), tripletMarginLoss({ margin: 0.5 })];
    const miner = tripletMarginMiner({ margin: 0.5 });
    const both = multipleLosses([
      { loss: first, coefficient: 2 },
      { loss: second, miner },
    ]);
    expect(both.name).toBe('multipleLosses(contrastiveLoss, tripletMarginLoss)');
    const wanted = 2 * numberOf(first, x, labels) + numberOf(second, x, labels);
    expectClose([numberOf(both, x, labels)], [wanted]);
  });

  test('has the weights and the state of its losses under their places', async () => {
    const losses = [marginLoss({ learnBeta: true }), dynamicSoftMarginLoss(), contrastiveLoss()];
    const all = multipleLosses(losses.map((loss) => ({ loss })));
    expect(Object.keys(all.variables)).toEqual(['0.beta']);
    numberOf(all, x, labels);
    const state = await all.state();
    expect(Object.keys(state)).toEqual(['0.beta', '1.histogram']);
    const next = numberOf(all, x, labels);
    numberOf(all, x, [0, 0, 1, 1, 1]);
    expect(numberOf(all, x, labels)).not.toBe(next);
    all.restore(state);
    expect(numberOf(all, x, labels)).toBe(next);
    all.dispose();
    expect(() => numberOf(all, x, labels)).toThrow('expected a loss that was not disposed');
  });

  test.each([
    [[], 'multipleLosses: expected a list of { loss, coefficient?, miner? }, got an empty one.'],
    [
      [{ loss: contrastiveLoss(), coefficient: Number.NaN }],
      'expected [0].coefficient to be a finite number, got [0].coefficient: NaN.',
    ],
  ])('rejects %#', (entries, message) => {
    expect(() => multipleLosses(entries)).toThrow(message);
  });

  test('wants no tuples beside miners', () => {
    const all = multipleLosses([{ loss: contrastiveLoss(), miner: tripletMarginMiner() }]);
    const zero = Int32Array.of(0);
    const tuples = { anchor: zero, positive: zero, negative: zero };
    expect(() => numberOf(all, x, labels, { tuples })).toThrow(
      'multipleLosses: expected no tuples: its miners make them, got tuples.',
    );
  });
});

describe('selfSupervisedLoss', () => {
  const views = (count: number): Tensor2D =>
    tensor2d(Array.from({ length: count * rows.length }, (_, i) => [Math.cos(i), Math.sin(2 * i)]));

  test('takes several views, one after the other', () => {
    expectNoLeak(() => {
      const inner = ntXentLoss({ temperature: 0.5 });
      const others = views(2);
      const ids = [0, 1, 2, 3, 4];
      const wanted = numberOf(inner, x, ids, {
        reference: { embeddings: others, labels: [...ids, ...ids] },
      });
      const loss = selfSupervisedLoss(inner, { symmetric: false });
      expectClose([numberOf(loss, x, null, { reference: { embeddings: others } })], [wanted]);
      others.dispose();
    });
  });

  test('is simClrLoss with ntXentLoss in it', () => {
    const other = views(1);
    const plain = selfSupervisedLoss(ntXentLoss({ temperature: 0.05 }));
    expect(numberOf(simClrLoss(), x, null, { reference: { embeddings: other } })).toBe(
      numberOf(plain, x, null, { reference: { embeddings: other } }),
    );
    other.dispose();
  });

  test.each([
    [nPairsLoss(), 'nPairsLoss, one that takes no reference'],
    [marginLoss(), 'marginLoss, one that has something for each class'],
    [vicRegLoss(), 'vicRegLoss, one without labels'],
  ])('refuses a loss it does not suit: %#', (loss, message) => {
    expect(() => selfSupervisedLoss(loss)).toThrow(
      `selfSupervisedLoss: expected a loss over same and different labels, such as ntXentLoss(), got ${message}.`,
    );
  });

  test('says how many rows it wants', () => {
    const other = tensor2d([[1, 2]]);
    const loss = selfSupervisedLoss(ntXentLoss());
    expect(() => numberOf(loss, x, null, { reference: { embeddings: other } })).toThrow(
      'selfSupervisedLoss(ntXentLoss): expected a reference with one row for each embedding (5), or several times that, got 1 rows.',
    );
    expect(() => numberOf(loss, x, null)).toThrow(
      'expected a reference: the embeddings of another view',
    );
    other.dispose();
  });
});

test('genericPairLoss is contrastiveLoss, given its formulas', () => {
  const regularized = { regularizer: lpRegularizer(), regularizerCoefficient: 2 };
  const generic = genericPairLoss({
    name: 'ownLoss',
    positive: (d) => relu(sub(d, 0.1)),
    negative: (d) => relu(sub(1.5, d)),
    reducer: avgNonZeroReducer(),
    ...regularized,
  });
  const contrastive = contrastiveLoss({ posMargin: 0.1, negMargin: 1.5, ...regularized });
  expect(generic.name).toBe('ownLoss');
  expectClose([numberOf(generic, x, labels)], [numberOf(contrastive, x, labels)]);
});

test.each<[() => unknown, string]>([
  [
    () => selfSupervisedLoss('ntXent' as never),
    'selfSupervisedLoss: expected loss to be a record with a function compute',
  ],
  [
    () => selfSupervisedLoss(ntXentLoss as never),
    'got the function ntXentLoss. Call it: ntXentLoss(..).',
  ],
  [
    () => selfSupervisedLoss(ntXentLoss(), { symetric: false } as never),
    'expected no options but symmetric, got symetric.',
  ],
  [
    () => crossBatchMemory(undefined as never),
    'crossBatchMemory: expected loss to be a record with a function compute',
  ],
  [
    () => crossBatchMemory(ntXentLoss(), { memory_size: 9 } as never),
    'expected no options but size, miner, got memory_size.',
  ],
  [
    () => crossBatchMemory(ntXentLoss(), { miner: 'hard' as never }),
    'expected miner to be a record with a function mine',
  ],
  [
    () => multipleLosses([ntXentLoss()] as never),
    'multipleLosses[0]: expected no options but loss, coefficient, miner, got name.',
  ],
  [
    () => multipleLosses([{ coefficient: 1 }] as never),
    'multipleLosses: expected [0].loss to be a record with a function compute',
  ],
  [
    () => multipleLosses([{ loss: ntXentLoss(), miner: 1 as never }]),
    'expected [0].miner to be a record with a function mine',
  ],
])('what cannot be meant is refused: %#', (make, message) => {
  expect(make).toThrow(message);
});
