import {
  dispose,
  type Scalar,
  type Tensor2D,
  tensor2d,
  train,
  type Variable,
  variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adaCosLoss } from '../../src/losses/classification/adaCosLoss.ts';
import { adaFaceLoss } from '../../src/losses/classification/adaFaceLoss.ts';
import { arcFaceLoss } from '../../src/losses/classification/arcFaceLoss.ts';
import { cosFaceLoss } from '../../src/losses/classification/cosFaceLoss.ts';
import { curricularFaceLoss } from '../../src/losses/classification/curricularFaceLoss.ts';
import { largeMarginSoftmaxLoss } from '../../src/losses/classification/largeMarginSoftmaxLoss.ts';
import { magFaceLoss } from '../../src/losses/classification/magFaceLoss.ts';
import { manifoldLoss } from '../../src/losses/classification/manifoldLoss.ts';
import { normalizedSoftmaxLoss } from '../../src/losses/classification/normalizedSoftmaxLoss.ts';
import { p2sGradLoss } from '../../src/losses/classification/p2sGradLoss.ts';
import { proxyAnchorLoss } from '../../src/losses/classification/proxyAnchorLoss.ts';
import { proxyNcaLoss } from '../../src/losses/classification/proxyNcaLoss.ts';
import { softTripleLoss } from '../../src/losses/classification/softTripleLoss.ts';
import { sphereFaceLoss } from '../../src/losses/classification/sphereFaceLoss.ts';
import { subCenterArcFaceLoss } from '../../src/losses/classification/subCenterArcFaceLoss.ts';
import type { ParametricLoss } from '../../src/losses/parametricLoss.ts';
import { pickRows } from '../../src/ops/pickRows.ts';
import { createRandom } from '../../src/random/createRandom.ts';
import { expectClose } from '../support/expectClose.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';

type Make = (seed?: number) => ParametricLoss;

const sizes = { classes: 4, dims: 3 };

/** Each loss over four classes; the sharp ones made milder, so that finite differences can follow. */
const makers: [string, Make][] = [
  ['adaCosLoss', (seed = 1) => adaCosLoss({ ...sizes, dynamic: false, seed })],
  ['adaFaceLoss', (seed = 1) => adaFaceLoss({ ...sizes, scale: 4, h: 0, momentum: 0, seed })],
  ['arcFaceLoss', (seed = 1) => arcFaceLoss({ ...sizes, scale: 4, seed })],
  ['cosFaceLoss', (seed = 1) => cosFaceLoss({ ...sizes, scale: 4, seed })],
  [
    'curricularFaceLoss',
    (seed = 1) => curricularFaceLoss({ ...sizes, scale: 4, momentum: 0, seed }),
  ],
  ['largeMarginSoftmaxLoss', (seed = 1) => largeMarginSoftmaxLoss({ ...sizes, margin: 2, seed })],
  [
    'magFaceLoss',
    (seed = 1) =>
      magFaceLoss({ ...sizes, scale: 4, lowerLength: 0.5, upperLength: 4, lambda: 1, seed }),
  ],
  ['manifoldLoss', (seed = 1) => manifoldLoss({ proxies: 4, dims: 3, seed })],
  [
    'normalizedSoftmaxLoss',
    (seed = 1) => normalizedSoftmaxLoss({ ...sizes, temperature: 0.5, seed }),
  ],
  ['p2sGradLoss', (seed = 1) => p2sGradLoss({ ...sizes, seed })],
  ['proxyAnchorLoss', (seed = 1) => proxyAnchorLoss({ ...sizes, alpha: 4, seed })],
  ['proxyNcaLoss', (seed = 1) => proxyNcaLoss({ ...sizes, seed })],
  [
    'softTripleLoss',
    (seed = 1) => softTripleLoss({ ...sizes, centersPerClass: 2, la: 4, gamma: 0.5, seed }),
  ],
  ['sphereFaceLoss', (seed = 1) => sphereFaceLoss({ ...sizes, margin: 2, seed })],
  [
    'subCenterArcFaceLoss',
    (seed = 1) => subCenterArcFaceLoss({ ...sizes, scale: 4, subCenters: 2, seed }),
  ],
];

