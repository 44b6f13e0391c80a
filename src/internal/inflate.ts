import { MetricLearningError } from '../errors/metricLearningError.ts';

/**
 * Unpacks bytes by the platform's DecompressionStream: in Node and in browsers.
 *
 * @throws MetricLearningError where the platform has none.
 */
export async function inflate(
  bytes: Uint8Array,
  format: 'gzip' | 'deflate-raw',
): Promise<Uint8Array> {
  if (typeof DecompressionStream === 'undefined') {
    throw new MetricLearningError({
      where: 'The unpacking of compressed bytes',
      expected: 'a platform with DecompressionStream',
      got: 'one without it',
      fix: 'Use Node 20 or later, or a browser of 2023 or later.',
    });
  }
  const packed = new Blob([bytes as BlobPart]).stream();
  const whole = new Response(packed.pipeThrough(new DecompressionStream(format)));
  return new Uint8Array(await whole.arrayBuffer());
}
