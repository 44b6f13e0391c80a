import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';

/** Throws unless a path is a string that is not empty. */
export function checkPath(where: string, name: string, path: string): void {
  if (typeof path === 'string' && path !== '') return;
  throw new MetricLearningError({
    where,
    expected: `${name} to be a path, a string that is not empty`,
    got: show(path),
    ...((path as unknown) instanceof URL && {
      fix: 'Turn a URL into a path with fileURLToPath(url).',
    }),
  });
}
