import { show } from './checks.ts';

/** What values an option accepts. */
export interface OptionKind<T> {
  /** What the value has to be, as an error says it after "expected margin to be". */
  readonly expected: string;
  accepts(value: unknown): boolean;
  /** A value that is not accepted, as an error shows it. Default: the value itself, shortened. */
  got?(value: unknown): string | undefined;
  /** How to mend a value that is not accepted, where there is one likely answer. */
  fix?(value: unknown): string | undefined;
  /** Never set: it carries the type. */
  readonly type?: T;
}

/** A finite number. */
export const finite: OptionKind<number> = /*#__PURE__*/ numberKind('a finite number', () => true);

/** A finite number >= 0. */
export const nonNegative: OptionKind<number> = /*#__PURE__*/ numberKind(
  'a finite number >= 0',
  (x) => x >= 0,
);

/** A finite number > 0. */
export const positive: OptionKind<number> = /*#__PURE__*/ numberKind(
  'a finite number > 0',
  (x) => x > 0,
);

/** A finite number that is >= `low`. */
export function atLeast(low: number): OptionKind<number> {
  return numberKind(`a finite number >= ${low}`, (x) => x >= low);
}

/** A number from `low` to `high`, both included. */
export function between(low: number, high: number): OptionKind<number> {
  return numberKind(`a number from ${low} to ${high}`, (x) => x >= low && x <= high);
}

/** A share of a whole: from 0 to less than 1. */
export const share: OptionKind<number> = /*#__PURE__*/ numberKind(
  'a number from 0 to less than 1',
  (x) => x >= 0 && x < 1,
);

/** A whole number that is >= `low`. */
export function wholeNumber(low: number): OptionKind<number> {
  return numberKind(`a whole number >= ${low}`, (x) => Number.isSafeInteger(x) && x >= low);
}

/** The seed of random numbers: a whole number >= 0. */
export const seed: OptionKind<number> = /*#__PURE__*/ numberKind(
  'a whole number >= 0',
  (value) => Number.isSafeInteger(value) && value >= 0,
);

/** true or false. */
export const flag: OptionKind<boolean> = {
  expected: 'true or false',
  accepts: (value) => typeof value === 'boolean',
};

/** The signal of an AbortController. */
export const abortSignal: OptionKind<AbortSignal> = {
  expected: 'an AbortSignal',
  accepts: (value) => value instanceof AbortSignal,
  fix: (value) => (value instanceof AbortController ? 'Pass controller.signal.' : undefined),
};

/** A string that is not empty. */
export const text: OptionKind<string> = {
  expected: 'a string that is not empty',
  accepts: (value) => typeof value === 'string' && value !== '',
};

/** One of a few literal values. */
export function oneOf<T extends string | number>(...values: readonly T[]): OptionKind<T> {
  const shown = values.map((value) => (typeof value === 'string' ? `'${value}'` : value));
  return {
    expected: shown.length === 1 ? `${shown[0]}` : `one of ${shown.join(', ')}`,
    accepts: (value) => values.includes(value as T),
  };
}

/** A part of the library: a record with these functions, such as a distance. `example` is a call that makes one. */
export function part<T>(example: string, ...methods: readonly string[]): OptionKind<T> {
  return {
    expected: `a record with ${methods.length === 1 ? 'the function' : 'the functions'} ${methods.join(', ')}, such as ${example}`,
    accepts: (value) =>
      typeof value === 'object' &&
      methods.every(
        (method) => typeof (value as Record<string, unknown> | null)?.[method] === 'function',
      ),
    fix: (value) =>
      typeof value === 'function'
        ? `Call the function: ${value.name || 'part'}().`
        : typeof value === 'string'
          ? `Pass the part itself, not its name: ${example}.`
          : undefined,
  };
}

/** A function; `like` shows one. */
export function callback<T>(like: string, fix?: string): OptionKind<T> {
  return {
    expected: `a function, ${like}`,
    accepts: (value) => typeof value === 'function',
    ...(fix !== undefined && { fix: () => fix }),
  };
}

/** A record, neither null nor an array; `like` shows one. */
export function recordLike<T>(like: string): OptionKind<T> {
  return {
    expected: `a record, ${like}`,
    accepts: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  };
}

/** An array of any kind whose every value is of the kind, with at least `least` values. */
export function listOf<T>(kind: OptionKind<T>, least = 1): OptionKind<ArrayLike<T>> {
  return {
    expected: `an array of at least ${least} ${least === 1 ? 'value' : 'values'}, each ${kind.expected}`,
    accepts(value) {
      const list = value as ArrayLike<unknown> | null | undefined;
      if (typeof value !== 'object' || typeof list?.length !== 'number') return false;
      return list.length >= least && Array.from(list).every((each) => kind.accepts(each));
    },
    got(value) {
      if (typeof value !== 'object' || value === null) return undefined;
      const list = Array.from(value as ArrayLike<unknown>);
      const wrong = list.findIndex((each) => !kind.accepts(each));
      return wrong < 0 ? undefined : `${show(list[wrong])} at index ${wrong}`;
    },
  };
}

/** A value of one kind or of the other. */
export function either<A, B>(first: OptionKind<A>, second: OptionKind<B>): OptionKind<A | B> {
  return {
    expected: `${first.expected}, or ${second.expected}`,
    accepts: (value) => first.accepts(value) || second.accepts(value),
    got: (value) => first.got?.(value) ?? second.got?.(value),
    fix: (value) => first.fix?.(value) ?? second.fix?.(value),
  };
}

function numberKind(expected: string, accepts: (value: number) => boolean): OptionKind<number> {
  return {
    expected,
    accepts: (value) =>
      typeof value === 'number' && Number.isFinite(value) && accepts(value as number),
  };
}
