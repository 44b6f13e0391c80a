import { readFileSync } from 'node:fs';
import { escapeHtml } from './html.ts';
import type { PageParts } from './layout.ts';
import type { Heading } from './markdown.ts';
import { relative } from './pages.ts';

interface Picture {
  readonly file: string;
  readonly caption: string;
  /** The public name that draws it. */
  readonly drawnBy: string;
}

/** `npm run docs:gallery` draws these. */
const drawn = (name: string): string => `scripts/site/gallery/${name}.svg`;

const parts: readonly { title: string; text: string; pictures: readonly Picture[] }[] = [
  {
    title: 'What the network has learned',
    text: 'Each point is an example. Examples of one class have one color.',
    pictures: [
      { file: drawn('maps'), caption: 'Before and after training', drawnBy: 'embeddingMapsSvg' },
      { file: drawn('map'), caption: 'A map by t-SNE', drawnBy: 'embeddingMapSvg' },
    ],
  },
  {
    title: 'How training went',
    text: 'Losses of each step and epoch, and metrics of each epoch.',
    pictures: [
      { file: drawn('loss'), caption: 'Loss and validation loss', drawnBy: 'lossCurveSvg' },
      { file: drawn('precision'), caption: 'A metric by epoch', drawnBy: 'lineChartSvg' },
    ],
  },
  {
    title: 'How well it tells classes apart',
    text: 'Verification, distances of pairs, and confusion of classes.',
    pictures: [
      { file: drawn('roc'), caption: 'ROC curves', drawnBy: 'rocCurveSvg' },
      { file: drawn('roc-log'), caption: 'At low false accept rates', drawnBy: 'rocCurveSvg' },
      {
        file: drawn('distances'),
        caption: 'Distances of pairs of one class, and of two classes',
        drawnBy: 'distanceHistogramSvg',
      },
      { file: drawn('confusion'), caption: 'Confusion matrix', drawnBy: 'confusionMatrixSvg' },
    ],
  },
  {
    title: 'Examples',
    text: 'The neighbors of queries, and the triplets that are hardest.',
    pictures: [
      {
        file: drawn('neighbors'),
        caption: 'Queries and their nearest neighbors',
        drawnBy: 'neighborGallerySvg',
      },
      { file: drawn('triplets'), caption: 'The worst triplets', drawnBy: 'tripletGallerySvg' },
    ],
  },
  {
    title: 'The network',
    text: 'Layers, shapes of their outputs, and numbers of parameters.',
    pictures: [
      { file: drawn('network'), caption: 'A convolutional network', drawnBy: 'modelDiagramSvg' },
      {
        file: 'docs/images/mnist-network.svg',
        caption: 'One network, seen three times',
        drawnBy: 'modelDiagramSvg',
      },
    ],
  },
];

/** Pictures that the library draws. */
export function galleryPage(
  root: string,
  known: { linkTo: (file: string) => string; reference: (name: string) => string | undefined },
): PageParts {
  const url = 'gallery.html';
  const headings: Heading[] = [{ level: 1, id: 'gallery', text: 'Gallery' }];
  const sections = parts.map(({ title, text, pictures }) => {
    const id = title.toLowerCase().replaceAll(/\W+/g, '-').replaceAll(/^-|-$/g, '');
    headings.push({ level: 2, id, text: title });
    const items = pictures.map(({ file, caption, drawnBy }) => {
      const target = known.reference(drawnBy);
      if (target === undefined)
        throw new Error(`The gallery names ${drawnBy}, which is no public name`);
      const address = relative(url, known.linkTo(file));
      return `<li><figure><a href="${address}"><img src="${address}"${size(root, file)} alt="${escapeHtml(caption)}" loading="lazy"></a><figcaption>${escapeHtml(caption)}<br><a class="name" href="${relative(url, target)}"><code>${drawnBy}</code></a></figcaption></figure></li>`;
    });
    return `<h2 id="${id}">${escapeHtml(title)}</h2>\n<p>${escapeHtml(text)}</p>\n<ul class="gallery">${items.join('')}</ul>`;
  });
  return {
    url,
    title: 'Gallery',
    description: 'Maps, curves, matrices and galleries that tfjs-metric-learning draws.',
    body: `<h1 id="gallery">Gallery</h1>\n<p>The library draws these without a drawing library and without a browser: each is a string of SVG, or a page of HTML. <a href="visualization.html">Pictures</a> has the code.</p>\n${sections.join('\n')}`,
    part: 'gallery',
    headings,
  };
}

/** The size that a picture says it has, so that nothing moves while it loads. */
function size(root: string, file: string): string {
  if (file.endsWith('.png')) {
    const bytes = readFileSync(root + file);
    return ` width="${bytes.readUInt32BE(16)}" height="${bytes.readUInt32BE(20)}"`;
  }
  const [, width, height] =
    /<svg[^>]* width="(\d+)" height="(\d+)"/.exec(readFileSync(root + file, 'utf8')) ?? [];
  return width === undefined ? '' : ` width="${width}" height="${height}"`;
}
