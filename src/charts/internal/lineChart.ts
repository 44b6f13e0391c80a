import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { show } from '../../internal/checks.ts';
import type { OptionValues } from '../../internal/readOptions.ts';
import type { Theme } from '../chartOptions.ts';
import type { LineSeries } from '../lineSeries.ts';
import { axes, yLabelRoom } from './axes.ts';
import { type Box, chartSvg, headingHeight, padding } from './chart.ts';
import { checkFiniteList } from './checkFiniteList.ts';
import { legendRow } from './legendRow.ts';
import type { lineChartRules } from './lineChartRules.ts';
import { linePath } from './linePath.ts';
import { colorsFor, onGround } from './palette.ts';
import { extent, linearScale, logScale, numberText, type Scale } from './scale.ts';
import { spread } from './spread.ts';
import { element, textAt } from './svg.ts';
import { textWidth } from './textWidth.ts';

const lineWidth = { solid: 2.25, dashed: 1.5, faint: 1 };
const labelSize = 12;

/**
 * Lines over a common axis, for `where`, the public function that errors name. `describe` is what the picture shows, for
 * screen readers; by default the last value of each line.
 */
export function lineChart(
  where: string,
  series: readonly LineSeries[],
  options: OptionValues<typeof lineChartRules>,
  describe?: string,
): string {
  const { width = 720, height = 400, theme, title = '', subtitle } = options;
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
    .map((line) => ({ line, text: numberText(line.y[line.y.length - 1]!) }));
  const labelRoom = Math.max(24, ...ends.map(({ text }) => textWidth(text, labelSize, true) + 24));
  const plotTop = top + legend.height + (options.yLabel ? 38 : 16);
  const bottom = padding + (options.xLabel ? 40 : 22);
  const plotHeight = Math.max(40, height - plotTop - bottom);
  const y = yScale(lines, options, plotTop, plotHeight);
  const left = padding + yLabelRoom(y);
  const plot: Box = {
    left,
    top: plotTop,
    width: Math.max(40, width - padding - labelRoom - left),
    height: plotHeight,
  };
  const x = xScale(lines, options, plot);

  const found =
    ends.length > 0
      ? ends.map(({ line, text }) => `${line.name} ends at ${text}`)
      : lines.map(({ name }) => name);
  const description = `${title || 'Line chart'}: ${describe ?? found.join(', ')}.`;
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
    color: onGround(theme, line.color ?? colors[i]!),
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
    ...(dots ? Array.from(px, (cx, i) => dot(cx, py[i]!)) : []),
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
  const last = (values: ArrayLike<number>): number => values[values.length - 1]!;
  const places = spread(
    ends.map(({ line }) => y.at(last(line.y))),
    labelSize + 4,
    plot.top - 8,
    plot.top + plot.height + 8,
  );
  return ends
    .map(({ line, text }, i) => {
      const [left, middle] = [x.at(last(line.x)) + 14, places[i]!];
      const style = { class: 'ink', 'font-size': labelSize, 'font-weight': 700 };
      const mark = element('circle', { cx: left, cy: middle, r: 3.5, fill: line.color });
      return mark + textAt(left + 8, middle + 4, text, style);
    })
    .join('');
}

function xScale(
  lines: readonly LineSeries[],
  options: OptionValues<typeof lineChartRules>,
  plot: Box,
): Scale {
  const domain = options.xDomain ?? extent(lines.flatMap((line) => extent(line.x)));
  const range: readonly [number, number] = [plot.left, plot.left + plot.width];
  const leastStep = options.wholeX ? 1 : 0;
  const count = Math.max(2, plot.width / 55);
  return options.xScale === 'log'
    ? logScale(domain, range, 42)
    : linearScale(domain, range, count, { nice: false, leastStep });
}

function yScale(
  lines: readonly LineSeries[],
  options: OptionValues<typeof lineChartRules>,
  top: number,
  height: number,
): Scale {
  const range: readonly [number, number] = [top + height, top];
  const count = Math.max(2, height / 48);
  const solid = lines.filter((line) => line.style !== 'faint');
  const values = (solid.length > 0 ? solid : lines).flatMap((line) => Array.from(line.y));
  if (options.yScale === 'log') {
    const positive = values.filter((value) => value > 0);
    return logScale(positive.length > 0 ? extent(positive) : [0.1, 1], range, 20);
  }
  const [low, high] = extent([...extent(values), ...options.yReach]);
  return linearScale([low, high], range, count);
}

function checkSeries(where: string, series: readonly LineSeries[]): void {
  if (!Array.isArray(series) || series.length === 0) {
    throw new MetricLearningError({
      where,
      expected: 'an array of at least one line, { name, x, y }',
      got: show(series),
    });
  }
  series.forEach((line: LineSeries, i) => {
    if (typeof line?.name !== 'string') {
      throw new MetricLearningError({
        where,
        expected: `line ${i} to be a record, { name, x, y }, with a name that is a string`,
        got: show(line),
      });
    }
    const { name, x, y, style } = line;
    checkFiniteList(where, `x of "${name}"`, x);
    checkFiniteList(where, `y of "${name}"`, y);
    if (x.length !== y.length || x.length === 0) {
      throw new MetricLearningError({
        where,
        expected: `"${name}" to have at least one point, and as many y as x`,
        got: `${x.length} x and ${y.length} y`,
      });
    }
    if (style !== undefined && !Object.hasOwn(lineWidth, style)) {
      throw new MetricLearningError({
        where,
        expected: `style of "${name}" to be 'solid', 'dashed' or 'faint'`,
        got: show(style),
      });
    }
  });
}
