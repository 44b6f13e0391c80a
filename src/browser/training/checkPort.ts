import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { show } from '../../internal/checks.ts';
import type { Port } from './messages.ts';

/** Throws unless a value is one end of the border between a page and a worker. */
export function checkPort(where: string, port: unknown): void {
  const { postMessage, addEventListener } = (port ?? {}) as Partial<Port>;
  if (typeof postMessage === 'function' && typeof addEventListener === 'function') return;
  throw new MetricLearningError({
    where,
    expected:
      where === 'serveTraining'
        ? 'the global of a worker (self), or a MessagePort'
        : 'a Worker, or a MessagePort',
    got: show(port),
  });
}
