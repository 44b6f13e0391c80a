import {
  conv2d,
  conv2dTranspose,
  fused,
  mul,
  type Tensor,
  type Tensor1D,
  type Tensor3D,
  type Tensor4D,
  tensor,
} from '@tensorflow/tfjs-core';
import { test } from 'vitest';
import { createRandom } from '../../../src/random/createRandom.ts';
import { describeOnSimd, expectLikeCpu } from '../../support/onSimd.ts';

type Sides = [number, number];
type Pad = 'same' | 'valid' | number | [Sides, Sides, Sides, Sides];

/** batch, height, width, channels; filter; filters; strides; pad */
const grid: [number[], Sides, number, Sides, Pad][] = [
  [[1, 5, 5, 1], [3, 3], 1, [1, 1], 'valid'],
  [[3, 9, 8, 5], [3, 3], 7, [1, 1], 'valid'],
  [[4, 9, 9, 1], [3, 3], 32, [1, 1], 'valid'],
  [[3, 10, 11, 4], [5, 5], 9, [1, 1], 'same'],
  [[2, 9, 9, 6], [3, 3], 8, [2, 2], 'valid'],
  [[2, 8, 8, 8], [1, 1], 4, [1, 1], 'same'],
  [[2, 9, 9, 3], [3, 3], 8, [2, 2], 'same'],
  [[9, 6, 6, 2], [4, 4], 3, [1, 1], 'same'],
  [[1, 20, 13, 3], [3, 3], 5, [3, 3], 'same'],
  [[1, 16, 16, 3], [7, 7], 5, [2, 2], 'same'],
  [[20, 6, 5, 3], [2, 3], 4, [2, 3], 'same'],
  [[2, 7, 6, 3], [1, 1], 4, [3, 3], 'valid'],
  [[1, 40, 3, 2], [3, 2], 3, [1, 1], 1],
  [
    [2, 5, 5, 3],
    [3, 3],
    5,
    [1, 1],
    [
      [0, 0],
      [2, 3],
      [4, 1],
      [0, 0],
    ],
  ],
  [[5, 2, 2, 3], [3, 3], 4, [1, 1], 'same'],
  [[0, 6, 6, 3], [3, 3], 4, [1, 1], 'same'],
];

/** Sizes that Winograd's algorithm takes. */
const winograd: typeof grid = [
  [[8, 9, 10, 1], [3, 3], 12, [1, 1], 'valid'],
  [[9, 6, 5, 3], [3, 3], 7, [1, 1], 'same'],
  [[8, 4, 7, 4], [3, 3], 2, [1, 1], 'valid'],
  [
    [8, 5, 6, 2],
    [3, 3],
    5,
    [1, 1],
    [
      [0, 0],
      [2, 3],
      [4, 1],
      [0, 0],
    ],
  ],
  [[5, 13, 13, 32], [3, 3], 32, [1, 1], 'valid'],
  [[4, 8, 8, 16], [3, 3], 16, [1, 1], 'same'],
  [[6, 11, 19, 20], [3, 3], 28, [1, 1], 'same'],
  [[9, 7, 45, 16], [3, 3], 20, [1, 1], 'valid'],
  [
    [4, 12, 12, 16],
    [3, 3],
    16,
    [1, 1],
    [
      [0, 0],
      [2, 1],
      [0, 2],
      [0, 0],
    ],
  ],
];

