import type { Tensor } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../errors/metricLearningError.ts';

/** The shape of a batch of images; throws unless the examples are images. */
export function imageShape(
  where: string,
  images: Tensor,
): [count: number, height: number, width: number, channels: number] {
  if (images.rank === 4) return images.shape as [number, number, number, number];
  throw new MetricLearningError({
    where,
    expected: 'images of shape [count, height, width, channels]',
    got: `examples of shape [${images.shape.join(', ')}]`,
  });
}
