import { readOptions } from '../internal/readOptions.ts';
import { lineChart } from './internal/lineChart.ts';
import { lineChartRules } from './internal/lineChartRules.ts';
import type { LineChartOptions, LineSeries } from './lineSeries.ts';

/**
 * Draws lines over a common axis, as the text of one SVG of 720 x 400 pixels; each line's last value is written at its
 * end.
 *
 * A linear y axis includes 0 unless `yReach` says otherwise. On a logarithmic axis values of 0 and less lie on the lower
 * edge. 100,000 points a line are fine: only what the eye can see of them is drawn.
 *
 * @throws MetricLearningError if there is no line, a line has no point or not as many y as x, or a value is not finite.
 * @example
 * const precision = { name: 'precision at 1', x: [1, 2, 3], y: [0.91, 0.95, 0.96] };
 * const svg = lineChartSvg([precision], { title: 'Validation', xLabel: 'epoch', wholeX: true });
 */
export function lineChartSvg(
  series: readonly LineSeries[],
  options: LineChartOptions = {},
): string {
  const where = 'lineChartSvg';
  return lineChart(where, series, readOptions(where, lineChartRules, options));
}
