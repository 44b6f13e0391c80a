import { MetricLearningError } from '../errors/metricLearningError.ts';
import { type IdxArray, parseIdx } from '../formats/parseIdx.ts';
import { nodeModule } from '../internal/nodeModules.ts';

/**
 * Reads an IDX file, plain or gzipped, whatever its name ends in.
 *
 * @throws MetricLearningError if the file is missing, truncated, damaged or of another format.
 */
export async function readIdxFile(path: string): Promise<IdxArray> {
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
