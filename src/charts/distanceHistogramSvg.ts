import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import { finite } from '../internal/optionKinds.ts';
import { type OptionTable, optional, preset, readOptions } from '../internal/readOptions.ts';
import type { ChartOptions } from './chartOptions.ts';
import { axes, yLabelRoom } from './internal/axes.ts';
import { type Box, chartSvg, headingHeight, padding } from './internal/chart.ts';
import { anyText, chartRules } from './internal/chartRules.ts';
import { checkFiniteList } from './internal/checkFiniteList.ts';
import { type LegendEntry, legendRow } from './internal/legendRow.ts';
import { classColors, onGround } from './internal/palette.ts';
import { linearScale, numberText, type Scale } from './internal/scale.ts';
import { element, rounded, textAt } from './internal/svg.ts';
import { textWidth } from './internal/textWidth.ts';

/** Counts of pairs by their distance, as `distanceHistogram` computes them. */
export interface HistogramCounts {
  /** Edges of the bins, ascending: bin i goes from edges[i] to edges[i + 1]. */
  readonly edges: ArrayLike<number>;
  /** Number of pairs of the same class in each bin. */
  readonly same: ArrayLike<number>;
  /** Number of pairs of different classes in each bin. */
  readonly different: ArrayLike<number>;
}

export interface DistanceHistogramOptions extends ChartOptions {
  /**
   * The distance up to which two examples count as the same, drawn as a line; the legend then says which share of the pairs
   * lies below it. Default: none.
   */
  threshold?: number;
  /** Name of the x axis. Default `distance`. */
  xLabel?: string;
}

const distanceHistogramRules: OptionTable<
  DistanceHistogramOptions,
  'title' | 'width' | 'height' | 'threshold'
> = {
  ...chartRules,
  threshold: optional(finite),
  xLabel: preset('distance', anyText),
};

const where = 'distanceHistogramSvg';
const rightRoom = 24; // for half the last label of x
const kindColors = { same: classColors[0]!, different: classColors[3]! };

/**
 * Draws how far apart pairs of the same class and of different classes are, as the text of one SVG of 720 x 380 pixels.
 *
 * Both kinds of pairs are shown as shares of their own number, since there are far more pairs of different classes.
 *
 * @throws MetricLearningError if the counts do not fit the edges, a count is not a number >= 0, or there are no pairs of
 * one kind.
 * @example
 * const pairs = await pairDistances(embeddings, labels);
 * const svg = distanceHistogramSvg(distanceHistogram(pairs), { threshold: 0.8 });
 */
export function distanceHistogramSvg(
  counts: HistogramCounts,
  options: DistanceHistogramOptions = {},
): string {
  const chosen = readOptions(where, distanceHistogramRules, options);
  const { title = 'Distances of same and different pairs', subtitle, xLabel, threshold } = chosen;
  const { width = 720, height = 380, theme } = chosen;
  checkEdges(counts);
  const colors = {
    same: onGround(theme, kindColors.same),
    different: onGround(theme, kindColors.different),
  };
  const same = sharesOf('same', counts);
  const different = sharesOf('different', counts);

  const top = headingHeight(title, subtitle);
  const entries = [
    legendEntry('same class', colors.same, same, counts.edges, threshold),
    legendEntry('different classes', colors.different, different, counts.edges, threshold),
  ];
  const legend = legendRow(entries, padding, top + 6, width - 2 * padding);
  const plotTop = top + legend.height + 38;
  const plotHeight = Math.max(40, height - plotTop - padding - 40);
  const y = percentScale(Math.max(...same, ...different), plotTop, plotHeight);
  const left = padding + yLabelRoom(y);
  const plot: Box = {
    left,
    top: plotTop,
    width: width - padding - rightRoom - left,
    height: plotHeight,
  };
  const { edges } = counts;
  const x = distanceScale(edges, plot);

  const found = entries.map(({ text, note }) => (note === undefined ? text : `${text} ${note}`));
  const description = `${title || 'Distances'}: ${found.join(', ')}.`;
  return chartSvg({ title, subtitle, theme }, width, height, description, [
    legend.markup,
    axes(plot, x, y, { xLabel, yLabel: 'share of the pairs of a kind' }),
    area(different, edges, colors.different, x, y),
    area(same, edges, colors.same, x, y),
    threshold === undefined ? '' : thresholdLine(threshold, x, plot),
  ]);
}

