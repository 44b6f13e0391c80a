import { MetricLearningError } from '../errors/metricLearningError.ts';
import { readZip } from './internal/readZip.ts';
import { decodeNpy, type NpyArray } from './npy.ts';

/**
 * Decodes the bytes of a .npz file, as `numpy.savez` and `numpy.savez_compressed` write it: its arrays by name, each as
 * `decodeNpy` reads it. `name` is what errors call the file.
 *
 * @throws MetricLearningError if the bytes are no such file, not whole or damaged, or an array is not of the types that
 * `decodeNpy` reads.
 * @example
 * const { x, y } = await decodeNpz(await readFile('digits.npz'), 'digits.npz');
 */
export async function decodeNpz(
  bytes: Uint8Array,
  name = 'the data',
): Promise<Record<string, NpyArray>> {
  const where = 'decodeNpz';
  const zip = readZip(where, bytes, name);
  const paths = zip.paths.filter((path) => path.endsWith('.npy'));
  const arrays: Record<string, NpyArray> = {};
  for (const path of paths) {
    arrays[path.slice(0, -'.npy'.length)] = decodeNpy(await zip.read(path), `${path} in ${name}`);
  }
  if (paths.length > 0) return arrays;
  throw new MetricLearningError({
    where,
    expected: `${name} to hold .npy files`,
    got: `none among ${zip.paths.length} files`,
  });
}
