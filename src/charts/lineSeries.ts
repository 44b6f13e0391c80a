import type { ChartOptions } from './chartOptions.ts';

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
