import { describe, expect, test } from 'vitest';
import { createFft } from '../../src/data/audio/createFft.ts';

const sizes = [...Array.from({ length: 33 }, (_, i) => i + 1), 49, 64, 97, 120, 400, 512];

describe('createFft', () => {
  test.each(sizes)('transforms %i values as the definition does', (size) => {
    const values = Float64Array.from({ length: size }, (_, i) => ((i * i * 7 + 13 * i) % 31) - 15);
    const { real, imaginary, transform } = createFft(size);
    transform(values);
    expect(real).toHaveLength(Math.floor(size / 2) + 1);
    for (let k = 0; k <= size / 2; k++) {
      let [x, y] = [0, 0];
      values.forEach((value, i) => {
        x += value * Math.cos((2 * Math.PI * k * i) / size);
        y -= value * Math.sin((2 * Math.PI * k * i) / size);
      });
      expect(real[k]).toBeCloseTo(x, 7);
      expect(imaginary[k]).toBeCloseTo(y, 7);
    }
  });

  test('forgets the values before', () => {
    const fft = createFft(6);
    fft.transform(Float64Array.of(1, 2, 3, 4, 5, 6));
    fft.transform(Float64Array.of(1, 1, 1, 1, 1, 1));
    expect(Array.from(fft.real, (value) => Math.round(value * 1e9) / 1e9 + 0)).toEqual([
      6, 0, 0, 0,
    ]);
  });
});
