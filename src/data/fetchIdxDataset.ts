import { MetricLearningError } from '../errors/metricLearningError.ts';
import { type IdxArray, parseIdx } from '../formats/parseIdx.ts';
import { inflate } from '../internal/inflate.ts';
import { type IdxDataset, idxDataset } from './idxDataset.ts';

const where = 'fetchIdxDataset';

/**
 * Fetches a pair of IDX files, images [count, height, width] and labels [count], plain or gzipped: MNIST, Fashion-MNIST,
 * EMNIST, KMNIST. It works in browsers and in Node.
 *
 * @throws MetricLearningError if a file cannot be fetched, is damaged or of another kind, or there are not as many labels as
 * images.
 * @example
 * const test = await fetchIdxDataset('/mnist/t10k-images-idx3-ubyte.gz', '/mnist/t10k-labels-idx1-ubyte.gz');
 */
export async function fetchIdxDataset(
  images: string | URL,
  labels: string | URL,
): Promise<IdxDataset> {
  const [first, second] = await Promise.all([fetchIdx(images), fetchIdx(labels)]);
  return idxDataset(where, [`${images}`, first], [`${labels}`, second]);
}

async function fetchIdx(url: string | URL): Promise<IdxArray> {
  const failed = (got: string, cause?: unknown): MetricLearningError =>
    new MetricLearningError({ where, expected: `${url} to be an IDX file`, got }, { cause });
  const textOf = (error: unknown): string =>
    error instanceof Error ? error.message : String(error);
  let bytes: Uint8Array;
  try {
    const response = await fetch(url);
    if (!response.ok) throw failed(`the status ${response.status} ${response.statusText}`.trim());
    bytes = new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    if (error instanceof MetricLearningError) throw error;
    throw failed(textOf(error), error);
  }
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    bytes = await inflate(bytes, 'gzip').catch((error: unknown) => {
      throw failed(`damaged gzip data (${textOf(error)})`, error);
    });
  }
  return parseIdx(bytes, `${url}`);
}
