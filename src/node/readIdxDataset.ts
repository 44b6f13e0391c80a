import type { Dataset } from '../data/dataset.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { readIdxFile } from './readIdxFile.ts';

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

/**
 * Reads a pair of IDX files in Node, images [count, height, width] and labels [count], plain or gzipped: MNIST,
 * Fashion-MNIST, EMNIST, KMNIST.
 *
 * @throws MetricLearningError if a file is missing, damaged or of another kind, or there are not as many labels as images.
 * @example
 * const test = await readIdxDataset('mnist/t10k-images-idx3-ubyte', 'mnist/t10k-labels-idx1-ubyte');
 */
export async function readIdxDataset(imagesPath: string, labelsPath: string): Promise<IdxDataset> {
  const [images, labels] = await Promise.all([readIdxFile(imagesPath), readIdxFile(labelsPath)]);
  const [count = 0, height = 0, width = 0] = images.shape;
  if (images.shape.length !== 3 || !(images.data instanceof Uint8Array)) {
    throw wrong(imagesPath, 'images of bytes, [count, height, width]', images.shape);
  }
  if (labels.shape.length !== 1 || !(labels.data instanceof Uint8Array)) {
    throw wrong(labelsPath, 'labels of bytes, [count]', labels.shape);
  }
  if (labels.data.length !== count) {
    throw new MetricLearningError({
      where: 'readIdxDataset',
      expected: `one label for each of the ${count} images of ${imagesPath}`,
      got: `${labels.data.length} labels in ${labelsPath}`,
      fix: 'Use both files of one set: train with train, t10k with t10k.',
    });
  }
  return { examples: images.data, labels: Int32Array.from(labels.data), count, height, width };
}

function wrong(path: string, expected: string, shape: readonly number[]): MetricLearningError {
  return new MetricLearningError({
    where: 'readIdxDataset',
    expected: `${path} to hold ${expected}`,
    got: `shape [${shape.join(', ')}]`,
    fix: 'The images come first, the labels second.',
  });
}
