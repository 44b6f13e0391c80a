import type { Box } from './chart.ts';
import type { Scale } from './scale.ts';
import { element, textAt } from './svg.ts';
import { fitText, textWidth } from './textWidth.ts';

export interface AxisLabels {
  readonly xLabel?: string | undefined;
  readonly yLabel?: string | undefined;
}

const fontSize = 12;
const beside = 8; // pixels between the labels of y and the plot
const apart = 10; // pixels between two labels of x

/** Pixels to keep free on the left of a plot for the labels of its y axis. */
export function yLabelRoom({ ticks }: Scale): number {
  return beside + Math.max(...ticks.map(({ text }) => textWidth(text, fontSize)));
}

/** Grid lines at the ticks of y, a base line with the ticks of x, and the names of both axes. */
export function axes(plot: Box, x: Scale, y: Scale, { xLabel, yLabel }: AxisLabels): string {
  const right = plot.left + plot.width;
  const bottom = plot.top + plot.height;
  const left = plot.left - yLabelRoom(y); // where the widest label of y begins, below the name of the axis
  const every = labelEvery(x);
  const muted = { class: 'muted', 'font-size': fontSize };
  return element(
    'g',
    {},
    ...y.ticks.map(({ value, text }) => {
      const at = crisp(y.at(value));
      const line = element('line', { class: 'grid', x1: plot.left, x2: right, y1: at, y2: at });
      const label = textAt(plot.left - beside, at + 4, text, { ...muted, 'text-anchor': 'end' });
      return line + label;
    }),
    element('line', {
      class: 'axis',
      x1: plot.left,
      x2: right,
      y1: crisp(bottom),
      y2: crisp(bottom),
    }),
    ...x.ticks.map(({ value, text }, i) => {
      const at = crisp(x.at(value));
      const line = element('line', {
        class: 'axis',
        x1: at,
        x2: at,
        y1: crisp(bottom),
        y2: bottom + 5,
      });
      if (i % every !== 0) return line;
      return line + textAt(at, bottom + 19, text, { ...muted, 'text-anchor': 'middle' });
    }),
    xLabel
      ? textAt(plot.left + plot.width / 2, bottom + 39, fitText(xLabel, fontSize, plot.width), {
          ...muted,
          'text-anchor': 'middle',
        })
      : '',
    yLabel ? textAt(left, plot.top - 14, fitText(yLabel, fontSize, right - left), muted) : '',
  );
}

/** Every how many ticks of x have a label, so that labels do not touch. */
function labelEvery({ ticks, at }: Scale): number {
  const places = ticks.map(({ value }) => at(value));
  const widest = Math.max(0, ...ticks.map(({ text }) => textWidth(text, fontSize)));
  const closest = Math.min(...places.slice(1).map((place, i) => place - places[i]!));
  return closest < Infinity ? Math.max(1, Math.ceil((widest + apart) / closest)) : 1;
}

/** Pixel centre, so that hairlines are one pixel wide. */
function crisp(at: number): number {
  return Math.floor(at) + 0.5;
}
