import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkPositive, show } from '../internal/checks.ts';
import { classColors } from './internal/palette.ts';
import { extent } from './internal/scale.ts';
import { smooth } from './internal/smooth.ts';
import { type LineChartOptions, type LineSeries, lineChartSvg } from './lineChartSvg.ts';

/** The losses of a training run, as `TripletModel.fit` returns them. */
export interface LossHistory {
  /** Mean training loss of each epoch. */
  readonly loss: ArrayLike<number>;
  /** Validation loss after each epoch; absent or empty without validation. */
  readonly valLoss?: ArrayLike<number>;
  /** Training loss of each step, over all epochs. */
  readonly stepLoss?: ArrayLike<number>;
}

export interface LossCurveOptions extends Omit<LineChartOptions, 'xDomain' | 'wholeX'> {
  /** Steps of a full epoch. Default: the number of step losses divided by the number of epochs. */
  stepsPerEpoch?: number;
  /** How many steps the smoothed curve averages over; 1 draws the steps alone. Default: a fortieth of them. */
  smoothing?: number;
}

const training = classColors[0] as string;
const validation = classColors[3] as string;

/**
 * Training and validation loss over the epochs, as the text of one SVG.
 *
 * With `stepLoss` the training loss is drawn step by step, pale, under its smoothed curve (a centred mean, which
 * does not lag), and the epoch means as a dashed staircase. The y axis is logarithmic where the curves span more
 * than a factor of 30, unless `yScale` decides. Default size 720 x 400.
 *
 * @throws MetricLearningError if there is no loss at all, or one is not finite.
 */
export function lossCurveSvg(history: LossHistory, options: LossCurveOptions = {}): string {
  const where = 'lossCurveSvg';
  const { stepLoss = [], valLoss = [], loss } = history;
  checkLosses(where, { loss, valLoss, stepLoss });
  const { stepsPerEpoch = stepLoss.length / Math.max(1, loss.length) } = options;
  const { smoothing = Math.max(1, Math.ceil(stepLoss.length / 40)) } = options;
  checkPositive(where, 'smoothing', smoothing);
  if (stepLoss.length > 0) checkPositive(where, 'stepsPerEpoch', stepsPerEpoch);

  const lines: LineSeries[] =
    stepLoss.length > 0 ? stepLines(stepLoss, stepsPerEpoch, smoothing) : [];
  if (loss.length > 0) lines.push(lines.length > 0 ? staircase(loss) : perEpoch('training', loss));
  if (valLoss.length > 0) lines.push(perEpoch('validation', valLoss));

  const { title = 'Loss', xLabel = 'epoch', yScale = scaleFor(lines) } = options;
  const { yLabel = yScale === 'log' ? 'loss (log scale)' : 'loss' } = options;
  const epochs = Math.max(loss.length, valLoss.length, stepLoss.length / (stepsPerEpoch || 1));
  return lineChartSvg(lines, {
    ...options,
    title,
    xLabel,
    yLabel,
    yScale,
    wholeX: true,
    xDomain: [stepLoss.length > 0 || epochs <= 1 ? 0 : 1, Math.max(1, epochs)],
  });
}

function stepLines(loss: ArrayLike<number>, stepsPerEpoch: number, width: number): LineSeries[] {
  const x = Float64Array.from({ length: loss.length }, (_, i) => (i + 1) / stepsPerEpoch);
  const shared = { x, color: training, marks: false };
  const steps: LineSeries = { ...shared, name: 'training, each step', y: loss, style: 'faint' };
  if (width <= 1) return [steps];
  const name = `training, mean of ${Math.round(width)} steps`;
  return [steps, { ...shared, name, y: smooth(loss, width), endLabel: false }];
}

function perEpoch(name: string, y: ArrayLike<number>): LineSeries {
  const x = Float64Array.from({ length: y.length }, (_, i) => i + 1);
  return { name, x, y, color: name === 'training' ? training : validation };
}

function staircase(loss: ArrayLike<number>): LineSeries {
  const values = Array.from(loss);
  return {
    name: 'training, mean of the epoch',
    x: values.flatMap((_, i) => [i, i + 1]),
    y: values.flatMap((value) => [value, value]),
    color: training,
    style: 'dashed',
    marks: false,
  };
}

function scaleFor(lines: readonly LineSeries[]): 'linear' | 'log' {
  const values = lines.filter((l) => l.style !== 'faint').flatMap((line) => Array.from(line.y));
  const [low, high] = extent(values.filter((value) => value !== 0));
  return low > 0 && high > 30 * low ? 'log' : 'linear';
}

function checkLosses(where: string, losses: Record<string, ArrayLike<number>>): void {
  for (const [name, values] of Object.entries(losses)) {
    if (typeof values?.length !== 'number') {
      throw new MetricLearningError({
        where,
        expected: `history.${name} to be an array of numbers`,
        got: show(values),
      });
    }
    const at = Array.from(values).findIndex((value) => !Number.isFinite(value));
    if (at >= 0) {
      throw new MetricLearningError({
        where,
        expected: `history.${name} to hold finite numbers`,
        got: `${values[at]} at index ${at}`,
      });
    }
  }
  if (Object.values(losses).every((values) => values.length === 0)) {
    throw new MetricLearningError({ where, expected: 'at least one loss', got: 'none' });
  }
}
