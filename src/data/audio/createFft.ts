/** A discrete Fourier transform: the real and imaginary parts of the result by real values. */
export interface Fft {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
  /** Transforms `values`, which are as many as the transform has; the result is in `real` and `imaginary`. */
  transform(values: Float64Array): void;
}

/**
 * A transform of `size` values (Cooley and Tukey, mixed radix): any size works, sizes of small prime factors are quick.
 *
 * @see https://doi.org/10.1090/S0025-5718-1965-0178586-1
 */
export function createFft(size: number): Fft {
  const real = new Float64Array(size);
  const imaginary = new Float64Array(size);
  const cosines = Float64Array.from({ length: size }, (_, i) => Math.cos((2 * Math.PI * i) / size));
  const sines = Float64Array.from({ length: size }, (_, i) => -Math.sin((2 * Math.PI * i) / size));
  const partReal = new Float64Array(size);
  const partImaginary = new Float64Array(size);

  /** Joins the transforms of two halves of `m` values, which stand from `to` on. */
  const joinHalves = (m: number, stride: number, to: number): void => {
    for (let a = to, b = to + m, turn = 0; a < to + m; a++, b++, turn += stride) {
      const [c, s] = [cosines[turn]!, sines[turn]!];
      const x = real[b]! * c - imaginary[b]! * s;
      const y = real[b]! * s + imaginary[b]! * c;
      real[b] = real[a]! - x;
      imaginary[b] = imaginary[a]! - y;
      real[a] = real[a]! + x;
      imaginary[a] = imaginary[a]! + y;
    }
  };

  /** The transform of the `n` values from `from` on, each `stride` after the other, written from `to` on. */
  const step = (
    values: Float64Array,
    n: number,
    stride: number,
    from: number,
    to: number,
  ): void => {
    if (n === 1) {
      real[to] = values[from]!;
      imaginary[to] = 0;
      return;
    }
    const parts = smallestFactor(n);
    const m = n / parts;
    for (let r = 0; r < parts; r++) {
      step(values, m, stride * parts, from + r * stride, to + r * m);
    }
    if (parts === 2) {
      joinHalves(m, stride, to);
      return;
    }
    for (let k = 0; k < m; k++) {
      for (let r = 0; r < parts; r++) {
        partReal[r] = real[to + r * m + k]!;
        partImaginary[r] = imaginary[to + r * m + k]!;
      }
      for (let i = k; i < n; i += m) {
        let [x, y] = [partReal[0]!, partImaginary[0]!];
        for (let r = 1; r < parts; r++) {
          const turn = (r * i * stride) % size;
          const [c, s] = [cosines[turn]!, sines[turn]!];
          x += partReal[r]! * c - partImaginary[r]! * s;
          y += partReal[r]! * s + partImaginary[r]! * c;
        }
        real[to + i] = x;
        imaginary[to + i] = y;
      }
    }
  };
  return { real, imaginary, transform: (values) => step(values, size, 1, 0, 0) };
}

function smallestFactor(n: number): number {
  for (let factor = 2; factor * factor <= n; factor++) if (n % factor === 0) return factor;
  return n;
}
