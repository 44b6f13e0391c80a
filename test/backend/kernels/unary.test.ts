import {
  abs,
  elu,
  exp,
  log,
  neg,
  rsqrt,
  setBackend,
  sigmoid,
  sqrt,
  square,
  type Tensor,
  tanh,
  tensor1d,
} from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { describeOnSimd, expectLikeCpu, numbers } from '../../support/onSimd.ts';

const positive = (count: number): Float32Array => numbers(count).map((x) => x * x + 0.01);

describeOnSimd('element-wise functions', () => {
  test.each<[string, (x: Tensor) => Tensor]>([
    ['exp', exp],
    ['sigmoid', sigmoid],
    ['tanh', tanh],
    ['elu', elu],
    ['neg', neg],
    ['abs', abs],
    ['square', square],
  ])('%s', async (_, operation) => {
    for (const count of [1, 6, 37, 40_000]) {
      await expectLikeCpu([[count]], operation, { values: [numbers(count).map((x) => 4 * x)] });
    }
  });

  test.each<[string, (x: Tensor) => Tensor]>([
    ['log', log],
    ['sqrt', sqrt],
    ['rsqrt', rsqrt],
  ])('%s', async (_, operation) => {
    for (const count of [1, 6, 37, 40_000]) {
      await expectLikeCpu([[count]], operation, { values: [positive(count)] });
    }
  });

  test.each<[string, (x: Tensor) => Tensor, (x: number) => number, number[]]>([
    ['exp', exp, Math.exp, [0, -0, 88.7, 88.8, -87, -100, -110, Infinity, -Infinity, Number.NaN]],
    ['log', log, Math.log, [0, 1, 1e-40, 3e38, -1, Infinity, Number.NaN]],
    ['tanh', tanh, Math.tanh, [0, 1e-20, 0.6249, 0.6251, 30, -30, Infinity, -Infinity, Number.NaN]],
    [
      'elu',
      elu,
      (x) => (x >= 0 ? x : Math.expm1(x)),
      [0, -1e-6, -0.34, -0.35, -200, 5, Number.NaN],
    ],
  ])('%s of special values, to a few units in the last place', async (_, operation, exact, at) => {
    await setBackend('simd');
    const results = await operation(tensor1d(at)).data();
    at.map(Math.fround).forEach((x, i) => {
      const wanted = Math.fround(exact(x));
      const got = results[i] as number;
      if (!Number.isFinite(wanted) || wanted === 0) expect(got, `at ${x}`).toBe(wanted + 0);
      else expect(Math.abs(got / wanted - 1), `at ${x}: ${got}`).toBeLessThan(1e-6);
    });
  });
});
