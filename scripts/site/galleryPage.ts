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

const expected = 'test/charts/expected/';

const parts: readonly { title: string; text: string; pictures: readonly Picture[] }[] = [
  {
    title: 'What the network has learned',
    text: 'Each point is an example. Examples of one class have one color.',
    pictures: [
      {
        file: 'docs/images/mnist-map.png',
        caption: 'MNIST before and after training',
        drawnBy: 'embeddingMapsSvg',
      },
      {
        file: `${expected}embedding-map.svg`,
        caption: 'A map with names of classes',
        drawnBy: 'embeddingMapSvg',
      },
      {
        file: `${expected}embedding-map-many-classes.svg`,
        caption: 'A map of many classes',
        drawnBy: 'embeddingMapSvg',
      },
      {
        file: `${expected}embedding-maps.svg`,
        caption: 'Two maps side by side',
        drawnBy: 'embeddingMapsSvg',
      },
    ],
  },
  {
    title: 'How training went',
    text: 'Curves of losses and of metrics.',
    pictures: [
      {
        file: 'docs/images/mnist-loss.svg',
        caption: 'The loss of two epochs on MNIST',
        drawnBy: 'lossCurveSvg',
      },
      { file: `${expected}loss.svg`, caption: 'Loss and validation loss', drawnBy: 'lossCurveSvg' },
      { file: `${expected}lines.svg`, caption: 'Any lines', drawnBy: 'lineChartSvg' },
      { file: `${expected}lines-log.svg`, caption: 'A logarithmic axis', drawnBy: 'lineChartSvg' },
    ],
  },
  {
    title: 'How well it tells classes apart',
    text: 'Verification, confusion, distances.',
    pictures: [
      { file: `${expected}roc.svg`, caption: 'ROC curve', drawnBy: 'rocCurveSvg' },
      {
        file: `${expected}roc-log.svg`,
        caption: 'ROC curve for low false accept rates',
        drawnBy: 'rocCurveSvg',
      },
      {
        file: `${expected}distance-histogram.svg`,
        caption: 'Distances of pairs, the same class and not',
        drawnBy: 'distanceHistogramSvg',
      },
      {
        file: `${expected}confusion.svg`,
        caption: 'Confusion matrix',
        drawnBy: 'confusionMatrixSvg',
      },
      {
        file: `${expected}confusion-large.svg`,
        caption: 'Confusion matrix of many classes',
        drawnBy: 'confusionMatrixSvg',
      },
    ],
  },
  {
    title: 'Examples, seen',
    text: 'What lies near, what is easy and what is hard.',
    pictures: [
      {
        file: `${expected}neighbor-gallery.svg`,
        caption: 'Queries and their nearest neighbors',
        drawnBy: 'neighborGallerySvg',
      },
      {
        file: `${expected}triplet-gallery.svg`,
        caption: 'Triplets with their distances',
        drawnBy: 'tripletGallerySvg',
      },
    ],
  },
  {
    title: 'The network',
    text: 'Layers, shapes, parameters.',
    pictures: [
      {
        file: 'docs/images/mnist-network.svg',
        caption: 'One network, seen three times',
        drawnBy: 'modelDiagramSvg',
      },
      {
        file: `${expected}model-diagram.svg`,
        caption: 'A convolutional network',
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
