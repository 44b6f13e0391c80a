import { MetricLearningError } from '../errors/metricLearningError.ts';
import { notTensors } from '../formats/safetensors.ts';
import { show } from '../internal/checks.ts';
import { indexKind } from '../search/indexFile.ts';
import { placesById } from '../search/indexState.ts';
import { fill, openIndexFile, readIndexLayout, readItems } from './indexFileParts.ts';

const where = 'openIndexVectors';

/** The vectors of an index's file, which stay on the disk. */
export interface IndexVectors {
  readonly dims: number;
  readonly count: number;
  /** Reads the vectors of some items, in the order of their ids; undefined for an id that the file does not have. */
  read(ids: readonly string[]): Promise<(Float32Array | undefined)[]>;
  /** Closes the file; later reads are refused. */
  close(): Promise<void>;
}

/**
 * Opens the vectors in a file of `writeIndexFile` or `encodeIndex`, to read a few of them by their ids: as `originals` of an
 * index that keeps rounded ones. It keeps the ids in memory, and the file open, also where another file takes its place.
 * It does not read all vectors, so it does not check their checksum: `readIndexFile` does.
 *
 * @throws MetricLearningError if the file is missing, something else or incomplete.
 * @example
 * const vectors = await openIndexVectors('faces.safetensors');
 * const state = await readIndexFile('faces.safetensors');
 * const index = restoreIndex(state, { storage: 'int8', originals: vectors.read });
 */
export async function openIndexVectors(path: string): Promise<IndexVectors> {
  const file = await openIndexFile(where, path);
  try {
    const { header, start } = await readIndexLayout(where, file);
    const { vectors, items } = header.entries;
    const [count, dims] = vectors?.shape ?? [];
    if (!vectors || !items || vectors.dtype !== 'F32' || count === undefined || !dims) {
      throw notTensors(where, indexKind, 'a file without vectors or items');
    }
    const at = (entry: typeof items): [number, number] => {
      const [from, to] = entry.data_offsets;
      return [start + from, to - from];
    };
    const known = await readItems(where, file, ...at(items), count, () => undefined);
    if (known.length !== count) {
      throw notTensors(where, indexKind, `${count} vectors and ${known.length} items`);
    }
    const places = placesById(where, known);
    const [first] = at(vectors);
    let open = true;
    return {
      dims,
      count,
      async read(ids) {
        if (!open || !Array.isArray(ids)) {
          throw new MetricLearningError({
            where: 'IndexVectors.read',
            expected: open ? 'ids to be an array of strings' : 'a file that is open',
            got: open ? show(ids) : `${path} after close()`,
          });
        }
        return Promise.all(
          ids.map(async (id) => {
            const place = places.get(id);
            if (place === undefined) return undefined;
            const row = new Float32Array(dims);
            await fill(file, new Uint8Array(row.buffer), first + place * row.byteLength);
            return row;
          }),
        );
      },
      async close() {
        open = false;
        await file.close();
      },
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}
