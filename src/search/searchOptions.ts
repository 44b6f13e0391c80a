import type { OptionKind } from '../internal/optionKinds.ts';

/** A threshold of distances: any number but NaN. Infinity leaves nothing out. */
export const thresholdKind: OptionKind<number> = {
  expected: 'a number',
  accepts: (value) => typeof value === 'number' && !Number.isNaN(value),
  fix: (value) =>
    typeof (value as { threshold?: unknown } | null)?.threshold === 'number'
      ? 'Pass the number itself: calibrated.threshold.'
      : undefined,
};
