import { dispose, tensor2d } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { smoothApLoss } from '../../src/losses/ranking/smoothApLoss.ts';
import { createRandom } from '../../src/random/createRandom.ts';
import { expectClose } from '../support/expectClose.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';

/** The paper's formula, triplet by triplet. */
function byFormula(rows: number[][], labels: number[], temperature: number): number[] {
  const cosine = (x: number[], y: number[]): number =>
    x.reduce((total, value, k) => total + value * (y[k] as number), 0) /
    (Math.hypot(...x) * Math.hypot(...y));
  return rows.map((anchor, a) => {
    const s = rows.map((row) => cosine(anchor, row));
    const rankOf = (p: number, among: number[]): number =>
      among.reduce((rank, j) => {
        const ahead = (s[j] as number) - (s[p] as number);
        return j === p ? rank : rank + 1 / (1 + Math.exp(-ahead / temperature));
      }, 1);
    const all = rows.map((_, j) => j);
    const members = all.filter((j) => labels[j] === labels[a]);
    const precisions = members.map((p) => rankOf(p, members) / rankOf(p, all));
    return 1 - precisions.reduce((total, value) => total + value, 0) / members.length;
  });
}

const random = createRandom(1);
const labels = [2, 0, 1, 0, 0, 2, 1, 0, 5];
const rows = labels.map(() => Array.from({ length: 4 }, () => 2 * random.next() - 1));

test.each([0.01, 0.1, 1])(
  'is the formula at temperature %d, for classes of any size in any order',
  (temperature) => {
    const each = byFormula(rows, labels, temperature).slice(0, -1); // the last is alone in its class
    const x = tensor2d(rows);
    expectNoLeak(() => {
      const value = smoothApLoss({ temperature }).compute(x, labels);
      expectClose([...value.dataSync()], [each.reduce((total, v) => total + v, 0) / each.length]);
      dispose(value);
    });
    dispose(x);
  },
);

test('is 0 for a perfect ranking, and what the average precision lacks for another', () => {
  const ranked = (second: number[]): number => {
    const x = tensor2d([[1, 0], second, [0.6, 0.8], [0.7, 0.7], [0.8, 0.6]]);
    const value = smoothApLoss().compute(x, [0, 0, 1, 1, 1]);
    const [number = Number.NaN] = value.dataSync();
    dispose([x, value]);
    return number;
  };
  expect(ranked([0.99, -0.1])).toBeCloseTo(0, 4);
  // Anchors 0 and 1 find each other at the fifth place: precisions 1 and 2 / 5. Those of class 1 are ranked well.
  expect(ranked([-1, 0])).toBeCloseTo((2 * (1 - (1 + 2 / 5) / 2)) / 5, 4);
});

test('tuples weigh the examples by how often they are in them', () => {
  const x = tensor2d(rows);
  const of = (...list: number[]): Int32Array => Int32Array.from(list);
  const tuples = { anchor: of(1, 1), positive: of(3, 3), negative: of(0, 2) };
  const weights = [0.5, 1, 0.5, 1, 0, 0, 0, 0, 0];
  const expected = byFormula(rows, labels, 0.1).reduce(
    (total, v, i) => total + v * (weights[i] as number),
    0,
  );
  const value = smoothApLoss({ temperature: 0.1 }).compute(x, labels, { tuples });
  expectClose([...value.dataSync()], [expected / 8]);
  dispose([x, value]);
});
