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
import type { LossPart, Reducer } from '../reducers/reducer.ts';
import type { Regularizer } from '../regularizers/regularizer.ts';
import { checkLossOptions } from './internal/checkLossOptions.ts';
import type { Loss, LossInputs, LossOptions } from './loss.ts';
import { type LossBatch, lossBatch } from './lossBatch.ts';

/** The options of every loss, as they were given or as `readOptions` filled them in. */
export interface LossSpecOptions {
  readonly reducer?: Reducer | undefined;
  readonly regularizer?: Regularizer | undefined;
  readonly regularizerCoefficient?: number | undefined;
}

/** What differs between losses; everything else is done here once. */
export interface LossSpec {
  readonly name: string;
  readonly accepts: LossInputs;
  readonly options: LossSpecOptions;
  /** What the loss measures between two embeddings, if it measures a distance. */
  readonly distance?: Distance | undefined;
  /** The paper's reducer, for when the options name none. */
  readonly reducer: Reducer;
  /** The formula: the losses of tuples, in one or more parts; none where nothing can be learned. */
  parts(batch: LossBatch): readonly LossPart[];
  /** The parameters of the loss: where a batch teaches nothing, their gradient is 0. */
  readonly parameters?: readonly Tensor[];
  /** The penalty on the parameters, added to the parts. */
  penalty?(): Scalar;
}

/** Wraps a paper's formula with the checks, memory scope, reduction and regularization that losses share. */
export function defineLoss(spec: LossSpec): Loss {
  const { name, accepts, options } = spec;
  const { reducer = spec.reducer, regularizer, regularizerCoefficient = 1 } = options;
  checkLossOptions(name, options as LossOptions);

  return {
    name,
    accepts,
    distance: spec.distance,
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
          const inputs = [batch.embeddings, batch.reference, ...(spec.parameters ?? [])];
          addTerm('loss', connectedZero(inputs));
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

/** 0 that depends on the inputs: tfjs throws on a loss that its inputs do not reach. */
function connectedZero(inputs: readonly (Tensor | undefined)[]): Scalar {
  const reached = inputs.filter((input) => input !== undefined);
  return mul(addN(reached.map((input) => sum<Scalar>(input))), 0);
}

function total(terms: readonly Scalar[]): Scalar {
  if (terms.every((term) => term.rank === 0)) return terms.reduce((x, y) => add<Scalar>(x, y));
  return concat(terms.map((term) => reshape(term, [term.size]))) as Tensor as Scalar; // doNothingReducer
}