/** Each loss with its defaults. */
const asTheyCome: [string, Make][] = [
  ['adaCosLoss', () => adaCosLoss(sizes)],
  ['adaFaceLoss', () => adaFaceLoss(sizes)],
  ['arcFaceLoss', () => arcFaceLoss(sizes)],
  ['cosFaceLoss', () => cosFaceLoss(sizes)],
  ['curricularFaceLoss', () => curricularFaceLoss(sizes)],
  ['largeMarginSoftmaxLoss', () => largeMarginSoftmaxLoss(sizes)],
  ['magFaceLoss', () => magFaceLoss(sizes)],
  ['manifoldLoss', () => manifoldLoss({ proxies: 4, dims: 3 })],
  ['normalizedSoftmaxLoss', () => normalizedSoftmaxLoss(sizes)],
  ['p2sGradLoss', () => p2sGradLoss(sizes)],
  ['proxyAnchorLoss', () => proxyAnchorLoss(sizes)],
  ['proxyNcaLoss', () => proxyNcaLoss(sizes)],
  ['softTripleLoss', () => softTripleLoss(sizes)],
  ['sphereFaceLoss', () => sphereFaceLoss(sizes)],
  ['subCenterArcFaceLoss', () => subCenterArcFaceLoss(sizes)],
];

interface Gradients {
  value: number;
  embeddings: Float32Array;
  weights: Float32Array[];
}

function gradients(
  loss: ParametricLoss,
  embeddings: Tensor2D,
  labels: ArrayLike<number>,
): Gradients {
  const x = variable(embeddings);
  const weights = Object.values(loss.variables);
  const { value, grads } = variableGrads(
    () => loss.compute(x as unknown as Tensor2D, labels),
    [x, ...weights],
  );
  const read = ({ name }: Variable): Float32Array =>
    grads[name]?.dataSync<'float32'>() as Float32Array;
  const result = {
    value: value.dataSync()[0] as number,
    embeddings: read(x).slice(),
    weights: weights.map((w) => read(w).slice()),
  };
  dispose([x, value, grads]);
  return result;
}

function lossAt(loss: ParametricLoss, embeddings: Tensor2D, labels: ArrayLike<number>): number {
  const value = loss.compute(embeddings, labels);
  const number = value.dataSync()[0] as number;
  value.dispose();
  return number;
}

function normals(count: number, seed: number): Float32Array {
  const random = createRandom(seed).fork('batch');
  return Float32Array.from(
    { length: count },
    () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next()),
  );
}

const batchOf = (rows: number, seed: number): Tensor2D =>
  tensor2d(normals(rows * 3, seed), [rows, 3]);

const dot = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);

/** Where the slopes to both sides differ there is a kink or a sharp bend, and nothing to compare. */
function expectSlope(
  compute: () => number,
  at: Variable,
  direction: Float32Array,
  expected: number,
): void {
  const start = at.dataSync<'float32'>().slice();
  const moved = (by: number): number => {
    assign(
      at,
      start.map((value, i) => value + by * (direction[i] as number)),
    );
    return compute();
  };
  const [behind, here, ahead] = [moved(-0.01), moved(0), moved(0.01)];
  assign(at, start);
  const slope = (ahead - behind) / 0.02;
  if (Math.abs(ahead + behind - 2 * here) / 0.01 > 0.02 + 0.02 * Math.abs(slope)) return;
  expect(Math.abs(slope - expected)).toBeLessThan(0.02 + 0.03 * Math.abs(slope));
}

