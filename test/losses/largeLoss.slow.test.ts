import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProgram } from '../support/runProgram.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'large-loss-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** 12,800,000 numbers: 49 MB. */
const sizes = { classes: 25_000, dims: 512 };

/** Runs statements in a program of their own, and gives the most memory that they needed, in times the size of the loss. */
async function copiesIn(backend: string, statements: string): Promise<number> {
  const { code, output } = await runProgram(
    `
    import '@tensorflow/tfjs-backend-cpu';
    import { setBackend, sum } from '@tensorflow/tfjs-core';
    import { layers, sequential } from '@tensorflow/tfjs-layers';
    import { registerSimdBackend } from './src/backend.ts';
    import { TripletModel, arcFaceLoss } from './src/index.ts';
    import './src/node.ts';

    if (${JSON.stringify(backend)} === 'simd') await registerSimdBackend({ threads: 1 });
    await setBackend(${JSON.stringify(backend)});
    const place = ${JSON.stringify(join(folder, 'model'))};
    const base = sequential({ layers: [layers.dense({ units: 512, inputShape: [4] })] });
    base.summary(undefined, undefined, () => {});
    const sizes = ${JSON.stringify(sizes)};
    const peak = () => process.resourceUsage().maxRSS * 1024;
    const before = peak();
    ${statements}
    console.log('copies', (peak() - before) / (4 * sizes.classes * sizes.dims));
    `,
    240,
  );
  expect(output).toMatch(/copies [\d.]+\s*$/);
  expect(code).toBe(0);
  expect(output).not.toContain('metadata'); // tfjs warns of large metadata, where the parameters once were
  return Number(/copies ([\d.]+)/.exec(output)?.[1]);
}

// It names the backends itself: once is enough.
const elsewhere = process.env['TFJS_BACKEND'] === 'simd';

describe.skipIf(elsewhere).each(['cpu', 'simd'])(
  'A large loss is at most twice in memory (%s)',
  (backend) => {
    test('while it is saved, and while it is loaded', async () => {
      const saving = await copiesIn(
        backend,
        `
      const model = new TripletModel(base);
      model.compile({ optimizer: 'sgd', loss: arcFaceLoss(sizes) });
      await model.save(place);
      `,
      );
      expect(saving).toBeLessThan(2.3);
      const loading = await copiesIn(
        backend,
        `
      const model = await TripletModel.load(place);
      const loss = arcFaceLoss(sizes);
      loss.restore(model.lossState);
      for (const weights of Object.values(loss.variables)) sum(weights).dataSync();
      `,
      );
      expect(loading).toBeLessThan(2.3);
    }, 300_000);
  },
);
