import { tensor2d } from '@tensorflow/tfjs-core';
import { describe } from 'vitest';
import { confusionMatrixSvg } from '../../../src/charts/confusionMatrixSvg.ts';
import { diagramLayers } from '../../../src/charts/diagramLayers.ts';
import { distanceHistogramSvg } from '../../../src/charts/distanceHistogramSvg.ts';
import { embeddingMapSvg, embeddingMapsSvg } from '../../../src/charts/embeddingMapSvg.ts';
import { lineChartSvg } from '../../../src/charts/lineChartSvg.ts';
import { lossCurveSvg } from '../../../src/charts/lossCurveSvg.ts';
import { modelDiagramSvg } from '../../../src/charts/modelDiagramSvg.ts';
import { neighborGallerySvg } from '../../../src/charts/neighborGallerySvg.ts';
import { rocCurveSvg } from '../../../src/charts/rocCurveSvg.ts';
import { tripletGallerySvg } from '../../../src/charts/tripletGallerySvg.ts';
import { encodePng } from '../../../src/formats/encodePng.ts';
import { decodeNpy, encodeNpy } from '../../../src/formats/npy.ts';
import { parseIdx } from '../../../src/formats/parseIdx.ts';
import { projectorFiles } from '../../../src/formats/projectorFiles.ts';
import { scalarEvents } from '../../../src/formats/scalarEvents.ts';
import { spriteSheet } from '../../../src/formats/spriteSheet.ts';
import { checkpointFolder } from '../../../src/node/checkpointFolder.ts';
import { fileStore } from '../../../src/node/fileStore.ts';
import { readIdxDataset } from '../../../src/node/readIdxDataset.ts';
import { readIdxFile } from '../../../src/node/readIdxFile.ts';
import { writeWhole } from '../../../src/node/writeWhole.ts';
import { embeddingMapHtml } from '../../../src/page/embeddingMapHtml.ts';
import { reportHtml } from '../../../src/page/reportHtml.ts';
import { pca } from '../../../src/projection/pca.ts';
import { tsne } from '../../../src/projection/tsne.ts';
import { umap } from '../../../src/projection/umap.ts';
import { report } from '../../../src/report/report.ts';
import { answerMistakes } from './mistakes.ts';

/** What a caller without types may pass. */
// biome-ignore lint/suspicious/noExplicitAny: the mistakes are what the types forbid
const bad = (value?: unknown): any => value;

const line = { name: 'loss', x: [1, 2], y: [3, 4] };
const labels = [0, 1];
const points = Float32Array.of(0, 0, 1, 1);
const rows = { data: new Float32Array(20), shape: [10, 2] as const };
const history = { loss: [1, 0.5] };
const promise = Promise.resolve(history);
const gallery = { rows: [{ query: 0, neighbors: [1] }], labels };
const triplets = { anchor: [0], positive: [0], negative: [1] };
const maps = [{ name: 'a', points }];

