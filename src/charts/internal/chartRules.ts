import { between, type OptionKind, oneOf } from '../../internal/optionKinds.ts';
import { type OptionTable, optional, preset } from '../../internal/readOptions.ts';
import type { ChartOptions } from '../chartOptions.ts';

/** A string, which may be empty. */
export const anyText: OptionKind<string> = {
  expected: 'a string',
  accepts: (value) => typeof value === 'string',
};

/** Names in order. */
export const nameList: OptionKind<readonly string[]> = {
  expected: 'an array of strings',
  accepts: (value) => Array.isArray(value) && value.every((name) => typeof name === 'string'),
};

/** Class names: an array, or a record by class id. */
export const namesById: OptionKind<Readonly<Record<number, string>>> = {
  expected: "an array of strings, or a record such as { 3: 'cat' }",
  accepts: (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((name) => typeof name === 'string'),
};

/** Colors as `#rrggbb`. */
export const colorList: OptionKind<readonly string[]> = {
  expected: 'an array of colors of the form #rrggbb',
  accepts: (value) =>
    Array.isArray(value) &&
    value.every((color) => typeof color === 'string' && /^#[0-9a-f]{6}$/i.test(color)),
};

/** An array of any kind with one value an example; what it holds is checked where it is read. */
export const listOfExamples: OptionKind<ArrayLike<number>> = {
  expected: 'an array with one value an example',
  accepts: (value) =>
    typeof value === 'object' && typeof (value as { length?: unknown } | null)?.length === 'number',
};

/** The options that every picture has. */
export const chartRules: OptionTable<ChartOptions, 'title' | 'width' | 'height'> = {
  title: optional(anyText),
  subtitle: preset('', anyText),
  width: optional(between(240, 4000)),
  height: optional(between(160, 4000)),
  theme: preset('light', oneOf('light', 'dark', 'auto')),
};
