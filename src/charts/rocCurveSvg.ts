import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkBetween, show } from '../internal/checks.ts';
import type { ChartOptions } from './chartOptions.ts';
import { lineChart } from './internal/lineChart.ts';
import type { LineSeries } from './lineSeries.ts';

/** What every threshold accepts of the same and of the different pairs, as `rocCurve` finds it. */
export interface RocPoints {
  /** Default: none, for a single curve. */
  readonly name?: string;
  /** True accept rates, ascending. */
  readonly tar: ArrayLike<number>;
  /** False accept rates, ascending. */
  readonly far: ArrayLike<number>;
  /** Area under the curve, shown in the legend. */
  readonly auc?: number;
  /** Equal error rate, shown in the legend. */
  readonly eer?: number;
}

export interface RocCurveOptions extends ChartOptions {
  /** `log` shows false accept rates down to one in all different pairs, where verification happens. Default `linear`. */
  xScale?: 'linear' | 'log';
}

const where = 'rocCurveSvg';
const leastFar = 1e-6; // where a logarithmic axis begins at the latest

/**
 * ROC curves, as the text of one SVG: the share of same pairs accepted over the share of different pairs accepted, for
 * one embedding or several to compare. Default size 560 x 520.
 *
 * @throws MetricLearningError if there is no curve, lengths differ, or a rate is outside 0 to 1.
 */
export function rocCurveSvg(
  curves: RocPoints | readonly RocPoints[],
  options: RocCurveOptions = {},
): string {
  const list = (Array.isArray(curves) ? curves : [curves]) as readonly RocPoints[];
  if (list.length === 0 || !list.every((curve) => curve?.tar && curve.far)) {
    throw new MetricLearningError({ where, expected: 'a curve { tar, far }', got: show(curves) });
  }
  const { title = 'ROC', width = 560, height = 520, xScale = 'linear' } = options;
  for (const curve of list) checkRates(curve);
  const lines = list.map(({ name = 'embeddings', tar, far, auc, eer }): LineSeries => {
    const notes = [
      auc === undefined ? '' : `AUC ${auc.toFixed(4)}`,
      eer === undefined ? '' : `EER ${(100 * eer).toFixed(1)} %`,
    ].filter((note) => note !== '');
    const note = notes.join(', ');
    return { name, note, x: far, y: tar, marks: false, endLabel: false };
  });
  const least = Math.max(leastFar, Math.min(...list.map(({ far }) => firstAbove0(far))));
  const described = lines.map(({ name, note }) => (note ? `${name} (${note})` : name));
  return lineChart(
    where,
    [...lines, chanceLine(xScale, least)],
    {
      ...options,
      title,
      width,
      height,
      xScale,
      xDomain: [xScale === 'log' ? least : 0, 1],
      yReach: [0, 1],
      xLabel: 'false accept rate',
      yLabel: 'true accept rate',
    },
    `true accept rate over false accept rate of ${described.join(', ')}`,
  );
}

/** The diagonal: what guessing would give. */
function chanceLine(xScale: 'linear' | 'log', least: number): LineSeries {
  const x = xScale === 'log' ? Array.from({ length: 60 }, (_, i) => least ** (1 - i / 59)) : [0, 1];
  const style = { style: 'dashed', color: '#98a2b3', marks: false, endLabel: false } as const;
  return { name: 'chance', x, y: x, ...style };
}

function firstAbove0(rates: ArrayLike<number>): number {
  return Array.from(rates).find((rate) => rate > 0) ?? 1;
}

function checkRates({ tar, far, auc = 0, eer = 0 }: RocPoints): void {
  if (tar.length !== far.length || tar.length === 0) {
    throw new MetricLearningError({
      where,
      expected: 'as many tar as far, and at least one',
      got: `${tar.length} and ${far.length}`,
    });
  }
  for (const [name, rates] of Object.entries({ tar, far })) {
    for (let i = 0; i < rates.length; i++) checkBetween(where, name, rates[i] as number, 0, 1);
  }
  checkBetween(where, 'auc', auc, 0, 1);
  checkBetween(where, 'eer', eer, 0, 1);
}