describeOnSimd('convolution', () => {
  test.each([...grid, ...winograd])(
    '%j, filter %j, %i filters, strides %j, pad %j',
    async (shape, sides, filters, strides, pad) => {
      await expectLikeCpu(
        [shape, [...sides, shape[3] as number, filters]],
        (x, filter) => conv2d(x as Tensor4D, filter as Tensor4D, strides, pad),
        { relative: 2e-5 },
      );
    },
  );

  test.each([
    [[5, 9, 8, 16], 12],
    [[3, 7, 7, 11], 7],
    [[2, 6, 6, 5], 9],
    [[9, 9, 8, 16], 20],
  ])('with a gradient that is mostly zero: %j, %i filters', async (shape, filters) => {
    const random = createRandom(4);
    for (const pad of ['same', 'valid'] as const) {
      await expectLikeCpu([shape, [3, 3, shape[3] as number, filters]], (x, filter) => {
        const y = conv2d(x as Tensor4D, filter as Tensor4D, 1, pad);
        const chance = random.fork('mask');
        const image = y.size / y.shape[0];
        const mask = Float32Array.from({ length: y.size }, (_, i) =>
          // nothing in every third image, all of the last
          i < 8 * image ? (Math.floor(i / image) % 3 !== 1 && chance.next() < 0.2 ? 1 : 0) : 1,
        );
        return mul(y, tensor(mask, y.shape));
      });
    }
  });

  test('one image without a batch', async () => {
    await expectLikeCpu(
      [
        [6, 7, 3],
        [3, 3, 3, 5],
      ],
      (x, filter) => conv2d(x as Tensor3D, filter as Tensor4D, 1, 'same'),
    );
  });

  test('dilated, and in NCHW: by the cpu backend', async () => {
    const shapes = [
      [2, 9, 9, 3],
      [3, 3, 3, 4],
    ];
    await expectLikeCpu(
      shapes,
      (x, filter) => conv2d(x as Tensor4D, filter as Tensor4D, 1, 'same', 'NHWC', 2),
      { differentiable: false, fast: false },
    );
    await expectLikeCpu(
      [[2, 3, 9, 9], shapes[1] as number[]],
      (x, filter) => conv2d(x as Tensor4D, filter as Tensor4D, 1, 'same', 'NCHW'),
      { fast: false },
    );
  });

  test.each([
    [[3, 4, 5, 6], [3, 3, 4, 6], [3, 8, 10, 4], 2, 'same'],
    [[2, 4, 4, 5], [4, 4, 3, 5], [2, 10, 10, 3], 2, 'valid'],
    [[4, 12, 12, 16], [3, 3, 16, 16], [4, 12, 12, 16], 1, 'same'],
  ] as const)(
    'transposed: %j, filter %j, output %j, stride %i, pad %s',
    async (x, filter, out, stride, pad) => {
      await expectLikeCpu(
        [x, filter],
        (x, filter) =>
          conv2dTranspose(x as Tensor4D, filter as Tensor4D, [...out], stride, pad) as Tensor,
        { relative: 2e-5 },
      );
    },
  );

  test.each(['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu'] as const)(
    'fused with bias and %s',
    async (activation) => {
      const shapes = [
        [[2, 7, 6, 5], [3, 3, 5, 11], [11]],
        [[4, 9, 9, 16], [3, 3, 16, 20], [20]],
      ];
      for (const operands of shapes) {
        await expectLikeCpu(
          operands,
          (x, filter, bias): Tensor =>
            fused.conv2d({
              x: x as Tensor4D,
              filter: filter as Tensor4D,
              strides: 1,
              pad: 'same',
              bias: bias as Tensor1D,
              activation,
              leakyreluAlpha: 0.3,
            }),
          { relative: 2e-5, differentiable: activation === 'relu' || activation === 'linear' },
        );
      }
    },
  );

  test('fused with prelu weights, and with a bias that is no row', async () => {
    const shapes = [
      [2, 5, 5, 3],
      [3, 3, 3, 4],
    ];
    await expectLikeCpu(
      [...shapes, [4]],
      (x, filter, preluActivationWeights): Tensor =>
        fused.conv2d({
          x: x as Tensor4D,
          filter: filter as Tensor4D,
          strides: 1,
          pad: 'same',
          activation: 'prelu',
          preluActivationWeights: preluActivationWeights as Tensor,
        }),
      { differentiable: false, fast: false },
    );
    await expectLikeCpu(
      [...shapes, [1]],
      (x, filter, bias): Tensor =>
        fused.conv2d({
          x: x as Tensor4D,
          filter: filter as Tensor4D,
          strides: 1,
          pad: 'same',
          bias: bias as Tensor1D,
        }),
      { differentiable: false, fast: false },
    );
  });
});
