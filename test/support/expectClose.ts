import { expect } from 'vitest';

export interface Tolerance {
  /** Share of the expected values' largest magnitude. Default 1e-4. */
  relative?: number;
  /** Default 1e-5. */
  absolute?: number;
}

/** Every value of `got` is within the tolerance of its partner in `expected`; NaN and shortness fail. */
export function expectClose(
  got: ArrayLike<number>,
  expected: ArrayLike<number>,
  { relative = 1e-4, absolute = 1e-5 }: Tolerance = {},
): void {
  expect(got.length, 'number of values').toBe(expected.length);
  const scale = Array.from(expected).reduce((max, v) => Math.max(max, Math.abs(v)), 0);
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs((got[i] as number) - (expected[i] as number));
    if (!(difference <= absolute + relative * scale)) {
      expect.fail(`value ${i}: expected ${expected[i]}, got ${got[i]} (scale ${scale})`);
    }
  }
}

/** NaN and infinities in the same places, and all other numbers close. */
export function expectAlike(
  got: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: Tolerance = {},
): void {
  const special = (value: number): string => (Number.isFinite(value) ? 'finite' : String(value));
  expect(Array.from(got, special)).toEqual(Array.from(expected, special));
  const finite = (value: number): number => (Number.isFinite(value) ? value : 0);
  expectClose(Array.from(got, finite), Array.from(expected, finite), tolerance);
}
