import { checkFunction } from '../base/checkFunction.ts';
import { checkOptions } from '../base/checkOptions.ts';
import { checkPart } from '../base/checkPart.ts';
import { checkRecord } from '../base/checkRecord.ts';
import { checkInteger, checkPositive, show } from '../base/checks.ts';
import { MetricLearningError } from '../base/errors.ts';
import { checkSampler } from '../samplers/checkSampler.ts';
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
  checkPart(where, 'miner', options.miner, 'mine');
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

function checkFunctions(where: string, options: FitOptions): void {
  const constant = 'Give a constant rate to the optimizer: train.adam(0.001).';
  checkFunction(where, 'learningRate', options.learningRate, '(step) => rate', constant);
  checkFunction(where, 'augment', options.augment, '(examples, random) => examples');
  checkFunction(where, 'onStep', options.onStep, '(event) => {}');
  checkFunction(where, 'onEpoch', options.onEpoch, '(event) => {}');
  checkFunction(where, 'onDiagnosis', options.onDiagnosis, '(diagnosis) => {}');
  checkFunction(where, 'now', options.now, '() => milliseconds');
}

function checkRecords(where: string, options: FitOptions): void {
  const { validation, validationMetrics, earlyStopping, checkpoint } = options;
  if (validation !== undefined)
    checkRecord(where, 'validation', validation, '{ examples, labels }');
  if (earlyStopping !== undefined) {
    const known = ['monitor', 'mode', 'patience', 'minDelta', 'restoreBest'] as const;
    checkOptions(`${where} (earlyStopping)`, earlyStopping, known);
  }
  if (checkpoint !== undefined) {
    const known = ['store', 'everySteps', 'resume', 'onDamaged'] as const;
    checkOptions(`${where} (checkpoint)`, checkpoint, known);
    checkPart(
      where,
      'checkpoint.store',
      checkpoint.store ?? null,
      'write',
      'list',
      'read',
      'remove',
    );
  }
  if (validationMetrics === undefined) return;
  checkRecord(where, 'validationMetrics', validationMetrics, '{ precisionAt1 }');
  for (const [name, metric] of Object.entries(validationMetrics)) {
    const like = '(embeddings, labels) => number';
    checkFunction(where, `validationMetrics.${name}`, metric ?? null, like);
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
