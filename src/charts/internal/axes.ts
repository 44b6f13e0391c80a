import type { Box } from './chart.ts';
import type { Scale } from './scale.ts';
import { element, textAt } from './svg.ts';
import { textWidth } from './textWidth.ts';

export interface AxisLabels {
  readonly xLabel?: string;
  readonly yLabel?: string;
}

/** Grid lines at the ticks of y, a base line with the ticks of x, and the names of both. */
export function axes(plot: Box, x: Scale, y: Scale, { xLabel, yLabel }: AxisLabels): string {
  const right = plot.left + plot.width;
  const bottom = plot.top + plot.height;
  const muted = { class: 'muted', 'font-size': 12 };
  return element(
    'g',
    {},
    ...y.ticks.map(({ value, text }) => {
      const at = crisp(y.at(value));
      const line = element('line', { class: 'grid', x1: plot.left, x2: right, y1: at, y2: at });
      const label = textAt(plot.left - 8, at + 4, text, { ...muted, 'text-anchor': 'end' });
      return line + label;
    }),
    element('line', {
      class: 'axis',
      x1: plot.left,
      x2: right,
      y1: crisp(bottom),
      y2: crisp(bottom),
    }),
    ...x.ticks.map(({ value, text }) => {
      const at = crisp(x.at(value));
      const line = element('line', {
        class: 'axis',
        x1: at,
        x2: at,
        y1: crisp(bottom),
        y2: bottom + 5,
      });
      return line + textAt(at, bottom + 19, text, { ...muted, 'text-anchor': 'middle' });
    }),
    xLabel
      ? textAt(plot.left + plot.width / 2, bottom + 39, xLabel, {
          ...muted,
          'text-anchor': 'middle',
        })
      : '',
    yLabel ? textAt(yLabelLeft(plot, y), plot.top - 14, yLabel, muted) : '',
  );
}

/** Where the widest tick of y begins: the axis' name stands above it. */
function yLabelLeft(plot: Box, y: Scale): number {
  return plot.left - 8 - Math.max(...y.ticks.map(({ text }) => textWidth(text, 12)));
}

/** Pixel centre, so that hairlines are one pixel wide. */
function crisp(at: number): number {
  return Math.floor(at) + 0.5;
}
