import '@tensorflow/tfjs-backend-wasm';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import {
  copyRegisteredKernels,
  env,
  getBackend,
  registerBackend,
  setBackend,
} from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkDistance, type DistanceCase } from '../reference/checks/distances.ts';
import { checkLoss, type LossCase } from '../reference/checks/losses.ts';
import { checkReducer, type ReducerCase } from '../reference/checks/reducers.ts';
import { reference } from '../support/reference.ts';

const withoutQuirks = <C>(name: string): C[] =>
  reference<C & { quirk?: unknown }>(name).filter(({ quirk }) => quirk === undefined);

const usual = getBackend();
afterAll(() => setBackend(usual));

/** The messages of what does not agree with the reference on the backend in use. */
async function failures(): Promise<string[]> {
  const found: string[] = [];
  const run = async <C extends { id: string }>(
    cases: C[],
    check: (c: C) => void | Promise<void>,
  ): Promise<void> => {
    for (const c of cases) {
      try {
        await check(c);
      } catch (error) {
        found.push(`${c.id}: ${(error as Error).message}`);
      }
    }
  };
  await run(withoutQuirks<LossCase>('losses'), checkLoss);
  await run(withoutQuirks<ReducerCase>('reducers'), checkReducer);
  await run(withoutQuirks<DistanceCase>('distances'), (c) => checkDistance(c));
  return found;
}

/** The cpu backend under another name: what is asked by name then takes the way for that backend. */
async function cpuAs(name: string): Promise<void> {
  registerBackend(name, () => new MathBackendCPU());
  copyRegisteredKernels('cpu', name);
  await setBackend(name);
}

describe('a backend with a memory of its own, as webgl', () => {
  beforeAll(() => cpuAs('webgl'));

  test('agrees with the reference by operations on tensors', async () => {
    expect(await failures()).toEqual([]);
  });
});

describe('a backend that cannot read at once, as webgpu', () => {
  beforeAll(() => cpuAs('webgpu'));

  test('agrees with the reference, or says that it cannot', async () => {
    const plain = /expected a backend that reads tensors at once/;
    expect((await failures()).filter((failure) => !plain.test(failure))).toEqual([]);
  });
});

describe('the wasm backend', () => {
  beforeAll(async () => {
    env().set('IS_TEST', false); // its check for leaks counts what wasm keeps for itself
    await setBackend('wasm');
  });
  afterAll(() => env().set('IS_TEST', true));

  test('agrees with the reference, with gradients that tfjs itself lacks there', async () => {
    expect(getBackend()).toBe('wasm');
    expect(await failures()).toEqual([]);
  });
});
