import { cast, div, mul, sub, type Tensor, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkOptions } from '../internal/checkOptions.ts';
import { show } from '../internal/checks.ts';

/**
 * The normalization of a network's input: the network sees `(value * scale - mean) / std`.
 *
 * `{ scale: 1 / 255 }` makes bytes into numbers from 0 to 1; `mean` and `std` are then in that range, as PyTorch's
 * `Normalize` after `ToTensor` has them.
 */
export interface Normalization {
  /** Multiplies each value. Default 1. */
  readonly scale?: number;
  /** Subtracted after scaling: one number, or one for each channel (the last axis). Default 0. */
  readonly mean?: number | readonly number[];
  /** Divides after that: one number > 0, or one for each channel. Default 1. */
  readonly std?: number | readonly number[];
}

/** A normalization with all defaults filled in. */
export type FullNormalization = Required<Normalization>;

/** The normalization that changes nothing. */
export const noNormalization: FullNormalization = { scale: 1, mean: 0, std: 1 };

/**
 * Fills in the defaults.
 *
 * @throws MetricLearningError if a number is not finite, `scale` is 0, `std` is not positive, or a list does not have
 * one number for each of the channels.
 */
export function checkNormalization(
  where: string,
  normalization: Normalization,
  inputShape: readonly (number | null)[],
): FullNormalization {
  checkOptions(`${where} (normalization)`, normalization, ['scale', 'mean', 'std']);
  const { scale = 1, mean = 0, std = 1 } = normalization;
  const channels = inputShape.at(-1) ?? null;
  if (!Number.isFinite(scale) || scale === 0) {
    throw new MetricLearningError({
      where,
      expected: 'scale to be a finite number other than 0',
      got: `scale: ${show(scale)}`,
    });
  }
  checkValues(where, 'mean', mean, channels, Number.isFinite, 'finite');
  checkValues(where, 'std', std, channels, (v) => Number.isFinite(v) && v > 0, 'finite and > 0');
  return { scale, mean, std };
}

/** Whether two normalizations do the same. */
export function sameNormalization(a: FullNormalization, b: FullNormalization): boolean {
  const same = (x: number | readonly number[], y: number | readonly number[]): boolean =>
    JSON.stringify(uniform(x)) === JSON.stringify(uniform(y));
  return a.scale === b.scale && same(a.mean, b.mean) && same(a.std, b.std);
}

/** Normalized examples [batch, ..] as floats; the caller disposes them. */
export function normalizeExamples(
  examples: Tensor,
  { scale, mean, std }: FullNormalization,
): Tensor {
  const operand = (value: number | readonly number[]): Tensor | number =>
    typeof value === 'number' ? value : tensor1d([...value]);
  return tidy(() => {
    const values = cast(examples, 'float32');
    const scaled = scale === 1 ? values : mul(values, scale);
    return div(sub(scaled, operand(mean)), operand(std));
  });
}

/** A list of equal numbers as that number. */
function uniform(value: number | readonly number[]): number | readonly number[] {
  if (typeof value === 'number') return value;
  return value.every((one) => one === value[0]) ? value[0]! : value;
}

function checkValues(
  where: string,
  name: string,
  value: number | readonly number[],
  channels: number | null,
  test: (value: number) => boolean,
  requested: string,
): void {
  const values = typeof value === 'number' ? [value] : value;
  const fits = Array.isArray(values) && (typeof value === 'number' || channels === values.length);
  if (fits && values.every((one) => typeof one === 'number' && test(one))) return;
  throw new MetricLearningError({
    where,
    expected: `${name} to be a number, or one for each of ${channels ?? 'the'} channels, ${requested}`,
    got: `${name}: ${show(value)}`,
  });
}
