import { readFileSync } from 'node:fs';
import { setBackend } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { registerSimdBackend } from '../../src/backend.ts';
import { decodeBundle, restoreIndex } from '../../src/index.ts';

const script = (name: string): string =>
  new URL(`../../examples/browser/scripts/${name}.mjs`, import.meta.url).href;

interface Quality {
  readonly threshold: number;
  readonly precisionAt1: number;
  readonly refused: number;
  readonly strangersFound: number;
}

test('The pretrained bundle of the page knows digits that it never saw, and finds out strangers', async () => {
  await registerSimdBackend();
  await setBackend('simd');
  const { measure } = (await import(/* @vite-ignore */ script('quality'))) as {
    measure(parts: object): Promise<Quality>;
  };
  const { mapDigits } = (await import(/* @vite-ignore */ script('digits'))) as {
    mapDigits(): Promise<{ rest: unknown }>;
  };
  const { strangers } = (await import(/* @vite-ignore */ script('glyphs'))) as {
    strangers: unknown;
  };
  const opened = await decodeBundle(
    readFileSync(new URL('../../examples/browser/pretrained/digits.bundle', import.meta.url)),
  );
  const index = restoreIndex(opened.index);
  const { rest } = await mapDigits();

  const quality = await measure({ model: opened.model, index, rest, strangers });
  expect(quality.precisionAt1).toBeGreaterThan(0.988);
  expect(quality.refused).toBeLessThan(0.012);
  expect(quality.strangersFound).toBeGreaterThan(0.9);
  expect(quality.threshold).toBeCloseTo(opened.threshold, 3);
  expect(opened.scores).toMatchObject({ precisionAt1: expect.closeTo(quality.precisionAt1, 3) });
  index.dispose();
}, 120_000);
