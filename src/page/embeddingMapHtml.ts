import { element, escapeXml } from '../charts/internal/svg.ts';
import { mapStyle } from './client/mapStyle.ts';
import { htmlPage } from './internal/htmlPage.ts';
import { mapFragment } from './internal/mapFragment.ts';
import { mapMarkup } from './internal/mapMarkup.ts';
import type { MapContent } from './mapContent.ts';
import { pageScript } from './pageScript.ts';

export interface EmbeddingMapHtmlOptions extends MapContent {
  /** Heading of the page. Default `Embeddings`. */
  readonly title?: string;
  /** A line below the heading. */
  readonly subtitle?: string;
}

/**
 * Embeddings in two dims as one self-contained HTML page: pan, zoom, the image of what the pointer is at (and, close
 * enough, images in place of dots), classes to highlight, several maps side by side with the same example marked in
 * all, or one turning into the next. Light or dark as the reader has it; works with mouse, fingers and keys.
 *
 * 10,000 examples with 28 x 28 images make 2.4 MB, most of it the images.
 *
 * @throws MetricLearningError if there are not as many points, thumbnails, captions or neighbours as labels, or a
 * coordinate is not finite.
 */
export function embeddingMapHtml(options: EmbeddingMapHtmlOptions): string {
  const { title = 'Embeddings', subtitle = '' } = options;
  const fragment = mapFragment('embeddingMapHtml', options);
  const heading = `<div>${element('h1', {}, escapeXml(title))}${
    subtitle === '' ? '' : element('p', {}, escapeXml(subtitle))
  }</div>`;
  return htmlPage({
    title,
    style: mapStyle,
    body: mapMarkup(options, heading, fragment),
    script: `${pageScript}for(const map of document.querySelectorAll('.map'))page.startMap(map);`,
  });
}
