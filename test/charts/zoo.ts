import { confusionMatrixSvg } from '../../src/charts/confusionMatrixSvg.ts';
import { distanceHistogramSvg } from '../../src/charts/distanceHistogramSvg.ts';
import { embeddingMapSvg, embeddingMapsSvg } from '../../src/charts/embeddingMapSvg.ts';
import { lineChartSvg } from '../../src/charts/lineChartSvg.ts';
import { lossCurveSvg } from '../../src/charts/lossCurveSvg.ts';
import { modelDiagramSvg } from '../../src/charts/modelDiagramSvg.ts';
import { neighborGallerySvg } from '../../src/charts/neighborGallerySvg.ts';
import { rocCurveSvg } from '../../src/charts/rocCurveSvg.ts';
import { tripletGallerySvg } from '../../src/charts/tripletGallerySvg.ts';

const count = 120;
const labels = Int32Array.from({ length: count }, (_, i) => i % 6);
const points = Float32Array.from({ length: 2 * count }, (_, at) => {
  const i = at >> 1;
  const angle = (i % 6) + 0.02 * i;
  return (3 + (i % 6)) * (at % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
});
const names = ['Wohnzimmerschrank', 'mmmmmmmmmmmm', 'WWWWWWWW', 'кресло-качалка', 'illicit', 'été'];
const steps = Float64Array.from({ length: 300 }, (_, i) => 2 / (1 + i / 20) + 0.05 * (i % 5));
const manyNames = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [i, `species ${i} Wm`]));
const rates = Array.from({ length: 21 }, (_, i) => i / 20);
const roc = { tar: rates.map((rate) => rate ** 0.2), far: rates, auc: 0.9312, eer: 0.084 };
const confusion = (size: number): number[][] =>
  Array.from({ length: size }, (_, r) =>
    Array.from({ length: size }, (_, c) => (r === c ? 900 + 7 * r : (r * 5 + c * 3) % 11)),
  );
const triplets = { anchor: [0, 1, 2, 3], positive: [6, 7, 8, 9], negative: [1, 2, 3, 4] };
const histogram = {
  edges: rates,
  same: rates.slice(1).map((rate) => Math.round(1000 * (1 - rate) ** 3)),
  different: rates.slice(1).map((rate) => Math.round(90_000 * rate ** 4)),
};
const network = [
  { name: 'input_1', type: 'InputLayer', outputShape: [null, 28, 28, 1], params: 0, inputs: [] },
  {
    name: 'embedding_model',
    type: 'Sequential',
    outputShape: [null, 128],
    params: 1_199_882,
    inputs: ['input_1'],
    layers: [
      {
        name: 'conv2d_Conv2D1',
        type: 'Conv2D',
        outputShape: [null, 26, 26, 32],
        params: 320,
        inputs: [],
      },
      {
        name: 'max_pooling2d_MaxPooling2D1',
        type: 'MaxPooling2D',
        outputShape: [null, 13, 13, 32],
        params: 0,
        inputs: [],
      },
      {
        name: 'dense_Dense1',
        type: 'Dense',
        outputShape: [null, 128],
        params: 1_199_562,
        inputs: [],
      },
    ],
  },
  {
    name: 'l2_normalize',
    type: 'L2Normalize',
    outputShape: [null, 128],
    params: 0,
    inputs: ['embedding_model'],
  },
  {
    name: 'a_second_head_with_a_very_long_name_indeed',
    type: 'Dense',
    outputShape: [null, 10],
    params: 1290,
    inputs: ['embedding_model'],
  },
  {
    name: 'joined',
    type: 'Concatenate',
    outputShape: [null, 138],
    params: 0,
    inputs: ['l2_normalize', 'a_second_head_with_a_very_long_name_indeed', 'input_1'],
  },
];

