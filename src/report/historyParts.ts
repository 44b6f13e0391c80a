import type { LineSeries } from '../charts/lineSeries.ts';
import type { LossHistory } from '../charts/lossCurveSvg.ts';
import type { ReportParts } from '../page/reportParts.ts';

/** What `TripletModel.fit` returns: losses, and validation metrics by name, a value an epoch. */
export interface ReportHistory extends LossHistory {
  readonly metrics?: Readonly<Record<string, ArrayLike<number>>>;
}

/** The curves of a training run. */
export function historyParts(history: ReportHistory): ReportParts {
  const curves = Object.entries(history.metrics ?? {})
    .filter(([, values]) => values.length > 0)
    .map(([name, y]): LineSeries => ({ name, x: Array.from(y, (_, epoch) => epoch + 1), y }));
  return { history, ...(curves.length > 0 && { curves }) };
}
