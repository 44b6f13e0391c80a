import { dispose, type Tensor2D, tensor2d, variable, variableGrads } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { adaCosLoss } from '../../src/losses/classification/adaCosLoss.ts';
import { adaFaceLoss } from '../../src/losses/classification/adaFaceLoss.ts';
import { arcFaceLoss } from '../../src/losses/classification/arcFaceLoss.ts';
import type { ClassLoss } from '../../src/losses/classification/classLoss.ts';
import { cosFaceLoss } from '../../src/losses/classification/cosFaceLoss.ts';
import { curricularFaceLoss } from '../../src/losses/classification/curricularFaceLoss.ts';
import { magFaceLoss } from '../../src/losses/classification/magFaceLoss.ts';
import { createRandom } from '../../src/random/createRandom.ts';
import { expectClose } from '../support/expectClose.ts';
import {
  adaCos,
  adaCosScale,
  adaFace,
  arcFace,
  cosFace,
  curricularFace,
  magFace,
  type PlainBatch,
  type PlainLoss,
  plainGradients,
} from '../support/plainClassLosses.ts';

const sizes = { classes: 5, dims: 4 };

/** Embeddings of lengths from 1 to 10, in which no class is always right. */
function batchOf(seed: number, count = 7): PlainBatch {
  const random = createRandom(seed).fork('faces');
  const row = (size: number, scale = 1): number[] =>
    Array.from({ length: size }, () => Math.fround(scale * (2 * random.next() - 1)));
  return {
    x: Array.from({ length: count }, () => row(sizes.dims, 1 + 9 * random.next())),
    labels: Array.from({ length: count }, () => random.integer(sizes.classes)),
    W: Array.from({ length: sizes.dims }, () => row(sizes.classes)),
  };
}

/** Value and gradients of the library's loss at the directions of the batch. */
function gradients(loss: ClassLoss, batch: PlainBatch) {
  const W = loss.variables['W'];
  if (W === undefined) throw new Error('no W');
  const given = tensor2d(batch.W);
  W.assign(given);
  const x = variable(tensor2d(batch.x));
  const { value, grads } = variableGrads(
    () => loss.compute(x as unknown as Tensor2D, batch.labels),
    [x, W],
  );
  const read = (name: string): number[] => [...(grads[name]?.dataSync() ?? [])];
  const result = {
    value: value.dataSync()[0] as number,
    x: read(x.name),
    W: read(W.name),
  };
  dispose([x, value, grads, given]);
  return result;
}

const radians = Math.PI / 180;
const magnitude = { lowerLength: 2, upperLength: 8, lambda: 3 };
const mag = { s: 8, la: 2, ua: 8, lm: 0.45, um: 0.8, lambda: 3 };

const cases: readonly [string, () => ClassLoss, PlainLoss][] = [
  [
    'arcFaceLoss with label smoothing',
    () => arcFaceLoss({ ...sizes, scale: 8, labelSmoothing: 0.2 }),
    arcFace({ s: 8, m: 28.6 * radians, smoothing: 0.2 }),
  ],
  [
    'cosFaceLoss with label smoothing',
    () => cosFaceLoss({ ...sizes, scale: 8, labelSmoothing: 0.1 }),
    cosFace({ s: 8, m: 0.35, smoothing: 0.1 }),
  ],
  [
    'adaFaceLoss',
    () => adaFaceLoss({ ...sizes, scale: 8, momentum: 0.9 }),
    adaFace({ s: 8, m: 0.4, h: 0.333, alpha: 0.9 }),
  ],
  [
    'adaFaceLoss, as it comes',
    () => adaFaceLoss(sizes),
    adaFace({ s: 64, m: 0.4, h: 0.333, alpha: 0.01 }),
  ],
  [
    'curricularFaceLoss',
    () => curricularFaceLoss({ ...sizes, scale: 8, momentum: 0.5 }),
    curricularFace({ s: 8, m: 28.6 * radians, alpha: 0.5, t: 0 }),
  ],
  [
    'magFaceLoss',
    () => magFaceLoss({ ...sizes, scale: 8, ...magnitude }),
    magFace({ ...mag, easy: true }),
  ],
  [
    'magFaceLoss, the whole margin everywhere',
    () => magFaceLoss({ ...sizes, scale: 8, ...magnitude, easyMargin: false }),
    magFace({ ...mag, easy: false }),
  ],
  ['adaCosLoss', () => adaCosLoss(sizes), adaCos({ scale: Math.SQRT2 * Math.log(4) })],
];

