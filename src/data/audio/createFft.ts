/** A discrete Fourier transform of real values. */
export interface Fft {
  /** The real parts of the frequencies 0 to half of `size`; those above are their conjugates. */
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
  /** Transforms `size` values; the result is in `real` and `imaginary`. */
  transform(values: Float64Array): void;
}

/**
 * A transform of `size` values: any size works, sizes of small prime factors are quick.
 *
 * Even sizes are transformed as half as many complex numbers, each of two values that follow each other.
 *
 * @see Press et al.: Numerical Recipes, section 12.3: FFT of Real Functions. http://numerical.recipes
 */
export function createFft(size: number): Fft {
  const isEven = size % 2 === 0;
  const count = isEven ? size / 2 : size;
  const complex = createComplexFft(count);
  const bins = Math.floor(size / 2) + 1;
  const [real, imaginary] = [new Float64Array(bins), new Float64Array(bins)];
  const { cosines, sines } = turnsOf(size);
  return {
    real,
    imaginary,
    transform(values) {
      for (let i = 0; i < count; i++) {
        const at = complex.order[i]!;
        complex.real[i] = isEven ? values[2 * at]! : values[at]!;
        complex.imaginary[i] = isEven ? values[2 * at + 1]! : 0;
      }
      complex.transformOrdered();
      for (let k = 0; k < bins; k++) {
        const [a, b] = [complex.real[k % count]!, complex.imaginary[k % count]!];
        if (!isEven) {
          real[k] = a;
          imaginary[k] = b;
          continue;
        }
        const mirror = (count - k) % count;
        const [c, d] = [complex.real[mirror]!, complex.imaginary[mirror]!];
        const [x, y] = [(b + d) / 2, (c - a) / 2]; // the transform of the values at odd places
        real[k] = (a + c) / 2 + x * cosines[k]! - y * sines[k]!;
        imaginary[k] = (b - d) / 2 + x * sines[k]! + y * cosines[k]!;
      }
    },
  };
}

/** A transform of complex numbers in place. */
interface ComplexFft {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
  /** Which number has to stand at each place before the transform. */
  readonly order: Int32Array;
  transformOrdered(): void;
}

/**
 * A transform of mixed radix: transforms of small sizes are joined to larger ones, a prime factor of `size` at a time.
 *
 * @see Cooley, Tukey: An Algorithm for the Machine Calculation of Complex Fourier Series, 1965.
 * https://doi.org/10.1090/S0025-5718-1965-0178586-1
 */
function createComplexFft(size: number): ComplexFft {
  const [real, imaginary] = [new Float64Array(size), new Float64Array(size)];
  const [partReal, partImaginary] = [new Float64Array(size), new Float64Array(size)];
  const { cosines, sines } = turnsOf(size);
  const factors = primeFactors(size);

  /** Joins two transforms of `m` numbers, which stand from `to` on. */
  const joinHalves = (m: number, to: number): void => {
    const stride = size / (2 * m);
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

  /** Joins `parts` transforms of `m` numbers. */
  const joinParts = (parts: number, m: number, to: number): void => {
    const n = parts * m;
    for (let k = 0; k < m; k++) {
      for (let r = 0; r < parts; r++) {
        partReal[r] = real[to + r * m + k]!;
        partImaginary[r] = imaginary[to + r * m + k]!;
      }
      for (let i = k; i < n; i += m) {
        let [x, y] = [partReal[0]!, partImaginary[0]!];
        for (let r = 1; r < parts; r++) {
          const turn = ((r * i) % n) * (size / n);
          const [c, s] = [cosines[turn]!, sines[turn]!];
          x += partReal[r]! * c - partImaginary[r]! * s;
          y += partReal[r]! * s + partImaginary[r]! * c;
        }
        real[to + i] = x;
        imaginary[to + i] = y;
      }
    }
  };
  return {
    real,
    imaginary,
    order: orderOf(size, factors),
    transformOrdered() {
      let m = 1;
      for (const parts of factors.toReversed()) {
        for (let to = 0; to < size; to += parts * m) {
          if (parts === 2) joinHalves(m, to);
          else joinParts(parts, m, to);
        }
        m *= parts;
      }
    },
  };
}

/** Cosines and sines of the turns `-2 pi i / size`. */
function turnsOf(size: number): { cosines: Float64Array; sines: Float64Array } {
  const angles = Float64Array.from({ length: size }, (_, i) => (-2 * Math.PI * i) / size);
  return { cosines: angles.map(Math.cos), sines: angles.map(Math.sin) };
}

function primeFactors(size: number): number[] {
  const factors = [];
  for (let rest = size, factor = 2; rest > 1; ) {
    if (rest % factor === 0) {
      factors.push(factor);
      rest /= factor;
    } else factor = factor * factor > rest ? rest : factor + 1;
  }
  return factors;
}

/** Splits by the first factor, each part by the second, and so on: what comes to each place. */
function orderOf(size: number, factors: readonly number[]): Int32Array {
  return Int32Array.from({ length: size }, (_, place) => {
    let [from, stride, n, at] = [0, 1, size, place];
    for (const parts of factors) {
      n /= parts;
      from += Math.floor(at / n) * stride;
      at %= n;
      stride *= parts;
    }
    return from;
  });
}
