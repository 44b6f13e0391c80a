import {
  add,
  conv2d,
  engine,
  fused,
  grads,
  maxPool,
  mul,
  relu,
  reshape,
  setBackend,
  sum,
  type Tensor,
  type Tensor4D,
  tensor,
  tidy,
  util,
} from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { expectAlike } from '../../support/expectClose.ts';
import { describeOnSimd, expectLikeCpu, numbers } from '../../support/onSimd.ts';

type Sides = [number, number];

/** batch, height, width, channels; filter; filters; strides; pad */
const grid: [number[], Sides, number, Sides, 'same' | 'valid'][] = [
  [[8, 28, 28, 1], [3, 3], 32, [1, 1], 'valid'],
  [[9, 11, 13, 3], [3, 3], 7, [1, 1], 'same'],
  [[8, 10, 9, 2], [3, 3], 12, [1, 1], 'valid'],
  [[8, 6, 7, 4], [3, 3], 3, [1, 1], 'same'],
  [[8, 7, 7, 1], [3, 2], 9, [1, 1], 'same'],
  [[11, 12, 9, 2], [5, 4], 12, [2, 1], 'same'],
  [[8, 9, 9, 4], [2, 2], 9, [2, 2], 'valid'],
  [[5, 13, 13, 32], [3, 3], 32, [1, 1], 'valid'],
  [[6, 11, 19, 20], [3, 3], 28, [1, 1], 'same'],
  [[4, 15, 15, 16], [3, 3], 20, [1, 1], 'same'],
];

/** What a pooling cannot be computed with: it is a kernel of its own. */
const apart: typeof grid = [
  [[3, 9, 9, 1], [3, 3], 8, [1, 1], 'valid'],
  [[8, 9, 9, 5], [3, 3], 8, [1, 1], 'valid'],
];

