import { describe, test } from 'vitest';
import { type AccuracyCase, checkAccuracy } from '../reference/checks/accuracy.ts';
import { type ClassReportCase, checkClassReport } from '../reference/checks/classReport.ts';
import { reference } from '../support/reference.ts';

describe('Evaluation equals pytorch-metric-learning and scikit-learn', () => {
  test.each(reference<AccuracyCase>('accuracy'))('$id', checkAccuracy);
});

describe('The report of triplets equals the seed project', () => {
  const reports = reference<ClassReportCase>('seed').filter(({ kind }) => kind === 'class_report');
  test.each(reports)('$id', checkClassReport);
});
