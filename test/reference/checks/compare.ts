import { MetricLearningError } from '../../../src/errors/metricLearningError.ts';

/** Numbers as the reference files have them: nested lists, with strings for what JSON cannot say. */
export type Numbers = number | 'NaN' | 'Infinity' | '-Infinity' | readonly Numbers[];

export interface Tolerance {
  /** Share of the largest magnitude in the row. */
  readonly relative: number;
  readonly absolute: number;
}

export const lossTolerance: Tolerance = { relative: 1e-4, absolute: 1e-5 };
export const gradientTolerance: Tolerance = { relative: 1e-3, absolute: 1e-5 };

/** Throws unless both have the same shape and each number is within the tolerance of its partner, row by row. */
export function expectNear(
  what: string,
  got: unknown,
  expected: Numbers,
  tolerance: Tolerance = lossTolerance,
): void {
  if (!Array.isArray(expected)) {
    expectNear(what, [got], [expected], tolerance);
    return;
  }
  const values = Array.from(got as ArrayLike<unknown>);
  if (values.length !== expected.length) {
    throw new Error(`${what}: expected ${expected.length} values, got ${values.length}`);
  }
  if (Array.isArray(expected[0])) {
    values.forEach((row, i) => {
      expectNear(`${what}[${i}]`, row, expected[i] as Numbers, tolerance);
    });
    return;
  }
  const wanted = expected.map(Number);
  const scale = Math.max(...wanted.map(Math.abs).filter(Number.isFinite));
  values.forEach((value, i) => {
    const want = wanted[i] as number;
    if (Object.is(value, want)) return;
    const allowed = tolerance.absolute + tolerance.relative * scale;
    if (Math.abs((value as number) - want) <= allowed) return;
    throw new Error(`${what}[${i}]: expected ${want}, got ${value} (allowed ${allowed})`);
  });
}

/** Throws unless both are the same when written as JSON. */
export function expectSame(what: string, got: unknown, expected: unknown): void {
  const [ours, theirs] = [JSON.stringify(got), JSON.stringify(expected)];
  if (ours !== theirs) throw new Error(`${what}: expected ${theirs}, got ${ours}`);
}

/** Throws unless `run` throws a MetricLearningError. */
export function expectRefused(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    if (error instanceof MetricLearningError) return;
    throw error;
  }
  throw new Error('expected a MetricLearningError, got none');
}
