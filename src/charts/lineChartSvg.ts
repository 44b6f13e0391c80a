import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import type { ChartOptions, Theme } from './chartOptions.ts';
import { axes } from './internal/axes.ts';
import { type Box, chartSvg, checkChart, headingHeight, padding } from './internal/chart.ts';
import { legendRow } from './internal/legendRow.ts';
import { linePath } from './internal/linePath.ts';
import { colorsFor, onGround } from './internal/palette.ts';
import { extent, linearScale, logScale, numberText, type Scale } from './internal/scale.ts';
import { spread } from './internal/spread.ts';
import { element, textAt } from './internal/svg.ts';
import { textWidth } from './internal/textWidth.ts';

/** One line of a chart. */
export interface LineSeries {
  readonly name: string;
  /** Said more quietly after the name in the legend. */
  readonly note?: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** `#rrggbb`. Default: the next of `classColors`. */
  readonly color?: string;
  /** `faint` lines are background: thin, pale, without a label, cut where they would stretch the axis. Default `solid`. */
  readonly style?: 'solid' | 'dashed' | 'faint';
  /** A dot at each point. Default: for up to 30 points. */
  readonly marks?: boolean;
  /** The last value, written at the line's end. Default true, except for faint lines. */
  readonly endLabel?: boolean;
}

export interface LineChartOptions extends ChartOptions {
  xLabel?: string;
  yLabel?: string;
  /** Default `linear`. */
  yScale?: 'linear' | 'log';
  /** Default `linear`. */
  xScale?: 'linear' | 'log';
  /** Ends of the x axis. Default: those of the data. */
  xDomain?: readonly [number, number];
  /** Values that a linear y axis reaches at least; `[]` for none. Default `[0]`. */
  yReach?: readonly number[];
  /** Ticks at whole numbers only, for epochs and steps. Default false. */
  wholeX?: boolean;
}

const lineWidth = { solid: 2.25, dashed: 1.5, faint: 1 };
const labelSize = 12;

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
  const where = 'lineChartSvg';
  const { width = 720, height = 400, theme = 'light', title = '', subtitle = '' } = options;
  checkChart(where, width, height, theme);
  checkSeries(where, series);
  const lines = colored(where, series, theme);
  const top = headingHeight(title, subtitle);
  const legend = legendRow(
    lines.map(({ name, note = '', color, style = 'solid' }) => ({
      text: name,
      note,
      color,
      mark: style,
    })),
    padding,
    top + 6,
    width - 2 * padding,
  );
  const ends = lines
    .filter((line) => line.endLabel ?? line.style !== 'faint')
    .map((line) => ({ line, text: numberText(line.y[line.y.length - 1] as number) }));
  const labelRoom = Math.max(24, ...ends.map(({ text }) => textWidth(text, labelSize, true) + 24));
  const plotTop = top + legend.height + (options.yLabel ? 38 : 16);
  const bottom = padding + (options.xLabel ? 40 : 22);
  const plot: Box = {
    left: padding + 48,
    top: plotTop,
    width: width - 2 * padding - 48 - labelRoom,
    height: Math.max(40, height - plotTop - bottom),
  };
  const x = xScale(lines, options, plot);
  const y = yScale(lines, options, plot);

  const description = `${title || 'Line chart'}: ${ends
    .map(({ line, text }) => `${line.name} ends at ${text}`)
    .join(', ')}.`;
  return chartSvg({ title, subtitle, theme }, width, height, description, [
    legend.markup,
    axes(plot, x, y, options),
    ...lines.map((line) => drawLine(line, x, y)),
    endLabels(ends, x, y, plot),
  ]);
}

/** The lines, each in its own colour or the next of all. */
function colored(where: string, series: readonly LineSeries[], theme: Theme): DrawnLine[] {
  const own = series.map((line) => line.color).filter((color) => color !== undefined);
  colorsFor(where, 0, own);
  const colors = colorsFor(where, series.length);
  return series.map((line, i) => ({
    ...line,
    color: onGround(theme, line.color ?? (colors[i] as string)),
  }));
}

