import type { ChartOptions } from './chartOptions.ts';

/** One line of a chart. */
export interface LineSeries {
  /** Name in the legend. */
  readonly name: string;
  /** Shown after the name in the legend, in gray. */
  readonly note?: string;
  /** Values along the x axis, in ascending order; any array of finite numbers. */
  readonly x: ArrayLike<number>;
  /** Values along the y axis, one for each of `x`. */
  readonly y: ArrayLike<number>;
  /** `#rrggbb`. Default: the next of twelve colors that are easy to tell apart. */
  readonly color?: string;
  /**
   * `solid`, `dashed`, or `faint`: thin and pale, without a label at its end; the y axis is not widened for it. Default
   * `solid`.
   */
  readonly style?: 'solid' | 'dashed' | 'faint';
  /** Whether each point has a dot. Default: true for up to 30 points. */
  readonly marks?: boolean;
  /** Whether the last value is written at the line's end. Default: true, except for faint lines. */
  readonly endLabel?: boolean;
}

export interface LineChartOptions extends ChartOptions {
  /** Name of the x axis. Default: none. */
  xLabel?: string;
  /** Name of the y axis. Default: none. */
  yLabel?: string;
  /** Scale of the y axis. Default `linear`. */
  yScale?: 'linear' | 'log';
  /** Scale of the x axis. Default `linear`. */
  xScale?: 'linear' | 'log';
  /** First and last value of the x axis. Default: the least and the greatest x of all lines. */
  xDomain?: readonly [number, number];
  /** Values that a linear y axis includes whatever the data is; `[]` for none. Default `[0]`. */
  yReach?: readonly number[];
  /** Whether ticks of the x axis stand at whole numbers only, for epochs and steps. Default false. */
  wholeX?: boolean;
}
