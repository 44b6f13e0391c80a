import { tensor2d } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { batchHardMiner } from '../../src/miners/batchHardMiner.ts';
import type { Miner } from '../../src/miners/miner.ts';
import { multiSimilarityMiner } from '../../src/miners/multiSimilarityMiner.ts';
import { pairMarginMiner } from '../../src/miners/pairMarginMiner.ts';
import { relationMiner } from '../../src/miners/relationMiner.ts';
import { semiHardMiner } from '../../src/miners/semiHardMiner.ts';
import { sharedLabel } from '../../src/tuples/sharedLabel.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';

const rows = [
  [1, 0.1],
  [0.8, 0.6],
  [0.1, 1],
  [0.5, 0.8],
  [-1, 0.3],
  [-0.4, -0.9],
];
const labels = [0, 0, 1, 1, 2, 2];

const miners: [string, Miner][] = [
  batchHardMiner(),
  semiHardMiner(),
  multiSimilarityMiner(),
  pairMarginMiner(),
].map((miner) => [miner.name, miner]);

describe.each(miners)('relationMiner(%s)', (_, miner) => {
  test('mines what the miner mines where the relation is equality', () => {
    const x = tensor2d(rows);
    const related = relationMiner(miner, { matches: (a, b) => a === b });
    expect(expectNoLeak(() => related.mine(x, labels))).toEqual(miner.mine(x, labels));
    const reference = { embeddings: x, labels: Int32Array.from(labels) };
    expect(related.mine(x, labels, { reference })).toEqual(miner.mine(x, labels, { reference }));
    x.dispose();
  });

  test('takes positives that match their anchor, and negatives that do not', () => {
    const matches = sharedLabel([[0], [0, 1], [1], [1, 2], [2], []]);
    const x = tensor2d(rows);
    const tuples = relationMiner(miner, { matches }).mine(x, [0, 1, 2, 3, 4, 5]);
    const pairs =
      'anchor' in tuples
        ? { ...tuples, positiveAnchor: tuples.anchor, negativeAnchor: tuples.anchor }
        : tuples;
    expect(pairs.positive.length).toBeGreaterThan(0);
    pairs.positive.forEach((p, i) => {
      const a = pairs.positiveAnchor[i] as number;
      expect(a !== p && matches(a, p)).toBe(true);
    });
    pairs.negative.forEach((n, i) => {
      expect(matches(pairs.negativeAnchor[i] as number, n)).toBe(false);
    });
    x.dispose();
  });
});

test('refuses what is no miner', () => {
  expect(() => relationMiner(semiHardMiner as never, { matches: () => true })).toThrow(
    'relationMiner: expected miner to be a record with a function mine',
  );
});
