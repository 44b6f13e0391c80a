import { anyText } from '../charts/internal/chartRules.ts';
import { element, escapeXml } from '../charts/internal/svg.ts';
import { type OptionTable, preset, readOptions } from '../internal/readOptions.ts';
import { mapStyle } from './client/mapStyle.ts';
import { htmlPage } from './internal/htmlPage.ts';
import { mapContentRules } from './internal/mapContentRules.ts';
import { mapFragment } from './internal/mapFragment.ts';
import { mapMarkup } from './internal/mapMarkup.ts';
import type { MapContent } from './mapContent.ts';
import { pageScript } from './pageScript.ts';

export interface EmbeddingMapHtmlOptions extends MapContent {
  /** Heading of the page. Default `Embeddings`. */
  readonly title?: string;
  /** A line below the heading. Default: none. */
  readonly subtitle?: string;
}

const mapHtmlRules: OptionTable<
  EmbeddingMapHtmlOptions,
  'names' | 'colors' | 'thumbnails' | 'neighbors' | 'captions' | 'ids'
> = {
  ...mapContentRules,
  title: preset('Embeddings', anyText),
  subtitle: preset('', anyText),
};

/**
 * Makes one self-contained HTML page with an interactive map of embeddings in two dims: the reader pans, zooms, points at
 * an example to see its image, highlights classes, and sees several maps side by side with the same example marked in all,
 * or one map turning into the next.
 *
 * Close enough, images take the place of dots. The page is light or dark as the reader's system is, and works with mouse,
 * fingers and keys. 10,000 examples with images of 28 x 28 pixels make 2.4 MB, most of it the images.
 *
 * @throws MetricLearningError if the numbers of points, thumbnails, captions or neighbors do not agree with that of the
 * labels, or a coordinate is not finite.
 * @example
 * const { points } = await pca(embeddings);
 * const thumbnails = await spriteSheet(pixels, { shape: [28, 28] });
 * const maps = [{ name: 'test set', points }];
 * await writeFile('map.html', embeddingMapHtml({ maps, labels, thumbnails }));
 */
export function embeddingMapHtml(options: EmbeddingMapHtmlOptions): string {
  const { title, subtitle } = readOptions('embeddingMapHtml', mapHtmlRules, options);
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
