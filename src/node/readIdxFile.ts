import { MetricLearningError } from '../errors/metricLearningError.ts';
import { type IdxArray, parseIdx } from '../formats/parseIdx.ts';
import { nodeModule } from '../internal/nodeModules.ts';
import { checkPath } from './checkPath.ts';

/**
 * Reads an IDX file in Node, plain or gzipped; the ending of its name does not matter.
 *
 * @throws MetricLearningError if the file is missing, truncated, damaged or of another format.
 * @example
 * const { data, shape } = await readIdxFile('mnist/t10k-images-idx3-ubyte.gz'); // shape [10000, 28, 28]
 */
export async function readIdxFile(path: string): Promise<IdxArray> {
  checkPath('readIdxFile', 'the file', path);
  const { readFile } = nodeModule('readIdxFile', 'node:fs/promises');
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
      bytes = nodeModule('readIdxFile', 'node:zlib').gunzipSync(bytes);
    }
  } catch (error) {
    throw new MetricLearningError(
      {
        where: 'readIdxFile',
        expected: `${path} to be a readable IDX file`,
        got: error instanceof Error ? error.message : String(error),
      },
      { cause: error },
    );
  }
  return parseIdx(bytes, path);
}
