import { dispose, relu, sub, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { cosFaceLoss } from '../../src/losses/classification/cosFaceLoss.ts';
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
import { matryoshkaLoss } from '../../src/losses/wrappers/matryoshkaLoss.ts';
import { multipleLosses } from '../../src/losses/wrappers/multipleLosses.ts';
import { relationLoss } from '../../src/losses/wrappers/relationLoss.ts';
import { selfSupervisedLoss } from '../../src/losses/wrappers/selfSupervisedLoss.ts';
import { tripletMarginMiner } from '../../src/miners/tripletMarginMiner.ts';
import { avgNonZeroReducer } from '../../src/reducers/avgNonZeroReducer.ts';
import { lpRegularizer } from '../../src/regularizers/lpRegularizer.ts';
import { pairsByRelation } from '../../src/tuples/pairsByRelation.ts';
import { sharedLabel } from '../../src/tuples/sharedLabel.ts';
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
      'multipleLosses[0]: expected coefficient to be a finite number, got coefficient: NaN.',
    ],
  ])('rejects %#', (entries, message) => {
    expect(() => multipleLosses(entries)).toThrow(message);
  });

  test('wants no tuples beside miners', () => {
    const all = multipleLosses([{ loss: contrastiveLoss(), miner: tripletMarginMiner() }]);
    const zero = Int32Array.of(0);
    const tuples = { anchor: zero, positive: zero, negative: zero };
    expect(() => numberOf(all, x, labels, { tuples })).toThrow(
      'multipleLosses: expected no tuples: the miners make them, got tuples.',
    );
  });
});

describe('matryoshkaLoss', () => {
  const wide = [
    [1, 0.2, 0.5, -0.1],
    [0.3, 0.8, 0, 0.4],
    [0.9, -0.4, 0.2, 0.2],
    [-0.2, 1, 0.7, -0.6],
    [-1, -0.6, 0.1, 0.3],
  ];
  const cut = (length: number): Tensor2D => tensor2d(wide.map((row) => row.slice(0, length)));
  const at = (loss: Loss, length: number): number => {
    const shorter = cut(length);
    const value = loss.compute(shorter, labels);
    const [number = Number.NaN] = value.dataSync();
    dispose([shorter, value]);
    return number;
  };

  test('is the sum of its loss over the prefixes, each times its coefficient', () => {
    const inner = ntXentLoss({ temperature: 0.5 });
    const loss = matryoshkaLoss(inner, { dims: [2, 4], coefficients: [0.5, 2] });
    expect(loss.name).toBe('matryoshkaLoss(ntXentLoss)');
    expectClose([at(loss, 4)], [0.5 * at(inner, 2) + 2 * at(inner, 4)]);
    const plain = matryoshkaLoss(inner, { dims: [2, 3] });
    expectClose([at(plain, 4)], [at(inner, 2) + at(inner, 3)]);
  });

  test('cuts the reference as well', () => {
    const inner = ntXentLoss({ temperature: 0.5 });
    const [x4, x2] = [cut(4), cut(2)];
    const others = tensor2d(wide.map((row) => [...row].reverse()));
    const shorter = tensor2d(wide.map((row) => [...row].reverse().slice(0, 2)));
    const got = matryoshkaLoss(inner, { dims: [2] }).compute(x4, labels, {
      reference: { embeddings: others, labels },
    });
    const wanted = inner.compute(x2, labels, { reference: { embeddings: shorter, labels } });
    expectClose(got.dataSync(), wanted.dataSync());
    dispose([x4, x2, others, shorter, got, wanted]);
  });

  test('has the parameters and the memory of each length, in and out', async () => {
    const make = (seed: number) =>
      matryoshkaLoss((dims) => cosFaceLoss({ classes: 3, dims, seed }), { dims: [2, 4] });
    const [first, second] = [make(1), make(2)];
    expect(Object.values(first.variables).map(({ shape }) => shape)).toEqual([
      [2, 3],
      [4, 3],
    ]);
    expect(at(first, 4)).not.toBe(at(second, 4));
    second.restore(await first.state());
    expect(at(first, 4)).toBe(at(second, 4));
    first.dispose();
    second.dispose();
    const memories = matryoshkaLoss(() => crossBatchMemory(contrastiveLoss(), { size: 6 }), {
      dims: [2, 4],
    });
    at(memories, 4);
    expect(Object.keys(await memories.state())).toContain('1.embeddings');
  });

  test.each([
    [
      () => matryoshkaLoss(crossBatchMemory(contrastiveLoss()), { dims: [2, 4] }),
      'matryoshkaLoss: expected a function that makes the loss of each length: the loss has parameters or a memory, got one crossBatchMemory. Pass (dims) => crossBatchMemory({ .. }).',
    ],
    [
      () => matryoshkaLoss(contrastiveLoss(), { dims: [2, 4], coefficients: [1] }),
      'matryoshkaLoss: expected one coefficient for each of the dims (2), got 1.',
    ],
    [
      () => at(matryoshkaLoss(contrastiveLoss(), { dims: [8] }), 4),
      'matryoshkaLoss(contrastiveLoss): expected embeddings of at least 8 dims, the longest prefix, got 4.',
    ],
    [() => matryoshkaLoss(contrastiveLoss(), { dims: [] }), 'expected dims to be an array'],
  ])('refuses %#', (make, message) => {
    expect(make).toThrow(message);
  });
});