describe('Mistakes with charts', () => {
  answerMistakes([
    ['no lines', () => lineChartSvg(bad()), 'lineChartSvg', '{ name, x, y }', 'got undefined'],
    ['a line that is no array', () => lineChartSvg(bad(line)), 'an array of at least one line'],
    ['a line of null', () => lineChartSvg(bad([null])), 'line 0', 'got null'],
    ['a line without a name', () => lineChartSvg(bad([{ x: [1], y: [1] }])), 'line 0', 'name'],
    ['a line without y', () => lineChartSvg(bad([{ name: 'a', x: [1] }])), 'y of "a"', 'undefined'],
    ['NaN in a line', () => lineChartSvg([{ ...line, y: [1, Number.NaN] }]), 'NaN at index 1'],
    ['text in a line', () => lineChartSvg(bad([{ ...line, y: ['1', 2] }])), '"1" at index 0'],
    [
      'an unknown style',
      () => lineChartSvg(bad([{ ...line, style: 'dotted' }])),
      "'dashed'",
      'dotted',
    ],
    ['an unknown theme', () => lineChartSvg([line], bad({ theme: 'blue' })), "'dark'", '"blue"'],
    ['a width as text', () => lineChartSvg([line], bad({ width: '720' })), 'width', '240 to 4000'],
    ['an unknown option', () => lineChartSvg([line], bad({ xlabel: 'a' })), 'It is called xLabel.'],
    [
      'a title that is no text',
      () => lineChartSvg([line], bad({ title: 3 })),
      'title to be a string',
    ],
    [
      'a turned axis',
      () => lineChartSvg([line], { xDomain: [2, 1] }),
      'xDomain',
      'the smaller first',
    ],
    ['options of null', () => lineChartSvg([line], bad(null)), 'options to be a record'],
    ['a history not awaited', () => lossCurveSvg(bad(promise)), 'lossCurveSvg', 'wait'],
    ['no history', () => lossCurveSvg(bad()), 'a history, { loss, valLoss, stepLoss }', 'fit'],
    ['losses as text', () => lossCurveSvg(bad({ loss: 'low' })), 'history.loss', '"low"'],
    ['no loss', () => lossCurveSvg({ loss: [] }), 'at least one loss'],
    ['a loss of Infinity', () => lossCurveSvg({ loss: [Infinity] }), 'Infinity at index 0'],
    ['an unknown axis', () => lossCurveSvg(history, bad({ axis: 'time' })), "'epoch'", '"time"'],
    ['no smoothing', () => lossCurveSvg(history, { smoothing: 0 }), 'smoothing', '> 0'],
    ['no curve', () => rocCurveSvg(bad()), '{ tar, far }', 'rocCurve('],
    ['a curve not awaited', () => rocCurveSvg(bad(promise)), 'Promise', 'awaited'],
    ['rates above 1', () => rocCurveSvg({ tar: [0, 100], far: [0, 1] }), 'tar', '0 to 1', '100'],
    [
      'rates as a number',
      () => rocCurveSvg(bad({ tar: 1, far: 1 })),
      'tar to be an array of numbers',
    ],
    ['no histogram', () => distanceHistogramSvg(bad()), '{ edges, same, different }'],
    [
      'a histogram of pairs',
      () => distanceHistogramSvg(bad({ distances: [1] })),
      'distanceHistogram(',
    ],
    [
      'a histogram without counts',
      () => distanceHistogramSvg(bad({ edges: [0, 1] })),
      'same',
      'undefined',
    ],
    [
      'negative counts',
      () => distanceHistogramSvg({ edges: [0, 1], same: [-1], different: [1] }),
      'same pairs',
      'a count of -1',
    ],
    ['no matrix', () => confusionMatrixSvg(bad()), 'square matrix', 'confusionMatrix('],
    ['the whole result', () => confusionMatrixSvg(bad({ counts: [[1]] })), 'Pass counts of'],
    ['a row of undefined', () => confusionMatrixSvg(bad([undefined])), 'row 0'],
    ['shares as counts', () => confusionMatrixSvg([[0.5]]), 'whole numbers >= 0', '0.5 in row 0'],
    [
      'names as a record',
      () => confusionMatrixSvg([[1]], bad({ names: { 0: 'a' } })),
      'array of strings',
    ],
    ['a model as layers', () => modelDiagramSvg(bad({ layers: [] })), 'diagramLayers(model)'],
    [
      'layers without shapes',
      () => modelDiagramSvg(bad([{ name: 'a' }])),
      'layer 0',
      'outputShape',
    ],
    ['no model', () => diagramLayers(bad()), 'a LayersModel of tfjs', 'undefined'],
    ['a TripletModel', () => diagramLayers(bad({ base: {} })), 'diagramLayers(model.base)'],
    ['a map without options', () => embeddingMapSvg(bad()), 'embeddingMapSvg', 'options'],
    ['a map without labels', () => embeddingMapSvg(bad({ points })), 'labels', 'undefined'],
    ['a map without points', () => embeddingMapSvg(bad({ labels })), 'points', 'undefined'],
    ['points not awaited', () => embeddingMapSvg(bad({ labels, points: promise })), 'Promise'],
    [
      'too few points',
      () => embeddingMapSvg({ labels: [1, 2, 3], points }),
      'each label (3)',
      '2 points',
    ],
    [
      'string labels',
      () => embeddingMapSvg(bad({ labels: ['a', 'b'], points })),
      'class id',
      '"a"',
    ],
    ['a color name', () => embeddingMapSvg({ labels, points, colors: ['red'] }), '#rrggbb'],
    [
      'a map that is no record',
      () => embeddingMapsSvg(bad({ labels, maps: [null] })),
      'map 0',
      'null',
    ],
    [
      'maps of one map',
      () => embeddingMapsSvg(bad({ labels, maps: maps[0] })),
      'an array of at least one map',
    ],
    [
      'a gallery without rows',
      () => neighborGallerySvg(bad({ labels })),
      'rows',
      '{ query, neighbors }',
    ],
    ['a gallery row of null', () => neighborGallerySvg(bad({ labels, rows: [null] })), 'row 0'],
    [
      'neighbors of one number',
      () => neighborGallerySvg(bad({ labels, rows: [{ query: 0, neighbors: 1 }] })),
      'array of indices',
    ],
    [
      'pixels as thumbnails',
      () => neighborGallerySvg(bad({ ...gallery, thumbnails: points })),
      'spriteSheet(',
    ],
    [
      'ids of other examples',
      () => neighborGallerySvg({ ...gallery, ids: [1] }),
      'ids',
      '(2)',
      '1 numbers',
    ],
    [
      'triplets as a list',
      () => tripletGallerySvg(bad({ triplets: [[0, 1, 2]], violations: [1], labels })),
      '{ anchor, positive, negative }',
    ],
    [
      'no violations',
      () => tripletGallerySvg(bad({ triplets, labels })),
      'violations',
      'undefined',
    ],
    [
      'the old name',
      () => tripletGallerySvg(bad({ triplets, gaps: [1], labels })),
      'no options but',
      'gaps',
    ],
  ]);
});

