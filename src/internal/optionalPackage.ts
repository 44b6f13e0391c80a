import { MetricLearningError } from '../errors/metricLearningError.ts';

/**
 * An optional package; `load` imports it, where a bundler sees or does not see its name, as each wants it.
 *
 * @throws MetricLearningError that names the package, with `fix`, if it is not installed.
 */
export async function optionalPackage<T>(
  where: string,
  name: string,
  load: () => Promise<T>,
  fix: string,
): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split('\n')[0] as string) : 'none';
    throw new MetricLearningError(
      { where, expected: `the package ${name}`, got: reason, fix },
      { cause },
    );
  }
}