describe('relationLoss', () => {
  const sets = [[0, 3], [3], [1], [1, 2], []];
  const matches = sharedLabel(sets);
  const indices = [0, 1, 2, 3, 4];

  test('takes its positives from the relation', () => {
    const inner = contrastiveLoss({ negMargin: 2 });
    const tuples = {
      positiveAnchor: Int32Array.of(0, 1, 2, 3),
      positive: Int32Array.of(1, 0, 3, 2),
      negativeAnchor: Int32Array.of(0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 4),
      negative: Int32Array.of(2, 3, 4, 2, 3, 4, 0, 1, 4, 0, 1, 4, 0, 1, 2, 3),
    };
    expect(pairsByRelation(indices, matches)).toEqual(tuples);
    const loss = relationLoss(inner, { matches });
    expect(numberOf(loss, x, indices)).toBe(numberOf(inner, x, indices, { tuples }));
  });

  test('is the loss itself where the relation is equality', () => {
    const loss = relationLoss(tripletMarginLoss({ margin: 0.5 }), { matches: (a, b) => a === b });
    expectClose(
      [numberOf(loss, x, labels)],
      [numberOf(tripletMarginLoss({ margin: 0.5 }), x, labels)],
    );
  });

  test('follows the relation into a reference set, and takes tuples as they are', () => {
    const loss = relationLoss(contrastiveLoss({ negMargin: 2 }), { matches });
    const reference = { embeddings: tensor2d(rows), labels: indices };
    const tuples = pairsByRelation(indices, matches, indices);
    expect(numberOf(loss, x, indices, { reference })).toBe(
      numberOf(contrastiveLoss({ negMargin: 2 }), x, indices, { reference, tuples }),
    );
    const few = pairsByRelation([0, 1], () => true);
    expect(numberOf(loss, x, indices, { tuples: few })).toBe(
      numberOf(contrastiveLoss({ negMargin: 2 }), x, indices, { tuples: few }),
    );
    reference.embeddings.dispose();
  });

  test.each([
    [
      () => relationLoss(cosFaceLoss({ classes: 2, dims: 2 }), { matches }),
      'got cosFaceLoss, which has parameters for each class',
    ],
    [() => relationLoss(nPairsLoss(), {} as never), 'expected matches to be a function'],
    [
      () => sharedLabel([['a'] as never]),
      'sharedLabel: expected sets[0] to be a list of whole numbers',
    ],
    [
      () => matches(0, 9),
      'sharedLabel: expected labels to be indices of sets, from 0 to 4, got 9.',
    ],
  ])('refuses %#', (make, message) => {
    expect(make).toThrow(message);
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
    [nPairsLoss(), 'nPairsLoss, one that accepts no reference'],
    [marginLoss(), 'marginLoss, one that has parameters for each class'],
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
    'expected no options but size, miner, warmUp, got memory_size.',
  ],
  [
    () => crossBatchMemory(ntXentLoss(), { miner: 'hard' as never }),
    'expected miner to be a record with the function mine',
  ],
  [
    () => multipleLosses([ntXentLoss()] as never),
    'multipleLosses[0]: expected no options but loss, coefficient, miner, got name.',
  ],
  [
    () => multipleLosses([{ coefficient: 1 }] as never),
    'multipleLosses[0]: expected loss to be a record with the function compute',
  ],
  [
    () => multipleLosses([{ loss: ntXentLoss(), miner: 1 as never }]),
    'multipleLosses[0]: expected miner to be a record with the function mine',
  ],
])('what cannot be meant is refused: %#', (make, message) => {
  expect(make).toThrow(message);
});
