import { MetricLearningError } from '../errors/metricLearningError.ts';

/**
 * The error for an optional package that could not be imported; `fix` says what to install or use instead.
 *
 * The import itself stands in the `try` block of its caller, with its name as a literal: bundlers include the package
 * when it is installed, and go on with a warning at most when it is not.
 *
 * @example
 * try {
 *   return await import('umap-js');
 * } catch (cause) {
 *   throw missingPackage('umap', 'umap-js', 'Install it (npm install umap-js).', cause);
 * }
 */
export function missingPackage(
  where: string,
  name: string,
  fix: string,
  cause: unknown,
): MetricLearningError {
  const reason = cause instanceof Error ? cause.message.split('\n')[0]! : 'none';
  return new MetricLearningError(
    { where, expected: `the package ${name}`, got: reason, fix },
    { cause },
  );
}
