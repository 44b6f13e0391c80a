import type { Sprite } from '../../formats/spriteSheet.ts';
import type { ReportParts } from '../../page/reportParts.ts';
import type { EmbeddedSet } from '../examples/embedSet.ts';

/** Small images of some examples of a set, or undefined where they are no images. */
export type ImagesOf = (set: EmbeddedSet, positions: Int32Array) => Promise<Sprite | undefined>;

/** Galleries whose neighbours come from the reference: those shown, and where each stands among them. */
export async function amongReference(
  reference: EmbeddedSet,
  { gallery = [], mistakes }: ReportParts,
  imagesOf: ImagesOf,
): Promise<ReportParts> {
  const all = [...gallery, ...(mistakes ?? [])].flatMap(({ neighbors }) => Array.from(neighbors));
  const shown = Int32Array.from(new Set(all)).sort();
  const place = new Map(Array.from(shown, (i, at) => [i, at]));
  const moved = (rows: typeof gallery): typeof gallery =>
    rows.map((row) => ({
      ...row,
      neighbors: Array.from(row.neighbors, (i) => place.get(i) as number),
    }));
  const thumbnails = await imagesOf(reference, shown);
  return {
    gallery: moved(gallery),
    ...(mistakes && { mistakes: moved(mistakes) }),
    galleryReference: {
      labels: shown.map((i) => reference.labels[i] as number),
      ...(thumbnails && { thumbnails }),
    },
  };
}
