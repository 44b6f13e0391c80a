import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import { type OptionTable, readOptions } from '../internal/readOptions.ts';
import type { ChartOptions } from './chartOptions.ts';
import type { DiagramLayer } from './diagramLayers.ts';
import { chartSvg, headingHeight, padding } from './internal/chart.ts';
import { chartRules } from './internal/chartRules.ts';
import { cardOf, drawCard } from './internal/diagramCard.ts';
import { type DiagramLayout, layoutDiagram, type PlacedNode } from './internal/diagramLayout.ts';
import { element, rounded } from './internal/svg.ts';

export type ModelDiagramOptions = Omit<ChartOptions, 'width' | 'height'>;

const where = 'modelDiagramSvg';
const { width: _, height: __, ...rules } = chartRules;
const modelDiagramRules: OptionTable<ModelDiagramOptions, 'title'> = rules;

/**
 * Draws a network as boxes and arrows, as the text of one SVG: each layer's name, type, output shape and number of
 * parameters. A network within the network is shown with its layers.
 *
 * `diagramLayers(model)` makes the list of layers from a tfjs model. The picture is as large as the network needs.
 *
 * @throws MetricLearningError if there is no layer, two layers have one name, or an input is not a layer before.
 * @example
 * const svg = modelDiagramSvg(diagramLayers(model), { title: 'My network' });
 */
export function modelDiagramSvg(
  layers: readonly DiagramLayer[],
  options: ModelDiagramOptions = {},
): string {
  const { title = 'Model', subtitle, theme } = readOptions(where, modelDiagramRules, options);
  const inputs = checkLayers(layers);
  const cards = layers.map(cardOf);
  const layout = layoutDiagram(cards.map((card, i) => ({ ...card, inputs: inputs[i] ?? [] })));

  const top = headingHeight(title, subtitle) + 8;
  const width = Math.ceil(Math.max(320, layout.width + 2 * padding));
  const height = Math.ceil(top + layout.height + padding);
  const left = (width - layout.width) / 2;
  const total = layers.reduce((sum, { params }) => sum + params, 0);
  const description = `${title || 'Model'}: ${layers.length} layers, ${total.toLocaleString('en-US')} parameters.`;
  return chartSvg({ title, subtitle, theme }, width, height, description, [
    element(
      'g',
      { transform: `translate(${rounded(left)} ${rounded(top)})` },
      ...drawEdges(layout, inputs, cards),
      ...cards.map((card, i) => {
        const { x, y } = layout.nodes[i]!;
        return drawCard(card, x - card.width / 2, y);
      }),
    ),
  ]);
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Arrows between the boxes; those that leave or reach one box are spread along its side. */
function drawEdges(
  layout: DiagramLayout,
  inputs: readonly (readonly number[])[],
  sizes: readonly Size[],
): string[] {
  const edges = inputs.flatMap((from, to) =>
    from.map((source, k) => ({ source, to, bends: layout.bends[to]?.[k] ?? [] })),
  );
  const place = (i: number): PlacedNode => layout.nodes[i]!;
  return edges.map((edge) => {
    const leaving = edges.filter(({ source }) => source === edge.source);
    const reaching = edges.filter(({ to }) => to === edge.to);
    const from = place(edge.source);
    const to = place(edge.to);
    const [sourceSize, targetSize] = [sizes[edge.source]!, sizes[edge.to]!];
    const start = {
      x: from.x + port(leaving.indexOf(edge), leaving.length, sourceSize.width),
      y: from.y + sourceSize.height,
    };
    const end = {
      x: to.x + port(reaching.indexOf(edge), reaching.length, targetSize.width),
      y: to.y - 6,
    };
    const points = [start, ...edge.bends, end];
    const d = points.slice(1).reduce(
      (path, point, k) => {
        const before = points[k]!;
        const middle = rounded((before.y + point.y) / 2);
        const [x, y] = [rounded(point.x), rounded(point.y)];
        return before.x === point.x
          ? `${path}V${y}`
          : `${path}C${rounded(before.x)} ${middle} ${x} ${middle} ${x} ${y}`;
      },
      `M${rounded(start.x)} ${rounded(start.y)}`,
    );
    const head = `M${rounded(end.x - 4.5)} ${rounded(end.y - 3)}L${rounded(end.x)} ${rounded(end.y + 4)}L${rounded(end.x + 4.5)} ${rounded(end.y - 3)}`;
    return element('path', {
      class: 'axis',
      fill: 'none',
      'stroke-width': 1.5,
      'stroke-linejoin': 'round',
      d: d + head,
    });
  });
}

/** Where the k-th of `count` arrows meets a side of that width, from its middle. */
function port(k: number, count: number, width: number): number {
  const step = Math.min(28, (width * 0.7) / count);
  return (k - (count - 1) / 2) * step;
}

function checkLayers(layers: readonly DiagramLayer[]): number[][] {
  if (!Array.isArray(layers) || layers.length === 0) {
    throw new MetricLearningError({
      where,
      expected: 'an array of at least one layer',
      got: show(layers),
      fix: 'Make the layers of a tfjs model with diagramLayers(model).',
    });
  }
  const known = new Map<string, number>();
  return layers.map((layer: DiagramLayer, i) => {
    checkLayer(layer, `layer ${i}`);
    const { name, inputs } = layer;
    if (known.has(name)) {
      throw new MetricLearningError({
        where,
        expected: 'layers of different names',
        got: `${show(name)} twice`,
      });
    }
    const indices = inputs.map((input: string) => {
      const index = known.get(input);
      if (index !== undefined) return index;
      throw new MetricLearningError({
        where,
        expected: `each input of ${show(name)} to be the name of a layer before it`,
        got: show(input),
      });
    });
    known.set(name, i);
    return indices;
  });
}

function checkLayer(layer: DiagramLayer, name: string): void {
  const { outputShape, inputs, layers } = layer ?? {};
  const whole =
    typeof layer?.name === 'string' &&
    typeof layer.type === 'string' &&
    Number.isFinite(layer.params) &&
    Array.isArray(outputShape) &&
    Array.isArray(inputs) &&
    (layers === undefined || Array.isArray(layers));
  if (!whole) {
    throw new MetricLearningError({
      where,
      expected: `${name} to be a record, { name, type, outputShape, params, inputs }`,
      got: show(layer),
      fix: 'Make the layers of a tfjs model with diagramLayers(model).',
    });
  }
  layers?.forEach((inner, i) => {
    checkLayer(inner, `layer ${i} within ${show(layer.name)}`);
  });
}
