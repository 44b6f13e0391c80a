import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from './checks.ts';
import { didYouMean } from './didYouMean.ts';
import type { OptionKind } from './optionKinds.ts';

/** An option: its kind, and what holds when it is not given. */
export interface OptionRule<T, Absent extends 'default' | 'required' | 'none'> {
  readonly kind: OptionKind<T>;
  /** `default`: `fallback` makes the value; `required`: an error; `none`: the value is undefined. */
  readonly absent: Absent;
  readonly fallback?: () => T;
}

/**
 * The options of one function, each declared once: the table has a rule for every name of the interface `O`. The
 * check, the error text, the hint for a wrong name, the table in `docs/` and the rows of the tests come from it.
 * `Open` names the options that may stay undefined.
 */
export type OptionTable<O, Open extends keyof O = never> = {
  readonly [Name in keyof O]-?: Name extends Open
    ? OptionRule<NonNullable<O[Name]>, 'none'>
    : OptionRule<NonNullable<O[Name]>, 'default' | 'required'>;
};

/** What `readOptions` gives for a table. */
export type OptionValues<Table> = {
  readonly [Name in keyof Table]: Table[Name] extends OptionRule<infer T, infer Absent>
    ? 'none' extends Absent
      ? T | undefined
      : T
    : never;
};

/** An option with a default value. */
export function preset<T>(value: T, kind: OptionKind<T>): OptionRule<T, 'default'> {
  return { kind, absent: 'default', fallback: () => value };
}

/** An option whose default is made anew for each call, such as a distance. */
export function made<T>(make: () => T, kind: OptionKind<T>): OptionRule<T, 'default'> {
  return { kind, absent: 'default', fallback: make };
}

/** An option that must be given. */
export function required<T>(kind: OptionKind<T>): OptionRule<T, 'required'> {
  return { kind, absent: 'required' };
}

/** An option without a default: the value is undefined when it is not given. */
export function optional<T>(kind: OptionKind<T>): OptionRule<T, 'none'> {
  return { kind, absent: 'none' };
}

/**
 * The options that a caller gave, checked, with the defaults of those not given.
 *
 * An option whose value is undefined counts as not given.
 *
 * @throws MetricLearningError if the options are no record, an option has no name of the table, a value is not of its
 * kind, or a required option is missing.
 * @example const { margin } = readOptions('tripletMarginLoss', tripletMarginLossOptions, options);
 */
export function readOptions<
  Table extends Readonly<Record<string, OptionRule<unknown, 'default' | 'required' | 'none'>>>,
>(where: string, table: Table, given: object): OptionValues<Table> {
  const names = Object.keys(table);
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new MetricLearningError({
      where,
      expected: `options to be a record, { ${names.slice(0, 2).join(', ')} }`,
      got: show(given),
    });
  }
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(table, name)) throw unknownName(where, name, names);
  }
  const values: Record<string, unknown> = {};
  for (const name of names) {
    const rule = table[name] as OptionRule<unknown, 'default' | 'required' | 'none'>;
    const value = (given as Record<string, unknown>)[name];
    if (value === undefined && rule.absent !== 'required') values[name] = rule.fallback?.();
    else if (rule.kind.accepts(value)) values[name] = value;
    else throw wrongValue(where, name, value, rule.kind);
  }
  return values as OptionValues<Table>;
}

function unknownName(where: string, name: string, names: readonly string[]): MetricLearningError {
  const meant = didYouMean(name, names);
  return new MetricLearningError({
    where,
    expected: `no options but ${names.join(', ')}`,
    got: name,
    ...(meant !== undefined && { fix: `It is called ${meant}.` }),
  });
}

function wrongValue(
  where: string,
  name: string,
  value: unknown,
  kind: OptionKind<unknown>,
): MetricLearningError {
  const fix = kind.fix?.(value);
  return new MetricLearningError({
    where,
    expected: `${name} to be ${kind.expected}`,
    got: `${name}: ${kind.got?.(value) ?? show(value)}`,
    ...(fix !== undefined && { fix }),
  });
}