describeOnSimd('a max pooling of a convolution', () => {
  const differentiable = false; // gradients take the two apart: see fuse.test.ts
  test.each([...grid, ...apart])(
    '%j, filter %j, %i filters, strides %j, pad %s',
    async (shape, sides, filters, strides, pad) => {
      for (const activation of ['linear', 'relu', 'relu6'] as const) {
        await expectLikeCpu(
          [shape, [...sides, shape[3] as number, filters], [filters]],
          (x, filter, bias) =>
            maxPool(
              fused.conv2d({
                x: x as Tensor4D,
                filter: filter as Tensor4D,
                bias,
                strides,
                pad,
                activation,
              }),
              2,
              2,
              'valid',
            ),
          { relative: 2e-5, absolute: 1e-5, differentiable },
        );
      }
    },
  );

  test('with other windows, strides, paddings, and shapes', async () => {
    for (const [window, strides, pad] of [
      [3, 2, 'valid'],
      [2, 1, 'valid'],
      [2, 2, 'same'],
    ] as const) {
      await expectLikeCpu(
        [
          [8, 9, 9, 1],
          [3, 3, 1, 8],
        ],
        (x, filter) =>
          maxPool(conv2d(x as Tensor4D, filter as Tensor4D, 1, 'valid'), window, strides, pad),
        { relative: 2e-5, absolute: 1e-5, differentiable },
      );
    }
    await expectLikeCpu(
      [
        [8, 9, 9, 1],
        [2, 2, 1, 8],
      ],
      (x, filter) =>
        maxPool(
          reshape(conv2d(x as Tensor4D, filter as Tensor4D, 1, 'valid'), [8, 4, 16, 8]) as Tensor4D,
          2,
          2,
          'valid',
        ),
      { relative: 2e-5, absolute: 1e-5, differentiable },
    );
  });

  test('with its gradients', async () => {
    for (const [shape, filters] of [
      [[8, 12, 12, 1], 8],
      [[8, 10, 10, 16], 16],
    ] as const) {
      await expectLikeCpu(
        [shape, [3, 3, shape[3], filters]],
        (x, filter) =>
          maxPool(relu(conv2d(x as Tensor4D, filter as Tensor4D, 1, 'valid')), 2, 2, 'valid'),
        { relative: 1e-4, absolute: 1e-4 },
      );
    }
  });

  test.each(grid.filter(([shape]) => (shape[3] as number) <= 4))(
    'its gradients by filter and bias alone: %j, filter %j, %i filters, strides %j, pad %s',
    async (shape, sides, filters, strides, pad) => {
      const loss = (isWhole: boolean) => (filter: Tensor, bias: Tensor) => {
        const x = tensor(
          numbers(util.sizeFromShape(shape)),
          shape as [number, number, number, number],
        );
        const y = relu(
          add(conv2d(x as Tensor4D, filter as Tensor4D, strides, pad), bias),
        ) as Tensor4D;
        if (isWhole) y.dataSync();
        return maxPool(y, 2, 2, 'valid');
      };
      const shapes = [[...sides, shape[3] as number, filters], [filters]];
      await expectLikeCpu(shapes, loss(false), { relative: 1e-4, absolute: 1e-4 });

      await setBackend('simd');
      const ran = record(() => {
        const [fused, apart] = [false, true].map((isWhole) =>
          tidy(() => {
            const [filter, bias] = shapes.map((size) =>
              tensor(numbers(util.sizeFromShape(size)), size),
            ) as [Tensor, Tensor];
            const dy = (y: Tensor) => tensor(numbers(y.size, 9), y.shape);
            const weighted = (a: Tensor, b: Tensor) => {
              const y = loss(isWhole)(a, b);
              return sum(mul(y, dy(y)));
            };
            return grads(weighted)([filter, bias]).map((gradient) => gradient.dataSync());
          }),
        ) as [Float32Array[], Float32Array[]];
        for (const [i, gradient] of fused.entries()) {
          expectAlike(gradient, apart[i] as Float32Array, { relative: 1e-5, absolute: 1e-5 });
        }
      });
      expect(ran.filter((name) => name === 'conv2dPooledFilter')).toHaveLength(1);
      expect(ran.filter((name) => name === 'maxPoolGradient')).toHaveLength(1);
    },
  );

  test('NaN never wins, also where a window has nothing else', async () => {
    const values = numbers(8 * 8 * 8);
    for (const i of [0, 5, 70, 71, 72, 80, 100, 333]) values[i] = Number.NaN;
    values[300] = Infinity;
    await expectLikeCpu(
      [
        [8, 8, 8, 1],
        [2, 2, 1, 5],
      ],
      (x, filter) =>
        maxPool(
          fused.conv2d({
            x: x as Tensor4D,
            filter: filter as Tensor4D,
            strides: 1,
            pad: 'valid',
            activation: 'relu',
          }),
          2,
          2,
          'valid',
        ),
      { values: [values], differentiable },
    );
  });

  test('has the bits of the two kernels one after the other', async () => {
    await setBackend('simd');
    for (const [shape, filters] of [
      [[8, 12, 12, 1], 9],
      [[8, 11, 12, 3], 6],
      [[8, 11, 10, 16], 16],
    ] as const) {
      const results = [false, true].map((isApart) =>
        tidy(() => {
          const x = tensor(numbers(shape[0] * shape[1] * shape[2] * shape[3]), [...shape]);
          const filter = tensor(numbers(9 * shape[3] * filters), [3, 3, shape[3], filters]);
          const y = conv2d(x as Tensor4D, filter as Tensor4D, 1, 'same');
          if (isApart) y.dataSync();
          return maxPool(y as Tensor4D, 2, 2, 'valid').dataSync();
        }),
      );
      expect(results[0]).toEqual(results[1]);
    }
  });

  test('a convolution that others need too is there for them, and is not computed twice again', async () => {
    await setBackend('simd');
    const x = tensor(numbers(8 * 100), [8, 10, 10, 1]) as Tensor4D;
    const filter = tensor(numbers(9 * 8), [3, 3, 1, 8]) as Tensor4D;
    const values = () =>
      tidy(() => {
        const y = conv2d(x, filter, 1, 'valid');
        const pooled = maxPool(y, 2, 2, 'valid').dataSync();
        return [pooled, y.dataSync()];
      });
    const ran = record(() => expect(values()).toEqual(values()));
    expect(ran.filter((name) => name === 'conv2dSmallTiles')).toHaveLength(3);
    x.dispose();
    filter.dispose();
  });
});

/** The names of the WebAssembly kernels that `work` runs. */
function record(work: () => void): string[] {
  const ran: string[] = [];
  const backend = engine().backend as unknown as { run: (name: string, ...rest: never[]) => void };
  const { run } = backend;
  backend.run = function (this: unknown, name, ...rest) {
    ran.push(name);
    run.call(this, name, ...rest);
  };
  try {
    work();
  } finally {
    backend.run = run;
  }
  return ran;
}
