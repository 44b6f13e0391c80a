import { dispose, memory, type Tensor2D, tensor2d, valueAndGrad } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { cosineSimilarity } from '../../src/distances/cosineSimilarity.ts';
import { lpDistance } from '../../src/distances/lpDistance.ts';
import type { LossReference } from '../../src/losses/computeOptions.ts';
import type { Loss } from '../../src/losses/loss.ts';
import { marginLoss } from '../../src/losses/triplet/marginLoss.ts';
import { tripletMarginLoss } from '../../src/losses/triplet/tripletMarginLoss.ts';
import { createRandom } from '../../src/random/createRandom.ts';
import { avgNonZeroReducer } from '../../src/reducers/avgNonZeroReducer.ts';
import { classWeightedReducer } from '../../src/reducers/classWeightedReducer.ts';
import { doNothingReducer } from '../../src/reducers/doNothingReducer.ts';
import { meanReducer } from '../../src/reducers/meanReducer.ts';
import { sumReducer } from '../../src/reducers/sumReducer.ts';
import { thresholdReducer } from '../../src/reducers/thresholdReducer.ts';
import { allTriplets } from '../../src/tuples/allTriplets.ts';
import { expectClose } from '../support/expectClose.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';

function randomRows(seed: number, count: number, dims = 5): Tensor2D {
  const random = createRandom(seed);
  return tensor2d(
    Float32Array.from({ length: count * dims }, () => 2 * random.next() - 1),
    [count, dims],
  );
}

const reducers = {
  meanReducer,
  sumReducer,
  avgNonZeroReducer,
  thresholdReducer: () => thresholdReducer({ low: 0.1, high: 0.8 }),
  'thresholdReducer, below': () => thresholdReducer({ high: 0.4 }),
  classWeightedReducer: () => classWeightedReducer([1, 0.5, 3]),
};
const ways = {
  plain: {},
  swapped: { swap: true },
  smooth: { smooth: true },
  'swapped and smooth': { swap: true, smooth: true },
  cosine: { distance: cosineSimilarity(), swap: true },
};

/** The same of all triplets of the labels, and of their list. */
function expectListed(loss: Loss, labels: Int32Array, reference?: LossReference): void {
  const x = randomRows(3, labels.length);
  const others = reference && (reference.labels as Int32Array);
  const list = allTriplets(labels, others);
  const [all, listed] = [undefined, list].map((tuples) => {
    const { value, grad } = valueAndGrad((e) =>
      loss.compute(e as Tensor2D, labels, { tuples, reference }),
    )(x);
    const numbers = [...value.dataSync(), ...grad.dataSync()];
    dispose([value, grad]);
    return numbers;
  });
  x.dispose();
  expectClose(all ?? [], listed ?? []);
}

describe.each(Object.keys(ways) as (keyof typeof ways)[])('all triplets, %s', (way) => {
  test.each(Object.keys(reducers) as (keyof typeof reducers)[])(
    'are what their list is: %s',
    (name) => {
      const loss = tripletMarginLoss({ margin: 0.3, reducer: reducers[name](), ...ways[way] });
      expectListed(loss, Int32Array.of(0, 1, 2, 0, 1, 0, 2, 1, 0));
      expectListed(
        loss,
        Int32Array.from({ length: 36 }, (_, i) => i % 2),
      ); // enough to sort
    },
  );

  test('are what their list is with a reference set', () => {
    const reference = { embeddings: randomRows(9, 7), labels: Int32Array.of(0, 1, 1, 0, 5, 2, 0) };
    const loss = tripletMarginLoss({ margin: 0.3, ...ways[way] });
    expectListed(loss, Int32Array.of(0, 1, 2, 0, 1), reference);
    reference.embeddings.dispose();
  });
});

test.each(Object.keys(reducers) as (keyof typeof reducers)[])(
  'marginLoss over all triplets is what it is over their list: %s',
  (name) => {
    const loss = marginLoss({ beta: 0.9, reducer: reducers[name]() });
    expectListed(loss, Int32Array.of(0, 1, 2, 0, 1, 0, 2, 1, 0));
  },
);

test('has the value worked out on its page', () => {
  const x = tensor2d([
    [1, 0],
    [0.6, 0.8],
    [0, 1],
  ]);
  const value = tripletMarginLoss({ margin: 0.5 }).compute(x, [0, 0, 1]);
  expectClose(value.dataSync(), [Math.sqrt(0.8) - Math.sqrt(0.4) + 0.5]);
  dispose([x, value]);
});

test('a batch of 1,024 leaves no list of its 95 million triplets', () => {
  expectNoLeak(() => {
    const labels = Int32Array.from({ length: 1024 }, (_, i) => i % 10);
    const x = randomRows(1, 1024, 128);
    const before = memory().numBytes;
    const loss = tripletMarginLoss({ margin: 0.2 });
    const { value, grad } = valueAndGrad((e) => {
      const loss1024 = loss.compute(e as Tensor2D, labels);
      expect(memory().numBytes - before).toBeLessThan(64 * 1024 * 1024);
      return loss1024;
    })(x);
    expect(value.dataSync()[0]).toBeGreaterThan(0.1);
    expect(grad.dataSync().every(Number.isFinite)).toBe(true);
    dispose([x, value, grad]);
  });
});

test('takes so many random triplets of each anchor, which seed and batch determine', () => {
  const labels = Array.from({ length: 12 }, (_, i) => i % 3);
  const drawn = (seed: number, batch: number): number[] => {
    const x = randomRows(batch, 12);
    // Distances that tell which pair they are of, whatever the embeddings.
    const distance = {
      ...lpDistance(),
      matrix: () =>
        tensor2d(
          Float32Array.from({ length: 144 }, (_, i) => i / 1000),
          [12, 12],
        ),
    };
    const reducer = doNothingReducer();
    const options = { tripletsPerAnchor: 2, seed, reducer, margin: 2, distance };
    const values = tripletMarginLoss(options).compute(x, labels);
    const numbers = [...values.dataSync()];
    dispose([x, values]);
    return numbers;
  };
  expect(drawn(1, 2)).toHaveLength(24);
  expect(drawn(1, 2)).toEqual(drawn(1, 2));
  expect(drawn(2, 2)).not.toEqual(drawn(1, 2));
  expect(drawn(1, 3)).not.toEqual(drawn(1, 2));
});

test('measures in the distance it is given', () => {
  const x = tensor2d([[0], [1], [3]]);
  const distance = lpDistance({ power: 2, normalize: false });
  const value = tripletMarginLoss({ margin: 4, distance, reducer: sumReducer() }).compute(
    x,
    [0, 0, 1],
  );
  expectClose(value.dataSync(), [1 - 4 + 4]); // the other anchor has 1 - 9 + 4 < 0
  dispose([x, value]);
});
