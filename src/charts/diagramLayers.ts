import type { LayersModel } from '@tensorflow/tfjs-layers';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';

type Layer = LayersModel['layers'][number];

/** A layer as `modelDiagramSvg` shows it. */
export interface DiagramLayer {
  /** Name of the layer; no two layers of a network share one. */
  readonly name: string;
  /** Type of the layer, e.g. `Conv2D`. */
  readonly type: string;
  /** Output shape with the batch first, which is null: [null, 28, 28, 1]. */
  readonly outputShape: readonly (number | null)[];
  /** Number of parameters. */
  readonly params: number;
  /** Names of the layers that its inputs come from; a layer whose output is an input three times is named three times. */
  readonly inputs: readonly string[];
  /** The layers within, for a layer that is a network itself. */
  readonly layers?: readonly DiagramLayer[];
}

/** The parts of a model's configuration that say what is connected to what. */
interface LayerConfig {
  readonly className?: string;
  readonly config: { readonly name: string };
  readonly name?: string;
  readonly inboundNodes?: readonly (readonly (readonly unknown[])[])[];
}

/**
 * Lists the layers of a tfjs model for `modelDiagramSvg`, with the layers of networks within it.
 *
 * @throws MetricLearningError if the model is no LayersModel.
 * @example
 * const svg = modelDiagramSvg(diagramLayers(model.base));
 */
export function diagramLayers(model: LayersModel): DiagramLayer[] {
  if (typeof model?.getConfig !== 'function' || typeof model.getLayer !== 'function') {
    throw new MetricLearningError({
      where: 'diagramLayers',
      expected: 'a LayersModel of tfjs',
      got: show(model),
      ...(typeof (model as unknown as { base?: unknown } | null)?.base === 'object' && {
        fix: 'Pass the base network: diagramLayers(model.base).',
      }),
    });
  }
  const { layers } = model.getConfig() as unknown as { readonly layers: readonly LayerConfig[] };
  return layers.map((config, i): DiagramLayer => {
    const name = config.name ?? config.config.name;
    const layer = model.getLayer(name);
    const before = layers[i - 1];
    const chained = before === undefined ? [] : [before.name ?? before.config.name];
    const within = 'layers' in layer ? diagramLayers(layer as unknown as LayersModel) : undefined;
    return {
      name,
      type: layer.getClassName(),
      outputShape: outputShapeOf(layer),
      params: layer.countParams(),
      // A Sequential has no connections in its configuration: each layer follows the one before.
      inputs: config.inboundNodes?.flatMap((node) => node.map(([from]) => String(from))) ?? chained,
      ...(within && { layers: within }),
    };
  });
}

/** Of the last time the layer was applied: `layer.outputShape` throws for a Sequential of one layer that was shared. */
function outputShapeOf(layer: Layer): readonly (number | null)[] {
  const shapes = layer.inboundNodes.at(-1)?.outputShapes ?? [];
  const [first] = shapes;
  return (Array.isArray(first) ? first : shapes) as readonly (number | null)[];
}
