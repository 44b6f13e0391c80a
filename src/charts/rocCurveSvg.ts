import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkBetween, show } from '../internal/checks.ts';
import { oneOf } from '../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../internal/readOptions.ts';
import type { ChartOptions } from './chartOptions.ts';
import { chartRules } from './internal/chartRules.ts';
import { checkFiniteList } from './internal/checkFiniteList.ts';
import { lineChart } from './internal/lineChart.ts';
import type { LineSeries } from './lineSeries.ts';

/** A ROC curve: what each threshold accepts of the same and of the different pairs, as `rocCurve` computes it. */
export interface RocPoints {
  /** Name in the legend. Default: `embeddings`. */
  readonly name?: string;
  /** True accept rate of each threshold, from 0 to 1, ascending. */
  readonly tar: ArrayLike<number>;
  /** False accept rate of each threshold, from 0 to 1, ascending. */
  readonly far: ArrayLike<number>;
  /** Area under the curve, shown in the legend. Default: not shown. */
  readonly auc?: number;
  /** Equal error rate, shown in the legend. Default: not shown. */
  readonly eer?: number;
}

export interface RocCurveOptions extends ChartOptions {
  /**
   * Scale of the false accept rates. `log` shows rates down to one false accept in all different pairs, where verification
   * happens. Default `linear`.
   */
  xScale?: 'linear' | 'log';
}

const rocCurveRules: OptionTable<RocCurveOptions, 'title' | 'width' | 'height'> = {
  ...chartRules,
  xScale: preset('linear', oneOf('linear', 'log')),
};

const where = 'rocCurveSvg';
const leastFar = 1e-6; // where a logarithmic axis begins at the latest

/**
 * Draws ROC curves, as the text of one SVG of 560 x 520 pixels: the true accept rate over the false accept rate, for one
 * embedding or for several to compare.
 *
 * @throws MetricLearningError if there is no curve, a curve has not as many `tar` as `far`, or a rate is outside 0 to 1.
 * @example
 * const pairs = await pairDistances(embeddings, labels);
 * await writeFile('roc.svg', rocCurveSvg(rocCurve(pairs), { xScale: 'log' }));
 */
export function rocCurveSvg(
  curves: RocPoints | readonly RocPoints[],
  options: RocCurveOptions = {},
): string {
  const list = (Array.isArray(curves) ? curves : [curves]) as readonly RocPoints[];
  if (list.length === 0 || !list.every((curve) => curve?.tar && curve.far)) {
    throw new MetricLearningError({
      where,
      expected: 'a curve, { tar, far }, or an array of curves',
      got: show(curves),
      fix: 'Pass what rocCurve(await pairDistances(embeddings, labels)) returns.',
    });
  }
  for (const curve of list) checkRates(curve);
  const chosen = readOptions(where, rocCurveRules, options);
  const { title = 'ROC', width = 560, height = 520, xScale } = chosen;
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
      ...chosen,
      title,
      width,
      height,
      wholeX: false,
      yScale: 'linear',
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
  for (const [name, rates] of Object.entries({ tar, far })) {
    checkFiniteList(where, name, rates);
    for (let i = 0; i < rates.length; i++) checkBetween(where, name, rates[i]!, 0, 1);
  }
  if (tar.length !== far.length || tar.length === 0) {
    throw new MetricLearningError({
      where,
      expected: 'a curve of at least one point, with as many tar as far',
      got: `${tar.length} tar and ${far.length} far`,
    });
  }
  checkBetween(where, 'auc', auc, 0, 1);
  checkBetween(where, 'eer', eer, 0, 1);
}
