import { type Tensor2D, tidy, type Variable } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkInteger } from '../../internal/checks.ts';
import { checkEmbeddings } from '../../ops/checkEmbeddings.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import type { LossPart, Reducer } from '../../reducers/reducer.ts';
import { checkLossOptions } from '../internal/checkLossOptions.ts';
import { type ClassTargets, classTargets } from '../internal/classTargets.ts';
import { classLossOptions } from '../internal/optionNames.ts';
import {
  checkNotDisposed,
  defineParametricLoss,
  type ParametricLoss,
  type ParametricLossOptions,
} from '../parametricLoss.ts';

/** A loss that learns something for each class and tells by it how well an embedding fits each. */
export interface ClassLoss extends ParametricLoss {
  /**
   * How well each embedding fits each class, without margin: [batch, dims] to [batch, classes], on the tape. The
   * largest is the loss's guess; it is the caller's to dispose.
   *
   * @throws MetricLearningError if the embeddings are not finite or not of `dims` dimensions.
   */
  logits(embeddings: Tensor2D): Tensor2D;
}

/** Options that every loss over classes takes. */
export interface ClassLossOptions extends ParametricLossOptions {
  /** How many classes there are: labels go from 0 to `classes - 1`. */
  classes: number;
  /** Length of an embedding. */
  dims: number;
}

/** What differs between losses over classes. */
export interface ClassLossSpec {
  readonly name: string;
  readonly options: ClassLossOptions;
  /** The weights; made for the loss, and the loss's from then on. */
  readonly variables: Readonly<Record<string, Variable>>;
  /** The weights one row a class, proxy or center, as a regularizer takes them. */
  parameterRows(): Tensor2D;
  logits(embeddings: Tensor2D): Tensor2D;
  /** The formula. */
  parts(embeddings: Tensor2D, targets: ClassTargets): readonly LossPart[];
  /** The paper's reducer. Default: `meanReducer()`. */
  readonly reducer?: Reducer;
  /** Whether only the anchors of tuples weigh. Default false. */
  readonly anchorsOnly?: boolean;
}

/** Wraps a formula over classes with the checks and targets that such losses share. */
export function defineClassLoss(spec: ClassLossSpec): ClassLoss {
  const { name, options, variables, reducer = meanReducer(), anchorsOnly } = spec;
  const { classes, dims } = options;
  const loss = defineParametricLoss({
    name,
    accepts: { labels: 'needed', tuples: 'weights', reference: 'none', classes: true },
    options,
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

/** Throws for options that no loss over classes can have: before it makes weights. `own` are those of the loss alone. */
export function checkClassOptions<O extends ClassLossOptions>(
  name: string,
  options: O,
  own: readonly (keyof O & string)[] = [],
): void {
  checkOptions(name, options, [...own, ...classLossOptions]);
  const { classes, dims } = options;
  checkInteger(name, 'classes', classes);
  checkInteger(name, 'dims', dims);
  checkLossOptions(name, options);
}

/** Throws unless embeddings are as long as the loss was made for. */
export function checkDims(where: string, embeddings: Tensor2D, dims: number): void {
  if (embeddings.shape[1] === dims) return;
  throw new MetricLearningError({
    where,
    expected: `embeddings of shape [batch, ${dims}] (dims: ${dims})`,
    got: `shape [${embeddings.shape}]`,
  });
}
