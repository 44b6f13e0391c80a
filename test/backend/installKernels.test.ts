import { readFileSync } from 'node:fs';
import * as tfjs from '@tensorflow/tfjs-core';
import { getKernel, getKernelsForBackend } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { simdKernels } from '../../src/backend/installKernels.ts';
import {
  kernelOrigin,
  privateKernelNames,
  replacedKernelNames,
} from '../../src/backend/kernelNames.ts';
import { describeOnSimd } from '../support/onSimd.ts';

/** The names of all kernels that tfjs-core declares: constants that hold their own names. */
const coreNames = Object.entries(tfjs)
  .filter(([name, value]) => name === value || `_${name}` === value)
  .map(([, value]) => value as string);

test('each name in the list has one kernel', () => {
  const names: string[] = simdKernels.map(({ kernelName }) => kernelName);
  expect(names.toSorted()).toEqual([...replacedKernelNames, ...privateKernelNames].toSorted());
  expect(new Set(names).size).toBe(names.length);
});

test('private kernels, and no others, begin with Simd and are unknown to tfjs-core', () => {
  expect(coreNames).toEqual(expect.arrayContaining([...replacedKernelNames]));
  for (const name of replacedKernelNames) expect(name).not.toMatch(/^Simd/);
  for (const name of privateKernelNames) {
    expect(name).toMatch(/^Simd[A-Z]/);
    expect(coreNames).not.toContain(name);
  }
});

test('the table of the docs has each kernel of tfjs-core that is replaced, and no other', () => {
  const page = readFileSync(new URL('../../docs/backend.md', import.meta.url), 'utf8');
  const table = page.slice(page.indexOf('## Kernels'), page.indexOf('## How it works'));
  const named = [...table.matchAll(/`(_?[A-Z]\w+)`/g)].map(([, name]) => name as string);
  expect(named.toSorted()).toEqual([...replacedKernelNames].toSorted());
});

describeOnSimd('the kernels', () => {
  test('of the cpu backend are all there, each own or inherited as kernelOrigin says', () => {
    for (const { kernelName, kernelFunc } of getKernelsForBackend('cpu')) {
      const { kernelFunc: here } = getKernel(kernelName, 'simd');
      expect(here === kernelFunc ? 'inherited' : 'own', kernelName).toBe(kernelOrigin(kernelName));
    }
  });
});
