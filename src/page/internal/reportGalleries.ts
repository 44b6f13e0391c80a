import { type GalleryRow, neighborGallerySvg } from '../../charts/neighborGallerySvg.ts';
import { tripletGallerySvg } from '../../charts/tripletGallerySvg.ts';
import type { ReportParts } from '../reportParts.ts';
import { inPage, needLabels, reportSection } from './reportSection.ts';

const narrowTile = 44; // pixels of an image's side on a phone
const narrowNeighbors = 4;

/** The sections with neighbours, mistakes and triplets, of those parts that there are. */
export async function reportGalleries(parts: ReportParts): Promise<string[]> {
  const { gallery, mistakes, triplets } = parts;
  const width = gallery && mistakes ? 'half natural' : 'natural';
  const sections: string[] = [];
  if (gallery) {
    const text = 'Queries, and what the model finds most alike.';
    sections.push(reportSection('Nearest neighbors', text, await rowsOf(gallery, parts), width));
  }
  if (mistakes) {
    const text = 'Queries whose nearest is of another class, the surest first.';
    sections.push(reportSection('Mistakes', text, await rowsOf(mistakes, parts), width));
  }
  if (triplets) {
    const labels = needLabels('triplets', parts.labels);
    const options = { ...looks(parts), ...triplets, labels, subtitle: '' };
    const text =
      'Numbers are the distance to the positive minus the distance to the negative; above 0 the triplet is wrong.';
    const pictures = {
      wide: await tripletGallerySvg({ ...options, across: 4 }),
      narrow: await tripletGallerySvg({
        ...options,
        across: 1,
        count: Math.min(6, triplets.count ?? 6),
      }),
    };
    sections.push(reportSection('Worst triplets', text, pictures, 'natural'));
  }
  return sections;
}

async function rowsOf(
  rows: readonly GalleryRow[],
  parts: ReportParts,
): Promise<{ wide: string; narrow: string }> {
  const { ids, galleryReference: reference } = parts;
  const labels = needLabels('gallery', parts.labels);
  const options = { ...looks(parts), labels, ...(ids && { ids }), ...(reference && { reference }) };
  const few = rows.map((row) => ({
    ...row,
    neighbors: Array.from(row.neighbors).slice(0, narrowNeighbors),
    ...(row.distances && { distances: Array.from(row.distances).slice(0, narrowNeighbors) }),
  }));
  return {
    wide: await neighborGallerySvg({ ...options, rows }),
    narrow: await neighborGallerySvg({ ...options, rows: few, tile: narrowTile }),
  };
}

function looks({ names, thumbnails }: ReportParts) {
  return { ...inPage, ...(names && { names }), ...(thumbnails && { thumbnails }) };
}
