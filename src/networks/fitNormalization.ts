import type { BatchSource } from '../data/exampleSource.ts';
import type { FullNormalization } from './normalization.ts';

const batchSize = 256;

/**
 * The normalization that brings each channel (the last axis) of these examples to mean 0 and deviation 1.
 *
 * A channel that does not vary keeps its deviation of 1.
 */
export async function fitNormalization(source: BatchSource): Promise<FullNormalization> {
  let sums = new Float64Array(0);
  let squares = new Float64Array(0);
  let shift = new Float64Array(0); // near the mean, so that squares do not cancel
  let count = 0;
  for (let start = 0; start < source.count; start += batchSize) {
    const examples = await source.range(start, Math.min(start + batchSize, source.count));
    try {
      const channels = examples.shape.length > 1 ? (examples.shape.at(-1) as number) : 1;
      const values = await examples.data();
      if (start === 0) {
        [sums, squares] = [new Float64Array(channels), new Float64Array(channels)];
        shift = Float64Array.from(values.subarray(0, channels));
      }
      for (let i = 0; i < values.length; i++) {
        const channel = i % channels;
        const value = values[i]! - shift[channel]!;
        sums[channel]! += value;
        squares[channel]! += value * value;
      }
      count += values.length / channels;
    } finally {
      examples.dispose();
    }
  }
  const means = Array.from(sums, (sum) => sum / count);
  return {
    scale: 1,
    mean: means.map((mean, channel) => mean + shift[channel]!),
    std: means.map((mean, channel) => {
      const variance = squares[channel]! / count - mean * mean;
      return variance > 0 ? Math.sqrt(variance) : 1;
    }),
  };
}
