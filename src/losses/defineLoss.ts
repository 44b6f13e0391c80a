import {
  add,
  addN,
  concat,
  mul,
  reshape,
  type Scalar,
  sum,
  type Tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import type { Distance } from '../distances/distance.ts';
import { callback, recordLike, text } from '../internal/optionKinds.ts';
import { readOptions, required } from '../internal/readOptions.ts';
import { meanReducer } from '../reducers/meanReducer.ts';
import type { LossPart, Reducer } from '../reducers/reducer.ts';
import type { Regularizer } from '../regularizers/regularizer.ts';
import { lossRules } from './internal/lossOptionRules.ts';
import type { Loss, LossInputs } from './loss.ts';
import { type LossBatch, lossBatch } from './lossBatch.ts';

/** The options of every loss, as a caller gave them or as `readOptions` returned them. */
export interface LossSpecOptions {
  readonly reducer?: Reducer | undefined;
  readonly regularizer?: Regularizer | undefined;
  readonly regularizerCoefficient?: number | undefined;
}

/** What differs between losses; `defineLoss` does the rest. */
export interface LossSpec {
  readonly name: string;
  /** What `compute` accepts beside embeddings. */
  readonly accepts: LossInputs;
  /** What the loss measures between two embeddings; left out by a loss that measures no distance. */
  readonly distance?: Distance | undefined;
  /** How the parts become one number. Default: `meanReducer()`, and no regularizer. */
  readonly options?: LossSpecOptions;
  /** The reducer where `options` has none. */
  readonly reducer?: Reducer;
  /** The formula: the parts whose sum is the loss. An empty list where nothing can be learned. Called inside a `tidy`. */
  parts(batch: LossBatch): readonly LossPart[];
  /** The learnable parameters of the loss. */
  readonly parameters?: readonly Tensor[];
  /** The penalty on the parameters, which is added to the loss. */
  penalty?(): Scalar;
}

const rules = lossRules(() => meanReducer());

const specRules = {
  name: required(text),
  accepts: required(recordLike("such as { labels: 'needed', tuples: 'none', reference: 'none' }")),
  parts: required(callback('(batch) => parts')),
};

/**
 * Makes a loss of a formula: it adds the checks of the arguments, the memory scope, the reduction of many losses to one
 * number, and the regularizer.
 *
 * @throws MetricLearningError if `name`, `accepts` or `parts` is missing, or an option of `options` is out of its range.
 * @example
 * const loss = defineLoss({
 *   name: 'lengthLoss',
 *   accepts: { labels: 'none', tuples: 'none', reference: 'none' },
 *   parts: ({ embeddings }) => [{ name: 'loss', kind: 'elements', values: norm(embeddings, 2, 1) }],
 * });
 */
export function defineLoss(spec: LossSpec): Loss {
  readOptions('defineLoss', specRules, {
    name: spec?.name,
    accepts: spec?.accepts,
    parts: spec?.parts,
  });
  const { name, accepts, distance, options = {}, parameters = [] } = spec;
  const { reducer, regularizer, regularizerCoefficient } = readOptions(name, rules, {
    reducer: options.reducer ?? spec.reducer,
    regularizer: options.regularizer,
    regularizerCoefficient: options.regularizerCoefficient,
  });

  return {
    name,
    accepts,
    distance,
    compute(embeddings, labels, given) {
      const batch = lossBatch(name, accepts, embeddings, labels, given);
      return tidy(() => {
        const terms: Scalar[] = [];
        const addTerm = (term: string, value: Scalar, part?: LossPart): void => {
          terms.push(value);
          given?.observe?.(term, value, part);
        };
        for (const part of spec.parts(batch)) {
          addTerm(part.name, reducer.reduce(part, batch.labels), part);
        }
        if (terms.length === 0) {
          addTerm('loss', connectedZero([batch.embeddings, batch.reference, ...parameters]));
        }
        if (regularizer) {
          addTerm('regularizer', mul(regularizer.compute(embeddings), regularizerCoefficient));
        }
        if (spec.penalty) addTerm('parameterRegularizer', spec.penalty());
        return total(terms);
      });
    },
  };
}

/** 0 that depends on the inputs: tfjs throws for a loss that does not depend on its inputs. */
function connectedZero(inputs: readonly (Tensor | undefined)[]): Scalar {
  const present = inputs.filter((input) => input !== undefined);
  return mul(addN(present.map((input) => sum<Scalar>(input))), 0);
}

function total(terms: readonly Scalar[]): Scalar {
  if (terms.every((term) => term.rank === 0)) return terms.reduce((x, y) => add<Scalar>(x, y));
  return concat(terms.map((term) => reshape(term, [term.size]))) as Tensor as Scalar; // doNothingReducer
}
