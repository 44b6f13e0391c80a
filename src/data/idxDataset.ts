import { MetricLearningError } from '../errors/metricLearningError.ts';
import type { IdxArray } from '../formats/parseIdx.ts';
import type { Dataset } from './dataset.ts';

/** Gray images and the class id of each, as the files of MNIST hold them. */
export interface IdxDataset extends Dataset {
  /** Pixels from 0 to 255, image by image, row by row. */
  readonly examples: Uint8Array;
  /** The class id of each image. */
  readonly labels: Int32Array;
  /** Number of images. */
  readonly count: number;
  /** Height of an image in pixels. */
  readonly height: number;
  /** Width of an image in pixels. */
  readonly width: number;
}

/** A file as it was read, and what errors call it. */
export type NamedIdx = readonly [name: string, array: IdxArray];

/** The data set of a file of images and a file of labels; throws unless they are one. */
export function idxDataset(
  where: string,
  [imagesName, images]: NamedIdx,
  [labelsName, labels]: NamedIdx,
): IdxDataset {
  const [count = 0, height = 0, width = 0] = images.shape;
  if (images.shape.length !== 3 || !(images.data instanceof Uint8Array)) {
    throw wrong(where, imagesName, 'images of bytes, [count, height, width]', images.shape);
  }
  if (labels.shape.length !== 1 || !(labels.data instanceof Uint8Array)) {
    throw wrong(where, labelsName, 'labels of bytes, [count]', labels.shape);
  }
  if (labels.data.length !== count) {
    throw new MetricLearningError({
      where,
      expected: `one label for each of the ${count} images of ${imagesName}`,
      got: `${labels.data.length} labels in ${labelsName}`,
      fix: 'Take both files of one set: train with train, t10k with t10k.',
    });
  }
  return { examples: images.data, labels: Int32Array.from(labels.data), count, height, width };
}

function wrong(
  where: string,
  name: string,
  expected: string,
  shape: readonly number[],
): MetricLearningError {
  return new MetricLearningError({
    where,
    expected: `${name} to hold ${expected}`,
    got: `shape [${shape.join(', ')}]`,
    fix: 'The images come first, the labels second.',
  });
}