describe('Mistakes with formats', () => {
  answerMistakes([
    ['an array as pixels', () => encodePng(bad([0, 255]), 1, 2), 'Uint8Array', '[0,255]'],
    [
      'floats as pixels',
      () => encodePng(bad(points), 2, 2),
      'Float32Array of length 4',
      '255 * value',
    ],
    ['no size', () => encodePng(Uint8Array.of(1), bad(), 1), 'width', 'undefined'],
    ['two bytes a pixel', () => encodePng(Uint8Array.of(1, 2), 1, 1), '1, 3 or 4 bytes', '2 bytes'],
    ['no values for npy', () => encodeNpy(bad()), 'encodeNpy', 'undefined'],
    ['an array for npy', () => encodeNpy(bad([1, 2])), '{ data, shape }', '[1,2]'],
    ['text as npy', () => decodeNpy(bad('x.npy')), 'Uint8Array', '"x.npy"'],
    ['an ArrayBuffer as npy', () => decodeNpy(bad(new ArrayBuffer(8))), 'new Uint8Array(buffer)'],
    ['no bytes of IDX', () => parseIdx(bad()), 'parseIdx', 'Uint8Array', 'undefined'],
    ['a promise of IDX', () => parseIdx(bad(promise)), 'Promise, which has to be awaited'],
    ['no projector options', () => projectorFiles(bad()), 'projectorFiles', 'options'],
    [
      'a tensor without data',
      () => projectorFiles(bad({ tensors: [{ name: 'a', dims: 1 }] })),
      'tensor 0',
      'data',
    ],
    [
      'metadata of null',
      () =>
        projectorFiles(
          bad({ tensors: [{ name: 'a', data: points, dims: 2 }], metadata: { label: null } }),
        ),
      'metadata "label"',
    ],
    ['no events', () => scalarEvents(bad()), 'an array of events', 'undefined'],
    ['an event of null', () => scalarEvents(bad([null])), 'tag', 'event 0'],
    ['images without options', () => spriteSheet(points, bad()), 'spriteSheet', 'options'],
    ['images as arrays', () => spriteSheet(bad([[1]]), { shape: [1, 1] }), 'Float32Array', '[[1]]'],
    ['half an image', () => spriteSheet(points, { shape: [3, 1] }), '3 * 1 * 1 values', '4 values'],
  ]);
});

describe('Mistakes with projections', () => {
  answerMistakes([
    ['no data', () => pca(bad()), 'pca', '[count, dims]', 'undefined'],
    ['data not awaited', () => pca(bad(promise)), 'Promise'],
    ['more axes than features', () => pca(rows, { dims: 3 }), 'at least 3 features', 'dims: 2'],
    ['half an axis', () => pca(rows, { dims: 1.5 }), 'dims', 'whole number', '1.5'],
    ['the name of scikit-learn', () => pca(rows, bad({ n_components: 2 })), 'no options but dims'],
    ['too few rows', () => tsne({ data: points, shape: [2, 2] }), 'at least 4 rows', '2 rows'],
    ['a perplexity of all', () => tsne(rows, { perplexity: 9 }), 'perplexity', '1 to 3', '9'],
    [
      'a controller as signal',
      () => tsne(rows, bad({ signal: new AbortController() })),
      'controller.signal',
    ],
    [
      'NaN in the data',
      () => tsne({ data: rows.data.map(() => Number.NaN), shape: [10, 2] }),
      'NaN in row 0',
    ],
    ['one neighbor', () => umap(rows, { neighbors: 1 }), 'neighbors', '>= 2', '1'],
    ['too many neighbors', () => umap(rows, { neighbors: 10 }), 'neighbors', '2 to 9', '10'],
  ]);
});

