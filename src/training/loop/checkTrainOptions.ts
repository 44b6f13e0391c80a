import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { checkFunction } from '../../internal/checkFunction.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkOptionalPart } from '../../internal/checkPart.ts';
import { checkRecord } from '../../internal/checkRecord.ts';
import { checkInteger, checkPositive, show } from '../../internal/checks.ts';
import { checkSampler } from '../../samplers/checkSampler.ts';
import type { FitOptions } from './trainOptions.ts';

const names: readonly (keyof FitOptions)[] = [
  'sampler',
  'miner',
  'batchSize',
  'epochs',
  'augment',
  'validation',
  'validationMetrics',
  'earlyStopping',
  'checkpoint',
  'seed',
  'learningRate',
  'clipNorm',
  'subBatchSize',
  'signal',
  'now',
  'onStep',
  'onEpoch',
  'onDiagnosis',
];

/** Throws for options that cannot be meant, before any data are looked at. */
export function checkTrainOptions(where: string, options: FitOptions): void {
  checkOptions(where, options, names);
  checkSampler(where, options.sampler);
  checkOptionalPart(where, 'miner', options.miner, 'mine');
  checkCounts(where, options);
  checkFunctions(where, options);
  checkRecords(where, options);
  checkSignal(where, options.signal);
}

function checkCounts(where: string, options: FitOptions): void {
  const { batchSize = 1, epochs = 1, subBatchSize = 1, clipNorm = 1 } = options;
  checkInteger(where, 'batchSize', batchSize);
  checkInteger(where, 'epochs', epochs);
  checkInteger(where, 'subBatchSize', subBatchSize);
  checkPositive(where, 'clipNorm', clipNorm);
}

const functions: readonly (readonly [name: keyof FitOptions, like: string, fix?: string])[] = [
  ['learningRate', '(step) => rate', 'Give a constant rate to the optimizer: train.adam(0.001).'],
  ['augment', '(examples, random) => examples'],
  ['onStep', '(event) => {}'],
  ['onEpoch', '(event) => {}'],
  ['onDiagnosis', '(diagnosis) => {}'],
  ['now', '() => milliseconds'],
];

function checkFunctions(where: string, options: FitOptions): void {
  for (const [name, like, fix] of functions) {
    if (options[name] !== undefined) checkFunction(where, name, options[name], like, fix);
  }
}

function checkRecords(where: string, options: FitOptions): void {
  const { validation, validationMetrics } = options;
  if (validation !== undefined)
    checkRecord(where, 'validation', validation, '{ examples, labels }');
  if (validationMetrics === undefined) return;
  checkRecord(where, 'validationMetrics', validationMetrics, '{ precisionAt1 }');
  for (const [name, metric] of Object.entries(validationMetrics)) {
    const like = '(embeddings, labels) => number';
    checkFunction(where, `validationMetrics.${name}`, metric, like);
  }
}

function checkSignal(where: string, signal: AbortSignal | undefined): void {
  if (signal === undefined || typeof signal?.aborted === 'boolean') return;
  throw new MetricLearningError({
    where,
    expected: 'signal to be an AbortSignal',
    got: show(signal),
    fix: 'Pass the signal of a new AbortController().',
  });
}
