import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { show } from '../../internal/checks.ts';
import type { LossState } from '../parametricLoss.ts';
import type { EmbeddingQueue } from './embeddingQueue.ts';

/** All that a queue holds, as numbers by name. */
export function queueState(queue: EmbeddingQueue): LossState {
  return {
    embeddings: { shape: [queue.count, queue.dims], values: queue.rows() },
    labels: { shape: [queue.count], values: queue.labels() },
    next: { shape: [1], values: Int32Array.of(queue.next) },
  };
}

/**
 * Fills a queue with what `queueState` returned.
 *
 * @throws MetricLearningError if the state is none of a queue of that size.
 */
export function restoreQueue(queue: EmbeddingQueue, size: number, state: LossState): void {
  const { embeddings, labels, next }: Partial<LossState> = state ?? {};
  const [count = -1, dims = 0] = embeddings?.shape ?? [];
  const index = next?.values?.[0] ?? -1;
  const fits =
    embeddings?.values?.length === count * dims &&
    labels?.values?.length === count &&
    count <= size &&
    index >= 0 &&
    index < size;
  if (!fits) {
    throw new MetricLearningError({
      where: 'crossBatchMemory.restore',
      expected: `the state of a memory of size ${size}: embeddings, labels and next`,
      got:
        Object.entries(state ?? {})
          .map(([name, part]) => `${name} [${(part as LossState[string] | null)?.shape}]`)
          .join(', ') || show(state),
    });
  }
  queue.reset(Float32Array.from(embeddings.values), Int32Array.from(labels.values), index);
}

/** A state with its names under another: `weights` becomes `loss.weights`. */
export function underName(name: string, state: LossState): LossState {
  return Object.fromEntries(Object.entries(state).map(([key, value]) => [`${name}.${key}`, value]));
}

/** What a state holds under a name. */
export function ofName(name: string, state: LossState): LossState {
  return Object.fromEntries(
    Object.entries(state ?? {})
      .filter(([key]) => key.startsWith(`${name}.`))
      .map(([key, value]) => [key.slice(name.length + 1), value]),
  );
}
