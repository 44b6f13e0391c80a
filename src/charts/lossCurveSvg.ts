import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import { oneOf, positive } from '../internal/optionKinds.ts';
import { type OptionTable, optional, readOptions } from '../internal/readOptions.ts';
import { checkFiniteList } from './internal/checkFiniteList.ts';
import { lineChart } from './internal/lineChart.ts';
import { lineChartRules } from './internal/lineChartRules.ts';
import { classColors } from './internal/palette.ts';
import { extent } from './internal/scale.ts';
import { smooth } from './internal/smooth.ts';
import type { LineChartOptions, LineSeries } from './lineSeries.ts';

const where = 'lossCurveSvg';
const { xDomain: _, wholeX: __, ...shared } = lineChartRules;

/** The losses of a training run, as `TripletModel.fit` returns them. */
export interface LossHistory {
  /** Mean training loss of each epoch that is finished; empty while the first epoch runs. */
  readonly loss: ArrayLike<number>;
  /** Validation loss after each epoch; absent or empty without validation. */
  readonly valLoss?: ArrayLike<number>;
  /** Training loss of each step, over all epochs. */
  readonly stepLoss?: ArrayLike<number>;
}

export interface LossCurveOptions extends Omit<LineChartOptions, 'xDomain' | 'wholeX'> {
  /**
   * What the x axis counts: `epoch`, or `step`. Default: `step` while no epoch is finished, that is with step losses and
   * no epoch losses; else `epoch`.
   */
  axis?: 'epoch' | 'step';
  /**
   * Steps of a whole epoch. Default: the number of step losses divided by the number of epochs. Give it while training
   * goes on: the steps of an epoch that is not finished would otherwise be counted to those before.
   */
  stepsPerEpoch?: number;
  /** How many steps the smoothed curve averages over; 1 draws the steps alone. Default: a fortieth of the steps. */
  smoothing?: number;
}

export const lossCurveOptions: OptionTable<
  LossCurveOptions,
  | 'title'
  | 'width'
  | 'height'
  | 'xLabel'
  | 'yLabel'
  | 'yScale'
  | 'axis'
  | 'stepsPerEpoch'
  | 'smoothing'
> = {
  ...shared,
  axis: optional(oneOf('epoch', 'step')),
  stepsPerEpoch: optional(positive),
  smoothing: optional(positive),
};

const trainingColor = classColors[0]!;
const validationColor = classColors[3]!;

/**
 * Draws training and validation loss over epochs or steps, as the text of one SVG of 720 x 400 pixels.
 *
 * With `stepLoss` the picture shows the training loss of each step as a pale line, its smoothed curve (a centered mean,
 * which does not lag behind), and the mean of each epoch as a dashed staircase. The y axis is logarithmic where the
 * curves span more than a factor of 30, unless `yScale` says otherwise. While the first epoch runs, the x axis counts
 * steps.
 *
 * @throws MetricLearningError if there is no loss at all, or a loss is not finite.
 * @example
 * const history = await model.fit(data, { epochs: 10 });
 * await writeFile('loss.svg', lossCurveSvg(history));
 */
export function lossCurveSvg(history: LossHistory, options: LossCurveOptions = {}): string {
  const losses = checkLosses(history);
  const { axis: given, ...chosen } = readOptions(where, lossCurveOptions, options);
  const { stepLoss, valLoss, loss } = losses;
  const { stepsPerEpoch = stepLoss.length / Math.max(1, loss.length) } = chosen;
  const { smoothing = Math.max(1, Math.ceil(stepLoss.length / 40)) } = chosen;
  const axis = given ?? (stepLoss.length > 0 && loss.length === 0 ? 'step' : 'epoch');

  // What an epoch and a step are long on the x axis.
  const epoch = axis === 'epoch' ? 1 : stepsPerEpoch || 1;
  const lines = stepLoss.length > 0 ? stepLines(stepLoss, epoch / stepsPerEpoch, smoothing) : [];
  if (loss.length > 0) {
    lines.push(lines.length > 0 ? staircase(loss, epoch) : perEpoch('training', loss, epoch));
  }
  if (valLoss.length > 0) lines.push(perEpoch('validation', valLoss, epoch));

  const { title = 'Loss', xLabel = axis, yScale = scaleFor(lines) } = chosen;
  const { yLabel = yScale === 'log' ? 'loss (log scale)' : 'loss' } = chosen;
  const epochs = Math.max(loss.length, valLoss.length, stepLoss.length / (stepsPerEpoch || 1));
  const end = axis === 'step' ? epochs * epoch : Math.max(1, epochs);
  return lineChart(where, lines, {
    ...chosen,
    title,
    xLabel,
    yLabel,
    yScale,
    wholeX: true,
    xDomain: [stepLoss.length > 0 || epochs <= 1 ? 0 : epoch, end],
  });
}

function stepLines(loss: ArrayLike<number>, step: number, width: number): LineSeries[] {
  const x = Float64Array.from({ length: loss.length }, (_, i) => (i + 1) * step);
  const shared = { x, color: trainingColor, marks: false };
  const steps: LineSeries = { ...shared, name: 'training, each step', y: loss, style: 'faint' };
  if (width <= 1) return [steps];
  const name = `training, mean of ${Math.round(width)} steps`;
  return [steps, { ...shared, name, y: smooth(loss, width), endLabel: false }];
}

function perEpoch(name: string, y: ArrayLike<number>, epoch: number): LineSeries {
  const x = Float64Array.from({ length: y.length }, (_, i) => (i + 1) * epoch);
  return { name, x, y, color: name === 'training' ? trainingColor : validationColor };
}

function staircase(loss: ArrayLike<number>, epoch: number): LineSeries {
  const values = Array.from(loss);
  return {
    name: 'training, mean of the epoch',
    x: values.flatMap((_, i) => [i * epoch, (i + 1) * epoch]),
    y: values.flatMap((value) => [value, value]),
    color: trainingColor,
    style: 'dashed',
    marks: false,
  };
}

function scaleFor(lines: readonly LineSeries[]): 'linear' | 'log' {
  const values = lines.filter((l) => l.style !== 'faint').flatMap((line) => Array.from(line.y));
  const [low, high] = extent(values.filter((value) => value !== 0));
  return low > 0 && high > 30 * low ? 'log' : 'linear';
}

function checkLosses(history: LossHistory): Required<LossHistory> {
  if (typeof history !== 'object' || history === null) {
    throw new MetricLearningError({
      where,
      expected: 'a history, { loss, valLoss, stepLoss }',
      got: show(history),
      fix: 'Pass what await model.fit(..) returns.',
    });
  }
  const { loss = [], valLoss = [], stepLoss = [] } = history;
  const losses = { loss, valLoss, stepLoss };
  for (const [name, values] of Object.entries(losses)) {
    checkFiniteList(where, `history.${name}`, values);
  }
  if (Object.values(losses).some((values) => values.length > 0)) return losses;
  throw new MetricLearningError({
    where,
    expected: 'at least one loss in history.loss, history.valLoss or history.stepLoss',
    got: 'none',
    ...('then' in history && { fix: 'Await fit: const history = await model.fit(..).' }),
  });
}
