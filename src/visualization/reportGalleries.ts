import { neighborGallerySvg } from './neighborGallerySvg.ts';
import type { ReportParts } from './reportHtml.ts';
import { inPage, needLabels, reportSection } from './reportSection.ts';
import { tripletGallerySvg } from './tripletGallerySvg.ts';

/** The sections with neighbours, mistakes and triplets, of those parts that there are. */
export async function reportGalleries(parts: ReportParts): Promise<string[]> {
  const { gallery, mistakes, triplets, names, thumbnails, ids, galleryReference } = parts;
  const shared = { ...inPage, ...(names && { names }), ...(thumbnails && { thumbnails }) };
  const width = gallery && mistakes ? 'half natural' : 'natural';
  const sections: string[] = [];
  for (const [title, text, rows] of [
    ['Nearest neighbors', 'Queries, and what the model finds most alike.', gallery],
    ['Mistakes', 'Queries whose nearest is of another class, the surest first.', mistakes],
  ] as const) {
    if (rows === undefined) continue;
    const picture = await neighborGallerySvg({
      ...shared,
      rows,
      labels: needLabels('gallery', parts.labels),
      ...(ids && { ids }),
      ...(galleryReference && { reference: galleryReference }),
    });
    sections.push(reportSection(title, text, picture, width));
  }
  if (triplets) {
    const labels = needLabels('triplets', parts.labels);
    const picture = await tripletGallerySvg({ ...shared, ...triplets, labels, subtitle: '' });
    const text =
      'Gap: distance to the positive less distance to the negative; above 0 it is wrong.';
    sections.push(reportSection('Worst triplets', text, picture, 'natural'));
  }
  return sections;
}
