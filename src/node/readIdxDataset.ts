import { type IdxDataset, idxDataset } from '../data/idxDataset.ts';
import { readIdxFile } from './readIdxFile.ts';

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
  return idxDataset('readIdxDataset', [imagesPath, images], [labelsPath, labels]);
}
