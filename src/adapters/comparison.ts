import {
  type BootstrapOptions,
  bootstrapInterval,
  type Interval,
} from '../evaluation/bootstrap.ts';
import { type Judgement, mean } from './judge.ts';

/** A score and the confidence interval of it. */
export interface Estimate {
  readonly value: number;
  readonly interval: Interval;
}

/** One measure before and after an adapter, on the same units. */
export interface Comparison {
  readonly before: Estimate;
  readonly after: Estimate;
  /** After less before, unit by unit: an interval above 0 means better by more than chance. */
  readonly gain: Estimate;
}

/** Two judgements of the same knowledge, by measure. */
export function compareJudgements(
  before: Judgement,
  after: Judgement,
  bootstrap: BootstrapOptions,
): Record<string, Comparison> {
  const estimate = (values: Float64Array): Estimate => ({
    value: mean(values),
    interval: bootstrapInterval(values, bootstrap),
  });
  return Object.fromEntries(
    before.measures.map(({ name, values }, m) => {
      const others = after.measures[m]!.values;
      return [
        name,
        {
          before: estimate(values),
          after: estimate(others),
          gain: estimate(others.map((value, i) => value - values[i]!)),
        },
      ];
    }),
  );
}
