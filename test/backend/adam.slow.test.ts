import {
  AdamOptimizer,
  add,
  div,
  mul,
  type Optimizer,
  setBackend,
  sqrt,
  square,
  sub,
  type Tensor,
  tensor,
  tidy,
  train,
  type Variable,
  variable,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { registerSimdBackend } from '../../src/backend/registerSimdBackend.ts';
import { describeOnSimd, numbers, removeSimd } from '../support/onSimd.ts';

const sizes = [1, 3, 8, 1001, 40_000];
const [rate, beta1, beta2, epsilon] = [0.01, 0.8, 0.99, 1e-6];

function variables(): Variable[] {
  return sizes.map((size, i) => tidy(() => variable(tensor(numbers(size, 1 + i)))));
}

function gradientOf(i: number, step: number): Tensor {
  return tensor(numbers(sizes[i] as number, 100 + 10 * step + i));
}

/** Steps of Adam, operation by operation as tfjs-core 4.22 takes them. */
function inOperations(steps: number): Float32Array[] {
  return sizes.map((size, i) =>
    tidy(() => {
      let value: Tensor = tensor(numbers(size, 1 + i));
      let [first, second]: Tensor[] = [zerosLike(value), zerosLike(value)];
      let [power1, power2]: Tensor[] = [tensor(beta1), tensor(beta2)];
      for (let step = 0; step < steps; step++) {
        const gradient = gradientOf(i, step);
        first = add(mul(first as Tensor, beta1), mul(gradient, 1 - beta1));
        second = add(mul(second as Tensor, beta2), mul(square(gradient), 1 - beta2));
        const mean = div(first, sub(1, power1 as Tensor));
        const root = add(sqrt(div(second, sub(1, power2 as Tensor))), epsilon);
        value = add(mul(div(mean, root), -rate), value);
        power1 = mul(power1 as Tensor, beta1);
        power2 = mul(power2 as Tensor, beta2);
      }
      return value.dataSync() as Float32Array;
    }),
  );
}

function apply(optimizer: Optimizer, targets: Variable[], step: number, asList: boolean): void {
  tidy(() => {
    const pairs = targets.map(({ name }, i) => ({ name, tensor: gradientOf(i, step) }));
    const byName = Object.fromEntries(pairs.map(({ name, tensor }) => [name, tensor]));
    optimizer.applyGradients(asList ? pairs : (byName as Record<string, Variable>));
  });
}

describeOnSimd('Adam', () => {
  test.each([true, false])(
    'has the bits of its operations (a list of gradients: %s)',
    async (asList) => {
      await setBackend('simd');
      const targets = variables();
      const optimizer = train.adam(rate, beta1, beta2, epsilon);
      for (let step = 0; step < 4; step++) apply(optimizer, targets, step, asList);
      expect(targets.map((target) => target.dataSync())).toEqual(inOperations(4));
      const names = (await optimizer.getWeights()).map(({ name }) => name);
      const suffixed = (suffix: string) => targets.map(({ name }) => `${name}/${suffix}`);
      expect(names).toEqual(['iter', ...suffixed('m'), ...suffixed('v')]);
      optimizer.dispose();
      for (const target of targets) target.dispose();
    },
  );

  test('a variable without a gradient stays; its turn comes later', async () => {
    await setBackend('simd');
    const [first, second] = variables() as [Variable, Variable];
    const optimizer = train.adam(rate);
    const before = second.dataSync();
    tidy(() =>
      optimizer.applyGradients([
        { name: first.name, tensor: gradientOf(0, 0) },
        { name: second.name, tensor: null as unknown as Tensor },
      ]),
    );
    expect(second.dataSync()).toEqual(before);
    tidy(() =>
      optimizer.applyGradients([
        { name: first.name, tensor: gradientOf(0, 0) },
        { name: second.name, tensor: gradientOf(1, 0) },
      ]),
    );
    expect(second.dataSync()).not.toEqual(before);
    optimizer.dispose();
  });

  test('goes on where another backend left off, and back', async () => {
    const run = async (backends: string[]): Promise<Float32Array[]> => {
      await setBackend(backends[0] as string);
      const targets = variables();
      const optimizer = train.adam(rate, beta1, beta2, epsilon);
      for (const [step, backend] of backends.entries()) {
        await setBackend(backend);
        apply(optimizer, targets, step, true);
      }
      const values = targets.map((target) => target.dataSync() as Float32Array);
      optimizer.dispose();
      for (const target of targets) target.dispose();
      return values;
    };
    const mixed = await run(['cpu', 'simd', 'cpu', 'simd']);
    const whole = await run(['cpu', 'cpu', 'cpu', 'cpu']);
    for (const [i, values] of mixed.entries()) {
      for (const [j, value] of values.entries())
        expect(value).toBeCloseTo(whole[i]?.[j] as number, 5);
    }
  });
});

test('is what it was when the backend is gone', async () => {
  const { applyGradients: former } = AdamOptimizer.prototype;
  await registerSimdBackend({ threads: 1 });
  expect(AdamOptimizer.prototype.applyGradients).not.toBe(former);
  await removeSimd();
  expect(AdamOptimizer.prototype.applyGradients).toBe(former);
});
