import { tripletOutputAccuracy } from '../../../src/evaluation/tripletAccuracy.ts';
import { expectNear, expectSame } from './compare.ts';

/** A case of kind `class_report` in `seed.json`. */
export interface ClassReportCase {
  id: string;
  kind: 'class_report';
  y_pred: number[][];
  expected: {
    n_per_class: number;
    classes: { acc: number; min: number; max: number; avg: number }[];
    overall_acc: number;
  };
}

const exact = { relative: 0, absolute: 1e-6 };

/** Throws unless our report is that of the case, whose rows come in blocks of a class; rows left over belong to none. */
export async function checkClassReport({ y_pred, expected }: ClassReportCase): Promise<void> {
  const { n_per_class: size, classes, overall_acc } = expected;
  const rows = y_pred.slice(0, size * classes.length);
  const output = {
    data: Float32Array.from(rows.flat()),
    shape: [rows.length, rows[0]?.length ?? 0] as const,
  };
  const report = await tripletOutputAccuracy(
    output,
    rows.map((_, i) => Math.floor(i / size)),
  );
  expectSame('number of classes', report.classes.length, classes.length);
  report.classes.forEach((own, i) => {
    const { acc, min, max, avg } = classes[i] as (typeof classes)[number];
    const got = [own.label, own.count, own.accuracy, own.min, own.max, own.avg];
    expectNear(`class ${i}`, got, [i, size, acc, min, max, avg], exact);
  });
  expectNear('overall_acc', report.accuracy, overall_acc, exact);
}
