import { tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { exampleSource } from '../../src/data/exampleSource.ts';
import { openView, viewImages } from '../../src/report/examples/exampleView.ts';
import { imageSize } from '../../src/report/examples/imageSize.ts';
import { shrinkImage } from '../../src/report/examples/shrinkImage.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';

describe('imageSize', () => {
  test.each<[number[], number[] | false | undefined, number[] | undefined]>([
    [[28, 28], undefined, [28, 28, 1]],
    [[28, 28, 1], undefined, [28, 28, 1]],
    [[4, 4, 3], undefined, [4, 4, 3]],
    [[32, 32, 4], undefined, [32, 32, 4]],
    [[20, 7], undefined, undefined], // a sequence
    [[28, 28, 2], undefined, undefined],
    [[784], undefined, undefined],
    [[8, 8, 8, 1], undefined, undefined],
    [[784], [28, 28], [28, 28, 1]],
    [[28, 28], false, undefined],
  ])('%o, told %o, is %o', (shape, told, size) => {
    expect(imageSize('here', shape, told)).toEqual(size);
  });

  test.each([[[28, 27]], [[784]], [[28, 14, 2]], [[-28, -28]]])('rejects %o', (told) => {
    expect(() => imageSize('here', [784], told)).toThrow(
      'here: expected images to be false, or [height, width] or [height, width, 1, 3 or 4] of 784 values',
    );
  });
});

describe('shrinkImage', () => {
  test('takes the mean of the pixels that one covers, in each channel', () => {
    const into = new Float32Array(2 * 2 * 2);
    const values = Array.from({ length: 4 * 4 * 2 }, (_, i) => i);
    shrinkImage(values, [4, 4, 2], [2, 2, 2], into);
    expect([...into]).toEqual([5, 6, 9, 10, 21, 22, 25, 26]);
  });

  test('covers every pixel once where sides do not divide', () => {
    const into = new Float32Array(3 * 2);
    shrinkImage(new Uint8Array(7 * 5).fill(9), [7, 5, 1], [3, 2, 1], into);
    expect([...into]).toEqual([9, 9, 9, 9, 9, 9]);
  });
});

describe('openView', () => {
  const images = Float32Array.from({ length: 6 * 64 * 128 }, (_, i) => (i % 7) / 7);
  const source = exampleSource('here', images, [64, 128]);

  test('makes large images small, and keeps their sides in proportion', async () => {
    const view = await openView('here', source, 6, undefined);
    const all = source.range(0, 6);
    await view.addBatch(all, 0);
    all.dispose();
    expect(view.unit).toBe('pixels of 32 x 64');
    expect(view.rows().shape).toEqual([6, 32 * 64]);
    const sprite = await view.sprite();
    expect([sprite?.tileHeight, sprite?.tileWidth, sprite?.count]).toEqual([32, 64, 6]);
  });

  test('shows bytes, 0 to 1, and any other range in full contrast', async () => {
    for (const [values, expected] of [
      [Uint8Array.of(0, 100, 200, 50), [0, 100, 200, 50]],
      [Float32Array.of(0, 0.2, 1, 0.4), [0, 51, 255, 102]],
      [Float32Array.of(-1, 0, 1, 0.6), [0, 128, 255, 204]],
    ] as const) {
      const few = exampleSource('here', values, [2, 2, 1]);
      const sprite = await viewImages('here', few, Int32Array.of(0), undefined);
      expect([...(sprite?.pixels ?? [])]).toEqual(expected);
    }
  });

  test('of long examples that are no images it takes every n-th value', async () => {
    const long = exampleSource('here', new Float32Array(2 * 5000).fill(1), [5000]);
    const view = await openView('here', long, 2, undefined);
    expect(view.unit).toBe('every 3rd value');
    expect(view.rows().shape).toEqual([2, 1667]);
    expect(await view.sprite()).toBe(undefined);
  });

  test('leaves no tensor behind', async () => {
    const examples = tensor(images, [6, 64, 128]);
    const own = exampleSource('here', examples, [64, 128]);
    await expectNoLeak(async () => {
      await viewImages('here', own, Int32Array.of(3, 1), undefined);
    });
    examples.dispose();
  });
});