describe('Mistakes with pages and the report', () => {
  const embed = bad((x: unknown) => x);
  const examples = tensor2d([
    [0, 1],
    [1, 0],
    [1, 1],
    [0, 0],
  ]);
  const data = { examples, labels: [0, 0, 1, 1] };
  answerMistakes([
    ['a page without options', () => embeddingMapHtml(bad()), 'embeddingMapHtml', 'options'],
    ['a page without maps', () => embeddingMapHtml(bad({ labels })), 'maps', '{ name, points }'],
    [
      'a map without a name',
      () => embeddingMapHtml(bad({ labels, maps: [{ points }] })),
      'map 0',
      'name',
    ],
    [
      'captions of other examples',
      () => embeddingMapHtml({ labels, maps, captions: ['a'] }),
      'captions',
      '2',
    ],
    [
      'a caption as text',
      () => embeddingMapHtml(bad({ labels, maps, captions: 'ab' })),
      'captions',
      'array of strings',
    ],
    [
      'neighbors without k',
      () => embeddingMapHtml(bad({ labels, maps, neighbors: { indices: [1, 0] } })),
      'neighbors.indices',
    ],
    [
      'a neighbor that is none',
      () => embeddingMapHtml({ labels, maps, neighbors: { indices: [1, 7], k: 1 } }),
      '0 to 1',
      '7',
    ],
    ['no parts', () => reportHtml(bad()), 'reportHtml', 'report(model, data)'],
    ['nothing to show', () => reportHtml({ title: 'Empty' }), 'at least one part', 'title'],
    ['maps without labels', () => reportHtml({ maps }), 'labels', 'maps'],
    ['a gallery without labels', () => reportHtml({ gallery: gallery.rows }), 'labels', 'gallery'],
    [
      'a history of text in a report',
      () => reportHtml(bad({ history: { loss: 'x' } })),
      'history.loss',
    ],
    ['no data', () => report(embed, bad()), 'report', '{ examples, labels }', 'undefined'],
    ['data without labels', () => report(embed, bad({ examples })), '{ examples, labels }'],
    ['no model', () => report(bad(), data), 'report'],
    [
      'a reference without labels',
      () => report(embed, data, bad({ reference: { examples } })),
      'reference',
      '{ examples, labels }',
    ],
    ['an unknown map', () => report(embed, data, bad({ map: 'isomap' })), "'umap'", '"isomap"'],
    [
      'an unknown option',
      () => report(embed, data, bad({ batch_size: 3 })),
      'It is called batchSize.',
    ],
    [
      'captions of other data',
      () => report(embed, data, { captions: ['a'] }),
      'captions',
      '(4)',
      '1 captions',
    ],
    [
      'one class',
      () => report(embed, { ...data, labels: [1, 1, 1, 1] }),
      'at least two classes',
      '1 classes',
    ],
  ]);
});

describe('Mistakes with files in Node', () => {
  answerMistakes([
    ['no folder for a model', () => fileStore(bad()), 'fileStore', 'a path', 'undefined'],
    ['a URL as folder', () => checkpointFolder(bad(new URL('file:///a'))), 'fileURLToPath(url)'],
    ['no IDX file', () => readIdxFile(bad()), 'readIdxFile', 'a path', 'undefined'],
    ['an IDX file that is not there', () => readIdxFile('/no/such/file'), '/no/such/file'],
    ['one file of two', () => readIdxDataset('/no/such/file', bad()), 'readIdxFile'],
    ['a path of null', () => writeWhole(bad(null), 'text'), 'writeWhole', 'null'],
    ['no bytes', () => writeWhole('never', bad()), 'bytes', 'undefined'],
    [
      'a buffer without a view',
      () => writeWhole('never', bad(new ArrayBuffer(4))),
      'Uint8Array(buffer)',
    ],
    ['a part that is no bytes', () => writeWhole('never', bad([[1, 2]])), 'each part', '[1,2]'],
  ]);
});
