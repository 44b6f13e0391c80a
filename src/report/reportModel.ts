import { Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Dataset } from '../data/dataset.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import { checkBase } from '../networks/checkBase.ts';

/**
 * What makes embeddings: a `TripletModel`, any LayersModel with one input and one output [batch, dims], or a function
 * that takes a batch [count, ...] and returns a new tensor [count, dims].
 */
export type ReportModel =
  | LayersModel
  | { readonly base: LayersModel }
  | ((examples: Tensor) => Tensor2D | Promise<Tensor2D>);

/** Any of them, opened: `embed` makes a tensor that its caller disposes. */
export interface Embedder {
  readonly inputShape: readonly (number | null)[];
  embed(batch: Tensor): Tensor2D | Promise<Tensor2D>;
}

/** @throws MetricLearningError if it is none of them, or a function comes with examples that are no tensor. */
export function openModel(where: string, model: ReportModel, { examples }: Dataset): Embedder {
  if (typeof model === 'function') {
    if (examples instanceof Tensor) return { inputShape: examples.shape.slice(1), embed: model };
    throw new MetricLearningError({
      where,
      expected: 'examples as a tensor, as a function does not tell its input shape',
      got: show(examples),
      fix: 'Wrap the values: tensor(values, [count, ...shape]).',
    });
  }
  const base = model !== null && typeof model === 'object' && 'base' in model ? model.base : model;
  return {
    inputShape: checkBase(where, base).input,
    embed: (batch) => tidy(() => base.apply(batch, { training: false }) as Tensor2D),
  };
}
