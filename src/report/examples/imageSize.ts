import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { show } from '../../internal/checks.ts';
import type { ImageSize } from './shrinkImage.ts';

const leastSide = 8; // pixels: narrower matrices are sequences of features, not images

/**
 * The size of the images that examples of `shape` are, or undefined where they are none: [height, width, 1, 3 or 4],
 * or [height, width] of at least 8 x 8. `requested` overrides what the shape suggests.
 *
 * @throws MetricLearningError if `requested` is no size of images, or holds more or fewer values than an example.
 */
export function imageSize(
  where: string,
  shape: readonly number[],
  requested: readonly number[] | false | undefined,
): ImageSize | undefined {
  if (requested === false) return undefined;
  if (requested === undefined) {
    const wide = shape.length === 3 || shape.slice(0, 2).every((side) => side >= leastSide);
    return wide ? asImage(shape) : undefined;
  }
  const size = asImage(requested);
  const each = shape.reduce((product, side) => product * side, 1);
  if (size && size[0] * size[1] * size[2] === each) return size;
  throw new MetricLearningError({
    where,
    expected: `images to be false, or [height, width] or [height, width, 1, 3 or 4] of ${each} values`,
    got: show(requested),
  });
}

function asImage(shape: readonly number[]): ImageSize | undefined {
  if (!Array.isArray(shape) || shape.length < 2 || shape.length > 3) return undefined;
  const [height = 0, width = 0, channels = 1] = shape as number[];
  const isImage = height > 0 && width > 0 && [1, 3, 4].includes(channels);
  return isImage ? [height, width, channels] : undefined;
}
