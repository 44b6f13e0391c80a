import type { OptionKind } from '../../internal/optionKinds.ts';

/** The signal of an AbortController. */
export const abortSignal: OptionKind<AbortSignal> = {
  expected: 'an AbortSignal',
  accepts: (value) => value instanceof AbortSignal,
  fix: (value) => (value instanceof AbortController ? 'Pass controller.signal.' : undefined),
};
