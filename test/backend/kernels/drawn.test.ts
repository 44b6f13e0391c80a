import { memory, setBackend } from '@tensorflow/tfjs-core';
import { beforeEach, expect, test } from 'vitest';
import { drawnTensor } from '../../../src/ops/drawnTensor.ts';
import { describeOnSimd } from '../../support/onSimd.ts';

function countingFrom(start: number): () => number {
  let next = start;
  return () => next++;
}

describeOnSimd('A drawn tensor', () => {
  beforeEach(() => setBackend('simd'));

  test('holds the numbers in their order, in memory of the backend', async () => {
    const onSimd = drawnTensor([3, 5], countingFrom(0.5));
    const { numTensors } = memory();
    await setBackend('cpu');
    const onCpu = drawnTensor([3, 5], countingFrom(0.5));
    expect(memory().numTensors).toBe(numTensors + 1);
    expect(onCpu.arraySync()).toEqual(onSimd.arraySync());
    expect(onCpu.arraySync()[1]).toEqual([5.5, 6.5, 7.5, 8.5, 9.5]);
    onSimd.dispose();
    onCpu.dispose();
  });
});
