import { dispose, reshape, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shiftImages, TripletModel, tripletLoss } from '../../src/index.ts';
import { createRandom } from '../../src/random/createRandom.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';

type Shape = [count: number, height: number, width: number, channels: number];

/** Where the pixel of an image comes from, or 0 from outside. */
function pixelAt(values: Float32Array, shape: Shape, [i, y, x, c]: number[]): number {
  const [, height, width, channels] = shape;
  const inside =
    (y as number) >= 0 && (y as number) < height && (x as number) >= 0 && (x as number) < width;
  if (!inside) return 0;
  return values[
    (((i as number) * height + (y as number)) * width + (x as number)) * channels + (c as number)
  ] as number;
}

test('moves each image as a whole by what chance draws for it, and brings in 0', () => {
  const size = fc.integer({ min: 1, max: 5 });
  fc.assert(
    fc.property(size, size, size, size, fc.integer({ min: 0, max: 6 }), fc.nat(), (...drawn) => {
      const [count, height, width, channels, reach, seed] = drawn;
      const shape: Shape = [count, height, width, channels];
      const values = Float32Array.from(
        { length: count * height * width * channels },
        (_, k) => k + 1,
      );
      const images = tensor(values, shape);
      const chance = createRandom(seed);
      const moved = shiftImages(reach)(images, createRandom(seed));
      const got = moved.dataSync<'float32'>();
      for (let i = 0; i < count; i++) {
        const [down, right] = [0, 1].map(() => chance.integer(2 * reach + 1) - reach) as [
          number,
          number,
        ];
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            for (let c = 0; c < channels; c++) {
              const at = pixelAt(got, shape, [i, y, x, c]);
              expect(at).toBe(pixelAt(values, shape, [i, y - down, x - right, c]));
            }
          }
        }
      }
      dispose([images, moved]);
    }),
    { numRuns: 60 },
  );
});

const examples = Float32Array.from({ length: 12 * 9 }, (_, i) => Math.sin(i));
const labels = Array.from({ length: 12 }, (_, i) => i % 3);
const small = (inputShape: number[]): TripletModel => {
  const base = [layers.reshape({ inputShape, targetShape: [9] }), layers.dense({ units: 2 })];
  const model = new TripletModel(sequential({ layers: base }));
  model.compile({ optimizer: 'sgd', loss: tripletLoss(1) });
  return model;
};

test('is an augmentation of fit, which the seed determines', async () => {
  const run = async (): Promise<number[]> => {
    const model = small([3, 3, 1]);
    model.base.setWeights(
      model.base.getWeights().map((w) => tensor(new Float32Array(w.size).fill(0.1), w.shape)),
    );
    return (await model.fit({ examples, labels }, { augment: shiftImages(1), seed: 3 })).stepLoss;
  };
  expect(await run()).toEqual(await run());
});

test('says what it cannot move', async () => {
  expect(() => shiftImages(-1)).toThrow(
    'shiftImages: expected reach to be a whole number >= 0, got reach: -1.',
  );
  await expect(small([9]).fit({ examples, labels }, { augment: shiftImages(1) })).rejects.toThrow(
    'shiftImages: expected images of shape [count, height, width, channels], got examples of shape [27, 9].',
  );
});

test.each<[(x: Tensor) => unknown, string]>([
  [() => 'flipped', 'expected augment to return a tensor of shape [27, 9], got "flipped"'],
  [() => undefined, 'got undefined'],
  [
    (x) => reshape(x, [9, 27]),
    'expected augment to return a tensor of shape [27, 9], got one of shape [9, 27]',
  ],
])('an augmentation that gives other than examples is refused: %#', async (augment, message) => {
  await expect(small([9]).fit({ examples, labels }, { augment: augment as never })).rejects.toThrow(
    message,
  );
});

test('keeps no tensor', () => {
  expectNoLeak(() => {
    const images = tensor(examples, [12, 3, 3, 1]);
    dispose([images, shiftImages(2)(images, createRandom(1))]);
  });
});
