import type { Sprite } from '../../formats/spriteSheet.ts';
import type { ReportParts } from '../../page/reportParts.ts';
import type { EmbeddedSet } from '../examples/embedSet.ts';

/** Small images of some examples of a set, or undefined where they are no images. */
export type ImagesOf = (set: EmbeddedSet, positions: Int32Array) => Promise<Sprite | undefined>;

/** Galleries whose neighbors come from the reference: their indices are then those of the examples that are shown. */
export async function amongReference(
  reference: EmbeddedSet,
  { gallery = [], mistakes }: ReportParts,
  imagesOf: ImagesOf,
): Promise<ReportParts> {
  const all = [...gallery, ...(mistakes ?? [])].flatMap(({ neighbors }) => Array.from(neighbors));
  const shown = Int32Array.from(new Set(all)).sort();
  const indexOf = new Map(Array.from(shown, (i, at) => [i, at]));
  const reindexed = (rows: typeof gallery): typeof gallery =>
    rows.map((row) => ({
      ...row,
      neighbors: Array.from(row.neighbors, (i) => indexOf.get(i) as number),
    }));
  const thumbnails = await imagesOf(reference, shown);
  return {
    gallery: reindexed(gallery),
    ...(mistakes && { mistakes: reindexed(mistakes) }),
    galleryReference: {
      labels: shown.map((i) => reference.labels[i]!),
      ...(thumbnails && { thumbnails }),
    },
  };
}
