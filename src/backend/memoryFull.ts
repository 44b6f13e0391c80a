import { MetricLearningError } from '../errors/metricLearningError.ts';

/** What a backend's memory holds when a block does not fit. */
export interface MemoryState {
  /** Bytes of the tensors in it. */
  readonly used: number;
  /** The largest block that could still be had, in bytes. */
  readonly largestFree: number;
  /** Bytes to which it may grow. */
  readonly limit: number;
}

/**
 * The error of a kernel whose result does not fit into the backend's memory. The kernel has had no effect.
 *
 * @example
 * try {
 *   await model.fit({ examples, labels }, { batchSize: 4096 });
 * } catch (error) {
 *   if (error instanceof MemoryFull) console.log(error.bytes); // bytes that were requested
 * }
 */
export class MemoryFull extends MetricLearningError {
  /** Bytes that were requested. */
  readonly bytes: number;

  constructor(bytes: number, { used, largestFree, limit }: MemoryState) {
    super({
      where: 'simd backend',
      expected: `${megabytes(bytes)} of memory for a tensor`,
      got:
        `${megabytes(largestFree)} in one piece: tensors hold ${megabytes(used)} ` +
        `of the ${megabytes(limit)} there can be`,
      fix: 'Dispose of tensors, make the batches smaller, or use the cpu backend, which has no such limit.',
    });
    this.bytes = bytes;
  }
}

function megabytes(bytes: number): string {
  const count = bytes / 2 ** 20;
  return `${count.toFixed(count < 10 ? 1 : 0)} MB`;
}