function distanceScale(edges: ArrayLike<number>, { left, width }: Box): Scale {
  const ends = [edges[0]!, edges[edges.length - 1]!] as const;
  return linearScale(ends, [left, left + width], width / 70, { nice: false });
}

/** From 0 to the largest share, in percent. */
function percentScale(most: number, top: number, height: number): Scale {
  const scale = linearScale([0, 100 * most], [top + height, top], height / 48);
  const ticks = scale.ticks.map((tick) => ({ ...tick, text: `${tick.text} %` }));
  return { ...scale, ticks };
}

function legendEntry(
  text: string,
  color: string,
  shares: readonly number[],
  edges: ArrayLike<number>,
  threshold: number | undefined,
): LegendEntry {
  if (threshold === undefined) return { text, color, mark: 'square' };
  let within = 0;
  shares.forEach((share, i) => {
    const [from, to] = [edges[i]!, edges[i + 1]!];
    within += share * Math.min(1, Math.max(0, (threshold - from) / (to - from)));
  });
  return {
    text,
    color,
    mark: 'square',
    note: `${(100 * within).toFixed(1)} % below the threshold`,
  };
}

/** The outline of the bins, filled. */
function area(
  shares: readonly number[],
  edges: ArrayLike<number>,
  color: string,
  x: Scale,
  y: Scale,
): string {
  const base = rounded(y.at(0), 1);
  const steps = shares.map((share, i) => {
    const level = rounded(y.at(100 * share), 1);
    return `V${level}H${rounded(x.at(edges[i + 1]!), 1)}`;
  });
  const d = `M${rounded(x.at(edges[0]!), 1)},${base}${steps.join('')}V${base}`;
  const style = { stroke: color, 'stroke-width': 1.75, 'stroke-linejoin': 'round' };
  return element('path', { class: 'data', d, fill: color, 'fill-opacity': 0.28, ...style });
}

function thresholdLine(threshold: number, x: Scale, plot: Box): string {
  const at = x.at(threshold);
  const text = `threshold ${numberText(threshold)}`;
  const fitsRight = at + textWidth(text, 12, true) + 8 < plot.left + plot.width;
  const line = { x1: at, x2: at, y1: plot.top - 4, y2: plot.top + plot.height };
  return (
    element('line', { class: 'mark', 'stroke-width': 1.5, 'stroke-dasharray': '5 4', ...line }) +
    textAt(at + (fitsRight ? 7 : -7), plot.top + 8, text, {
      class: 'ink halo',
      'stroke-width': 4,
      'font-size': 12,
      'font-weight': 700,
      'text-anchor': fitsRight ? undefined : 'end',
    })
  );
}

function checkEdges(counts: HistogramCounts): void {
  if (typeof counts !== 'object' || counts === null || !('edges' in counts)) {
    throw new MetricLearningError({
      where,
      expected: 'counts to be a record, { edges, same, different }',
      got: show(counts),
      fix: 'Pass what distanceHistogram(await pairDistances(embeddings, labels)) returns.',
    });
  }
  const { edges, same, different } = counts;
  for (const [name, values] of Object.entries({ edges, same, different })) {
    checkFiniteList(where, name, values);
  }
  if (edges.length < 2 || same.length !== edges.length - 1 || different.length !== same.length) {
    throw new MetricLearningError({
      where,
      expected: 'one count of same and one of different pairs for each bin between two edges',
      got: `${edges.length} edges, ${same.length} counts of same and ${different.length} of different pairs`,
    });
  }
  for (let i = 0; i + 1 < edges.length; i++) {
    if (edges[i + 1]! > edges[i]!) continue;
    throw new MetricLearningError({
      where,
      expected: 'edges in ascending order',
      got: `${edges[i]} before ${edges[i + 1]}`,
    });
  }
}

function sharesOf(kind: 'same' | 'different', counts: HistogramCounts): number[] {
  const values = Array.from(counts[kind]);
  const total = values.reduce((sum, value) => sum + value, 0);
  const negative = values.find((value) => value < 0);
  if (negative === undefined && total > 0) return values.map((value) => value / total);
  throw new MetricLearningError({
    where,
    expected: `counts of ${kind} pairs that are >= 0, and at least one ${kind} pair`,
    got: negative === undefined ? 'none' : `a count of ${negative}`,
  });
}