type DrawnLine = LineSeries & { readonly color: string };

function drawLine(
  { x, y, color, style = 'solid', marks }: DrawnLine,
  xs: Scale,
  ys: Scale,
): string {
  const px = Float64Array.from(x, (value) => xs.at(value));
  const py = Float64Array.from(y, (value) => ys.at(value));
  const dots = marks ?? x.length <= 30;
  return element(
    'g',
    { class: 'data', stroke: color, fill: 'none' },
    element('path', {
      d: linePath(px, py),
      'stroke-width': lineWidth[style],
      'stroke-linejoin': 'round',
      'stroke-linecap': style === 'dashed' ? undefined : 'round',
      'stroke-dasharray': style === 'dashed' ? '5 4' : undefined,
      opacity: style === 'faint' ? 0.25 : undefined,
    }),
    ...(dots ? Array.from(px, (cx, i) => dot(cx, py[i] as number)) : []),
  );
}

function dot(cx: number, cy: number): string {
  return element('circle', { cx, cy, r: 3.5, class: 'ring', 'stroke-width': 2 });
}

function endLabels(
  ends: readonly { line: DrawnLine; text: string }[],
  x: Scale,
  y: Scale,
  plot: Box,
): string {
  const last = (values: ArrayLike<number>): number => values[values.length - 1] as number;
  const places = spread(
    ends.map(({ line }) => y.at(last(line.y))),
    labelSize + 4,
    plot.top - 8,
    plot.top + plot.height + 8,
  );
  return ends
    .map(({ line, text }, i) => {
      const [left, middle] = [x.at(last(line.x)) + 14, places[i] as number];
      const style = { class: 'ink', 'font-size': labelSize, 'font-weight': 700 };
      const mark = element('circle', { cx: left, cy: middle, r: 3.5, fill: line.color });
      return mark + textAt(left + 8, middle + 4, text, style);
    })
    .join('');
}

function xScale(lines: readonly LineSeries[], options: LineChartOptions, plot: Box): Scale {
  const domain = options.xDomain ?? extent(lines.flatMap((line) => extent(line.x)));
  const range: readonly [number, number] = [plot.left, plot.left + plot.width];
  const leastStep = options.wholeX ? 1 : 0;
  const count = Math.max(2, plot.width / 55);
  return options.xScale === 'log'
    ? logScale(domain, range, 42)
    : linearScale(domain, range, count, { nice: false, leastStep });
}

function yScale(lines: readonly LineSeries[], options: LineChartOptions, plot: Box): Scale {
  const range: readonly [number, number] = [plot.top + plot.height, plot.top];
  const count = Math.max(2, plot.height / 48);
  const solid = lines.filter((line) => line.style !== 'faint');
  const values = (solid.length > 0 ? solid : lines).flatMap((line) => Array.from(line.y));
  if (options.yScale === 'log') {
    const positive = values.filter((value) => value > 0);
    return logScale(positive.length > 0 ? extent(positive) : [0.1, 1], range, 20);
  }
  const [low, high] = extent([...extent(values), ...(options.yReach ?? [0])]);
  return linearScale([low, high], range, count);
}

function checkSeries(where: string, series: readonly LineSeries[]): void {
  if (!Array.isArray(series) || series.length === 0) {
    throw new MetricLearningError({ where, expected: 'at least one line', got: show(series) });
  }
  for (const { name, x, y } of series) {
    if (x.length !== y.length || x.length === 0) {
      throw new MetricLearningError({
        where,
        expected: `as many y as x, and at least one, in "${name}"`,
        got: `${x.length} x and ${y.length} y`,
      });
    }
    for (const [axis, values] of Object.entries({ x, y })) {
      const at = Array.from(values).findIndex((value) => !Number.isFinite(value));
      if (at < 0) continue;
      throw new MetricLearningError({
        where,
        expected: `${axis} of "${name}" to be finite`,
        got: `${values[at]} at index ${at}`,
      });
    }
  }
}