/** A picture of each kind, with texts that are hard to place: long, wide, and of other alphabets. */
export const zoo: Readonly<Record<string, () => string | Promise<string>>> = {
  confusion: () => confusionMatrixSvg(confusion(6), { names, subtitle: '5,400 examples' }),
  'confusion-large': () => confusionMatrixSvg(confusion(30), { theme: 'dark' }),
  'confusion-one': () => confusionMatrixSvg([[12_345]]),
  'distance-histogram': () => distanceHistogramSvg(histogram, { threshold: 0.4321 }),
  'distance-histogram-narrow': () =>
    distanceHistogramSvg(histogram, { threshold: 0.97, width: 362, height: 320, title: '' }),
  'embedding-map': () =>
    embeddingMapSvg({ points, labels, names, note: 'PCA, 17.6 % of the variance', title: 'MNIST' }),
  'embedding-map-many-classes': () =>
    embeddingMapSvg({
      points,
      labels: labels.map((_, i) => i % 60),
      names: manyNames,
      theme: 'dark',
    }),
  'embedding-maps': () =>
    embeddingMapsSvg({
      labels,
      names,
      title:
        'Wohnzimmer und Wintergarten mit mmmmmmmmmmmmmmmm: before and after training, MNIST 10,000',
      maps: [
        { name: 'before training', points, note: 'raw pixels, PCA: 17 % of the variance' },
        { name: 'after training', points, note: 'embeddings, PCA: 83 % of the variance' },
      ],
    }),
  lines: () =>
    lineChartSvg(
      [
        { name: 'precision at 1', x: [1, 2, 3, 4], y: [0.91, 0.95, 0.9542, 0.9561] },
        { name: 'MAP@R', note: 'of queries', x: [1, 2, 3, 4], y: [0.71, 0.85, 0.9, 0.9533] },
      ],
      { title: 'Validation', xLabel: 'epoch', yLabel: 'score', wholeX: true },
    ),
  'lines-large-numbers': () =>
    lineChartSvg(
      [
        { name: 'up', x: [0, 250_000, 1_000_000], y: [0, 4_500_000, 9_000_000] },
        { name: 'down', x: [0, 1_000_000], y: [8_000_000, -2_345_678], style: 'dashed' },
      ],
      { width: 362, height: 240, yLabel: 'a long name of an axis that has little room in here' },
    ),
  'lines-log': () =>
    lineChartSvg([{ name: 'a', x: [1, 10, 100_000], y: [1e-9, 0.5, 12_000_000] }], {
      xScale: 'log',
      yScale: 'log',
      subtitle: 'Both axes are logarithmic.',
    }),
  loss: () => lossCurveSvg({ loss: [1.2, 0.7, 0.4], valLoss: [1, 0.6, 0.5], stepLoss: steps }),
  'loss-first-epoch': () => lossCurveSvg({ loss: [], stepLoss: steps.subarray(0, 90) }),
  'loss-narrow': () =>
    lossCurveSvg(
      { loss: [1.2, 0.7, 0.4], valLoss: [1, 0.6, 0.5], stepLoss: steps },
      { width: 362, height: 320, title: '', theme: 'auto' },
    ),
  'model-diagram': () => modelDiagramSvg(network, { title: 'Network', subtitle: '5 layers' }),
  'neighbor-gallery': () =>
    neighborGallerySvg({
      labels,
      names: Object.fromEntries(names.entries()),
      rows: [
        { query: 0, neighbors: [6, 12, 1], distances: [0.1, 0.25, 12.5] },
        { query: 1, neighbors: [7, 13, 2, 3] },
      ],
    }),
  roc: () =>
    rocCurveSvg([
      { ...roc, name: 'after training' },
      { ...roc, name: 'before', tar: rates },
    ]),
  'roc-log': () => rocCurveSvg(roc, { xScale: 'log' }),
  'triplet-gallery': () =>
    tripletGallerySvg({ triplets, violations: [0.5, -0.25, 0, 1.75], labels, tile: 24 }),
};
