import { tensor2d } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { lpDistance } from '../../src/distances/lpDistance.ts';
import { semiHardMiner } from '../../src/miners/semiHardMiner.ts';

describe('semiHardMiner', () => {
  const distance = lpDistance({ normalize: false });

  test('takes the nearest negative that is farther than the positive', () => {
    const x = tensor2d([[0], [3], [1], [4], [9]]);
    const { anchor, positive, negative } = semiHardMiner({ distance }).mine(x, [0, 0, 1, 1, 1]);
    const first = anchor.indexOf(0); // distances: positive 3, negatives 1, 4, 9
    expect([positive[first], negative[first]]).toEqual([1, 3]);
    x.dispose();
  });

  test('takes the farthest negative where all are nearer than the positive', () => {
    const x = tensor2d([[0], [10], [1], [4]]);
    const { anchor, negative } = semiHardMiner({ distance }).mine(x, [0, 0, 1, 1]);
    expect(negative[anchor.indexOf(0)]).toBe(3);
    x.dispose();
  });

  test('gives one triplet for each positive pair', () => {
    const x = tensor2d([[0], [1], [2], [5], [7]]);
    expect(semiHardMiner().mine(x, [0, 0, 0, 1, 1]).anchor).toHaveLength(8);
    expect(semiHardMiner().mine(x, [0, 0, 0, 0, 0]).anchor).toHaveLength(0);
    x.dispose();
  });
});
