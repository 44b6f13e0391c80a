import { finite, flag, listOf, type OptionKind, oneOf } from '../../internal/optionKinds.ts';
import { made, type OptionTable, optional, preset } from '../../internal/readOptions.ts';
import type { LineChartOptions } from '../lineSeries.ts';
import { anyText, chartRules } from './chartRules.ts';

const ends: OptionKind<readonly [number, number]> = {
  expected: 'two finite numbers, the smaller first',
  accepts: (value) => {
    const [low, high] = Array.isArray(value) && value.length === 2 ? value : [];
    return Number.isFinite(low) && Number.isFinite(high) && low <= high;
  },
};

export const lineChartRules: OptionTable<
  LineChartOptions,
  'title' | 'width' | 'height' | 'xLabel' | 'yLabel' | 'yScale' | 'xDomain'
> = {
  ...chartRules,
  xLabel: optional(anyText),
  yLabel: optional(anyText),
  yScale: optional(oneOf('linear', 'log')),
  xScale: preset('linear', oneOf('linear', 'log')),
  xDomain: optional(ends),
  yReach: made(() => [0], listOf(finite, 0) as OptionKind<readonly number[]>),
  wholeX: preset(false, flag),
};