describe.each(makers)('%s', (name, make) => {
  test('has the gradients of its values', () => {
    const loss = make();
    const weights = Object.values(loss.variables);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), fc.nat(), (rows, seed) => {
        const labels = Array.from({ length: rows }, (_, i) => (i * i + seed) % 4);
        const x = variable(batchOf(rows, seed));
        const { embeddings, weights: pulls } = gradients(loss, x as unknown as Tensor2D, labels);
        const compute = (): number => lossAt(loss, x as unknown as Tensor2D, labels);

        const direction = normals(rows * 3, seed + 1);
        expectSlope(compute, x, direction, dot(embeddings, direction));
        // p2sGradLoss brings its weights to unit length outside of the gradient.
        if (name !== 'p2sGradLoss') {
          weights.forEach((w, i) => {
            const turn = normals(w.size, seed + 2).map((value) => value * 0.2);
            expectSlope(compute, w, turn, dot(pulls[i] as Float32Array, turn));
          });
        }
        x.dispose();
      }),
      { numRuns: 25, seed: 1 },
    );
    loss.dispose();
  });

  test('does not depend on the order of the batch', () => {
    const loss = make();
    const labels = Int32Array.of(0, 1, 2, 3, 1, 2, 0);
    const order = Int32Array.of(3, 6, 0, 2, 5, 1, 4);
    const x = batchOf(7, 4);
    const shuffled = pickRows(x, order);
    expectClose(
      [
        lossAt(
          loss,
          shuffled,
          order.map((i) => labels[i] as number),
        ),
      ],
      [lossAt(loss, x, labels)],
    );
    dispose([x, shuffled]);
    loss.dispose();
  });

  test('gets smaller when an optimizer trains its weights', () => {
    const loss = make();
    const labels = [0, 1, 2, 3, 0, 1, 2, 3];
    const x = variable(batchOf(8, 3));
    const compute = (): Scalar => loss.compute(x as unknown as Tensor2D, labels);
    const before = lossAt(loss, x as unknown as Tensor2D, labels);
    const optimizer = train.adam(0.05);
    for (let step = 0; step < 60; step++) {
      optimizer.minimize(compute, false, [x, ...Object.values(loss.variables)]);
    }
    expect(lossAt(loss, x as unknown as Tensor2D, labels)).toBeLessThan(0.7 * before);
    optimizer.dispose();
    x.dispose();
    loss.dispose();
  });

  test('starts from weights that its seed determines', async () => {
    const [first, same, other] = [make(7), make(7), make(8)];
    expect(await first.state()).toEqual(await same.state());
    expect(await first.state()).not.toEqual(await other.state());
    other.restore(await first.state());
    expect(await other.state()).toEqual(await first.state());
    for (const loss of [first, same, other]) loss.dispose();
  });

  test('frees its weights, and says so when it is used afterwards', () => {
    expectNoLeak(() => {
      const loss = make();
      const x = batchOf(2, 0);
      lossAt(loss, x, [0, 1]);
      loss.dispose();
      loss.dispose();
      expect(() => loss.compute(x, [0, 1])).toThrow(
        `${name}: expected a loss that was not disposed, got a loss whose parameters are freed.`,
      );
      x.dispose();
    });
  });

  test('leaves nothing behind', () => {
    const loss = make();
    const x = batchOf(5, 0);
    gradients(loss, x, [0, 1, 2, 3, 0]);
    expectNoLeak(() => {
      lossAt(loss, x, [0, 1, 2, 3, 0]);
      gradients(loss, x, [0, 1, 2, 3, 0]);
    });
    x.dispose();
    loss.dispose();
  });

  test('explains what it cannot take', () => {
    const loss = make();
    const [x, wide] = [batchOf(2, 0), tensor2d([[1, 2]])];
    expect(() => loss.compute(x, [0, 4])).toThrow(
      `${name}: expected labels from 0 to 3 (classes: 4), got 4 at index 1.`,
    );
    expect(() => loss.compute(x, [-1, 0])).toThrow(`${name}: expected labels from 0 to 3`);
    expect(() => loss.compute(wide, [0])).toThrow(
      `${name}: expected embeddings of shape [batch, 3] (dims: 3), got shape [1,2].`,
    );
    expect(() => loss.compute(x, [0, 1], { reference: { embeddings: x, labels: [0, 1] } })).toThrow(
      `${name}: expected no reference set`,
    );
    const bad = tensor2d([
      [1, 2, 3],
      [1, Number.NaN, 2],
    ]);
    expect(() => loss.compute(bad, [0, 1])).toThrow(
      `${name}: expected embeddings to be finite, got NaN in row 1.`,
    );
    dispose([x, wide, bad]);
    loss.dispose();
  });
});

describe.each(asTheyCome)('%s, as it comes,', (_, make) => {
  test.each([
    [
      'duplicated embeddings',
      [
        [1, 2, 3],
        [1, 2, 3],
        [1, 2, 3],
        [0, 1, 0],
      ],
      [0, 0, 1, 1],
    ],
    [
      'equal embeddings',
      [
        [1, 2, 3],
        [1, 2, 3],
        [1, 2, 3],
      ],
      [0, 1, 2],
    ],
    [
      'zero embeddings',
      [
        [0, 0, 0],
        [0, 0, 0],
      ],
      [0, 1],
    ],
    [
      'one class only',
      [
        [1, 2, 3],
        [-1, 0, 1],
        [2, 2, 0],
      ],
      [2, 2, 2],
    ],
    [
      'all classes different',
      [
        [1, 2, 3],
        [-1, 0, 1],
        [2, 2, 0],
        [0, 0, 1],
      ],
      [0, 1, 2, 3],
    ],
    ['a batch of one', [[1, 2, 3]], [3]],
    [
      'tiny embeddings',
      [
        [1e-9, 2e-9, 0],
        [1e-9, -1e-9, 0],
      ],
      [0, 1],
    ],
    [
      'huge embeddings',
      [
        [1e9, 2e9, 0],
        [-1e9, 1e9, 1e9],
      ],
      [0, 1],
    ],
  ])('is finite, with finite gradients, on %s', (__, rows, labels) => {
    const loss = make();
    const x = tensor2d(rows);
    const { value, embeddings, weights } = gradients(loss, x, labels);
    expect(Number.isFinite(value)).toBe(true);
    for (const pull of [embeddings, ...weights])
      expect(pull.every((value) => Number.isFinite(value))).toBe(true);
    x.dispose();
    loss.dispose();
  });
});

function assign(target: Variable, values: Float32Array): void {
  const fresh = tensor2d(values, target.shape as [number, number]);
  target.assign(fresh);
  fresh.dispose();
}