describe.each(cases)('%s', (_, make, plain) => {
  test.each([1, 2, 3, 4, 5, 6])(
    'has the value and the gradients of its formula: batch %i',
    (seed) => {
      const batch = batchOf(seed);
      const loss = make();
      const [got, wanted] = [gradients(loss, batch), plainGradients(plain, batch)];
      expectClose([got.value], [wanted.value], { relative: 2e-5 });
      expectClose(got.x, wanted.x);
      expectClose(got.W, wanted.W);
      loss.dispose();
    },
  );
});

test('labelSmoothing moves the target to all classes: at 1 all targets are alike', () => {
  const batch = batchOf(3);
  const loss = cosFaceLoss({ ...sizes, scale: 8, margin: 0, labelSmoothing: 1 });
  const here = gradients(loss, batch).value;
  const there = gradients(loss, { ...batch, labels: batch.labels.map((id) => (id + 1) % 5) }).value;
  expectClose([here], [there]);
  loss.dispose();
});

describe('what follows the batches', () => {
  const values = async (loss: ClassLoss, key: string): Promise<number[]> => [
    ...((await loss.state())[key]?.values ?? []),
  ];

  test('adaFaceLoss follows mean and deviation of the lengths', async () => {
    const loss = adaFaceLoss({ ...sizes, momentum: 1 });
    expect(await values(loss, 'lengths')).toEqual([20, 100]);
    gradients(loss, {
      ...batchOf(1, 2),
      x: [
        [3, 4, 0, 0],
        [0, 0, 0, 7],
      ],
    });
    expectClose(await values(loss, 'lengths'), [6, Math.SQRT2]);
    gradients(loss, { ...batchOf(1, 1), x: [[0, 0, 9, 0]] });
    expectClose(await values(loss, 'lengths'), [9, Math.SQRT2]); // one example has no deviation
    loss.dispose();
  });

  test('curricularFaceLoss follows the cosines to the target classes', async () => {
    const loss = curricularFaceLoss({ ...sizes, momentum: 0.25 });
    const x = [[2, 0, 0, 0]];
    const W = [
      [1, 0, 0, 0, 0],
      [0, 1, 1, 1, 1],
      [0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0],
    ];
    gradients(loss, { x, labels: [0], W });
    gradients(loss, { x, labels: [0], W });
    expectClose(await values(loss, 't'), [0.4375]);
    loss.dispose();
  });

  test.each([adaCosLoss, adaFaceLoss, curricularFaceLoss])(
    'a snapshot puts it back: %o',
    async (make) => {
      const loss = make({ ...sizes, seed: 3 });
      gradients(loss, batchOf(1));
      const before = await loss.state();
      const snapshot = await loss.snapshot?.();
      gradients(loss, batchOf(2));
      expect(await loss.state()).not.toEqual(before);
      snapshot?.restore();
      snapshot?.dispose();
      expect(await loss.state()).toEqual(before);
      const other = make({ ...sizes, seed: 4 });
      other.restore(before);
      expect(await other.state()).toEqual(before);
      expect(gradients(other, batchOf(4))).toEqual(gradients(loss, batchOf(4)));
      expect(() => other.restore({})).toThrow('.restore: expected a state with W [4,5], ');
      loss.dispose();
      other.dispose();
    },
  );

  test('adaCosLoss sets its scale in each batch', async () => {
    const loss = adaCosLoss(sizes);
    let scale = Math.SQRT2 * Math.log(4);
    for (const seed of [1, 2, 3]) {
      gradients(loss, batchOf(seed));
      scale = adaCosScale(batchOf(seed), scale);
      expectClose(await values(loss, 'scale'), [scale]);
    }
    loss.dispose();
  });

  test('adaCosLoss keeps its scale where embeddings are all alike', async () => {
    const loss = adaCosLoss(sizes);
    const row = [1, 2, 3, 4];
    for (let i = 0; i < 80; i++) {
      const { value } = gradients(loss, {
        x: [row, row],
        labels: [0, 1],
        W: row.map((w) => [w, w, w, w, w]),
      });
      expect(Number.isFinite(value)).toBe(true);
    }
    expect((await values(loss, 'scale')).every(Number.isFinite)).toBe(true);
    loss.dispose();
  });
});

test.each([
  [
    () => magFaceLoss({ ...sizes, lowerLength: 5, upperLength: 5 }),
    'magFaceLoss: expected upperLength to be larger than lowerLength (5), got upperLength: 5.',
  ],
  [
    () => adaCosLoss({ classes: 2, dims: 4 }),
    'adaCosLoss: expected classes to be a whole number >= 3, got classes: 2.',
  ],
])('refuses %#', (make, message) => {
  expect(make).toThrow(message);
});
