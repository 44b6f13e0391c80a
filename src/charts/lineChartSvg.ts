import { lineChart } from './internal/lineChart.ts';
import type { LineChartOptions, LineSeries } from './lineSeries.ts';

/**
 * Lines over a common axis, as the text of one SVG: each line's last value is written at its end.
 *
 * A linear y axis reaches to 0; on a log axis values of 0 and less lie on the lower edge.
 * Default size 720 x 400.
 *
 * @throws MetricLearningError if there is no point, lengths differ, or a value is not finite.
 */
export function lineChartSvg(
  series: readonly LineSeries[],
  options: LineChartOptions = {},
): string {
  return lineChart('lineChartSvg', series, options);
}
