import { type Tensor2D, tidy, type Variable } from '@tensorflow/tfjs-core';
import type { Distance } from '../../distances/distance.ts';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { checkEmbeddings } from '../../ops/checkEmbeddings.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import type { LossPart, Reducer } from '../../reducers/reducer.ts';
import { type ClassTargets, classTargets } from '../internal/classTargets.ts';
import {
  checkNotDisposed,
  defineParametricLoss,
  type ParametricLoss,
  type ParametricLossOptions,
  type ParametricLossSpecOptions,
} from '../parametricLoss.ts';

/** A loss that learns parameters for each class: a direction, a proxy, some centers. */
export interface ClassLoss extends ParametricLoss {
  /**
   * How well each embedding fits each class, without margin: [batch, dims] to [batch, classes], on the gradient tape.
   *
   * The class with the largest logit is the prediction. The caller disposes the result.
   *
   * @throws MetricLearningError if the embeddings are not finite or not of `dims` dimensions.
   * @example const predicted = loss.logits(embeddings).argMax(1);
   */
  logits(embeddings: Tensor2D): Tensor2D;
}

/** Options of every loss over classes. */
export interface ClassLossOptions extends ParametricLossOptions {
  /** The number of classes: labels are 0 to `classes - 1`. */
  classes: number;
  /** The length of an embedding. */
  dims: number;
}

/** Options of every loss that is a cross entropy over classes. */
export interface SoftmaxLossOptions extends ClassLossOptions {
  /**
   * Label smoothing: the target distribution is `1 - labelSmoothing` at the target class, plus `labelSmoothing / classes`
   * at every class. From 0 to 1; 0.1 where labels are noisy. Default 0.
   */
  labelSmoothing?: number;
}

/** The options of a loss over classes, as a caller gave them or as `readOptions` returned them. */
export interface ClassLossSpecOptions extends ParametricLossSpecOptions {
  readonly classes: number;
  readonly dims: number;
}

/** The same with those of a cross entropy. */
export interface SoftmaxLossSpecOptions extends ClassLossSpecOptions {
  readonly labelSmoothing?: number | undefined;
}

/** What differs between losses over classes. */
export interface ClassLossSpec {
  readonly name: string;
  readonly options: ClassLossSpecOptions;
  /** What the loss measures between embeddings and the parameters of classes. */
  readonly distance?: Distance | undefined;
  /** The parameters by name. The loss owns these variables from now on. */
  readonly variables: Readonly<Record<string, Variable>>;
  /** The parameters for `parameterRegularizer`: one row for each class, proxy or center. */
  parameterRows(): Tensor2D;
  logits(embeddings: Tensor2D): Tensor2D;
  /** The formula. */
  parts(embeddings: Tensor2D, targets: ClassTargets): readonly LossPart[];
  /** The paper's reducer. Default: `meanReducer()`. */
  readonly reducer?: Reducer;
  /** Whether only the anchors of tuples give examples their coefficients. Default false. */
  readonly anchorsOnly?: boolean;
}

/** Makes a loss of a formula over classes: adds the checks and targets that such losses share. */
export function defineClassLoss(spec: ClassLossSpec): ClassLoss {
  const { name, options, variables, reducer = meanReducer(), anchorsOnly } = spec;
  const { classes, dims } = options;
  const loss = defineParametricLoss({
    name,
    accepts: { labels: 'needed', tuples: 'coefficients', reference: 'none', classes: true },
    options,
    distance: spec.distance,
    reducer,
    variables,
    parameterRows: spec.parameterRows,
    parts(batch) {
      checkDims(name, batch.embeddings, dims);
      return spec.parts(batch.embeddings, classTargets(name, batch, classes, anchorsOnly));
    },
  });
  return {
    ...loss,
    logits(embeddings) {
      checkNotDisposed(name, Object.values(variables));
      checkEmbeddings(name, 'embeddings', embeddings);
      checkDims(name, embeddings, dims);
      return tidy(() => spec.logits(embeddings));
    },
  };
}

/** Throws unless embeddings have the length that the loss was made for. */
export function checkDims(where: string, embeddings: Tensor2D, dims: number): void {
  if (embeddings.shape[1] === dims) return;
  throw new MetricLearningError({
    where,
    expected: `embeddings of shape [batch, ${dims}] (dims: ${dims})`,
    got: `shape [${embeddings.shape}]`,
  });
}
