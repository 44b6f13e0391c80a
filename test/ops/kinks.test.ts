import {
  dispose,
  sum,
  type Tensor,
  type Tensor1D,
  tensor1d,
  valueAndGrad,
} from '@tensorflow/tfjs-core';
import { describe, test } from 'vitest';
import { hinge } from '../../src/ops/hinge.ts';
import { magnitude } from '../../src/ops/magnitude.ts';
import { safeAcos } from '../../src/ops/safeAcos.ts';
import { safePow } from '../../src/ops/safePow.ts';
import { safeSqrt } from '../../src/ops/safeSqrt.ts';
import { stopGradient } from '../../src/ops/stopGradient.ts';
import { expectClose } from '../support/expectClose.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';

type Op = (x: Tensor1D) => Tensor;

function expectOp(op: Op, inputs: number[], values: number[], slopes: number[]): void {
  expectNoLeak(() => {
    const x = tensor1d(inputs);
    const got = op(x);
    const { value, grad } = valueAndGrad((t) => sum(op(t as Tensor1D)))(x);
    expectClose(got.dataSync(), values);
    expectClose(grad.dataSync(), slopes);
    dispose([x, got, value, grad]);
  });
}

describe('operations where tfjs has NaN or Infinity for a gradient', () => {
  test('safeSqrt at 0', () => {
    expectOp(safeSqrt, [0, 4, 9], [0, 2, 3], [0, 1 / 4, 1 / 6]);
  });

  test('safePow at 0', () => {
    expectOp((x) => safePow(x, 0.5), [0, 4], [0, 2], [0, 1 / 4]);
    expectOp((x) => safePow(x, 3), [0, 2], [0, 8], [0, 12]);
    expectOp((x) => safePow(x, 1), [0, 2], [0, 2], [1, 1]);
  });

  test('safeAcos at its ends, and past them', () => {
    const inputs = [-1.0000001, -1, 0, 0.5, 1, 1.0000001];
    const slopes = [0, 0, -1, -1 / Math.sqrt(0.75), 0, 0];
    const { PI } = Math;
    expectOp(safeAcos, inputs, [PI, PI, PI / 2, PI / 3, 0, 0], slopes);
  });

  test('hinge on either side of its bound', () => {
    expectOp((x) => hinge(x, 1), [0, 1, 3], [0, 0, 2], [0, 0, 1]);
    expectOp((x) => hinge(x, 1, true), [0, 1, 3], [1, 0, 0], [-1, 0, 0]);
  });

  test('magnitude at 0, where tfjs has -1', () => {
    expectOp(magnitude, [-2, 0, 3], [2, 0, 3], [-1, 0, 1]);
  });

  test('stopGradient lets numbers through, and no gradient', () => {
    expectOp(stopGradient, [1, -2], [1, -2], [0, 0]);
  });
});
