import { Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { ClassLabels } from '../data/classLabels.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Embeddings } from '../data/embeddings.ts';
import { isLazy, type LazyDataset } from '../data/lazyDataset.ts';
import type { Distance } from '../distances/distance.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import { checkBase } from '../networks/checkBase.ts';

import { forwardPass } from '../networks/forwardPass.ts';
import { distanceOfNetwork } from '../networks/networkDistance.ts';
import { namesOfNetwork } from '../networks/networkNames.ts';
import { normalizationOf } from '../networks/networkNormalization.ts';
import { noNormalization } from '../networks/normalization.ts';

/**
 * What makes embeddings: a `TripletModel`; any LayersModel with one input and one output [batch, dims]; a record with a
 * function `embed`, or such a function, of a batch of examples, which may be asynchronous.
 */
export type ReportModel =
  | LayersModel
  | { readonly base: LayersModel; readonly distance?: Distance }
  | {
      readonly distance?: Distance;
      embed(examples: never): Embeddings | Promise<Embeddings>;
    }
  | ((examples: Tensor) => Embeddings | Promise<Embeddings>);

/** Inputs of any type, such as texts, for a model whose `embed` accepts an array of them; and the class id or the name of the class of each. */
export interface InputDataset {
  readonly examples: readonly unknown[];
  readonly labels: ClassLabels;
}

/** A model of any of these kinds, opened. */
export interface OpenModel {
  /** Undefined where the examples are an array of inputs. */
  readonly inputShape: readonly (number | null)[] | undefined;
  /** The distance that the model was made for, where it is known. */
  readonly distance: Distance | undefined;
  /** The names of the classes that the model was trained on, by class id; undefined where it knows none. */
  readonly names?: readonly string[];
  /** The embeddings of a batch of examples, or of inputs; the caller disposes a tensor. */
  embed(batch: Tensor | readonly unknown[]): Embeddings | Promise<Embeddings>;
}

/** @throws MetricLearningError if it is none of them, or examples that are no tensor have no known shape. */
export function openModel(
  where: string,
  model: ReportModel,
  data: Dataset | InputDataset | LazyDataset,
): OpenModel {
  const examples = isLazy(data) ? undefined : data.examples;
  const record = model as {
    readonly base?: LayersModel;
    readonly network?: LayersModel;
    readonly distance?: Distance;
    readonly embed?: OpenModel['embed'];
  } | null;
  const embed = (typeof model === 'function' ? model : record?.embed?.bind(record)) as
    | OpenModel['embed']
    | undefined;
  const base = record?.base ?? (embed ? record?.network : (model as LayersModel));
  if (embed !== undefined && record?.base === undefined) {
    const distance = typeof model === 'function' ? undefined : record?.distance;
    const known = base && { names: namesOfNetwork(base) };
    if (Array.isArray(examples)) return { inputShape: undefined, distance, ...known, embed };
    if (isLazy(data)) return { inputShape: data.shape, distance, ...known, embed };
    if (base) {
      return { inputShape: checkBase(where, base).input, distance, ...known, embed };
    }
    if (examples instanceof Tensor) {
      return { inputShape: examples.shape.slice(1), distance, embed };
    }
    throw new MetricLearningError({
      where,
      expected: 'examples as a tensor, as a function has no input shape',
      got: show(examples),
      fix: 'Wrap the values: tensor(values, [count, ...shape]).',
    });
  }
  const network = base as LayersModel;
  const { input } = checkBase(where, network);
  const forward = forwardPass(network, normalizationOf(network) ?? noNormalization);
  return {
    inputShape: input,
    distance: record?.base
      ? (record.distance ?? distanceOfNetwork(network))
      : distanceOfNetwork(network),
    names: namesOfNetwork(network),
    embed: (batch): Tensor2D => forward(batch as Tensor, 'inference'),
  };
}
