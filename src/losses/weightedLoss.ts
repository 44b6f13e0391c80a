import { mul, type Scalar, type Tensor2D, tensor, type Variable } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import type { Regularizer } from '../regularizers/regularizer.ts';
import { defineLoss, type LossSpec } from './defineLoss.ts';
import { checkLossOptions } from './internal/checkLossOptions.ts';
import type { Loss, LossOptions } from './loss.ts';

/** A loss that remembers something between batches, to be saved and loaded with the network. */
export interface StatefulLoss extends Loss {
  /** A copy of all that it remembers, as plain numbers. */
  state(): Promise<LossState>;
  /**
   * Goes on from a state.
   *
   * @throws MetricLearningError if the state is not of such a loss: other names or other shapes.
   */
  restore(state: LossState): void;
}

/** Numbers by name. */
export type LossState = Readonly<
  Record<string, { readonly shape: readonly number[]; readonly values: Float32Array | Int32Array }>
>;

/**
 * A loss with weights of its own: proxies, centers, class weights.
 *
 * They are trained with the network's: give `variables` to the optimizer too (`TripletModel.fit` does, and so does
 * `optimizer.minimize(f)` without a list). Using the loss after `dispose` is a MetricLearningError.
 */
export interface WeightedLoss extends StatefulLoss {
  /** The weights by name. They are the loss's: `dispose` frees them. */
  readonly variables: Readonly<Record<string, Variable>>;
  /** Frees the weights; a second call does nothing. */
  dispose(): void;
}

/** Options that every loss with weights takes. */
export interface WeightedLossOptions extends LossOptions {
  /** Determines the first weights. Default 0. */
  seed?: number;
  /** A penalty on the weights, one row a class (or proxy), added to the loss. Default: none. */
  weightRegularizer?: Regularizer;
  /** What that penalty is multiplied by. Default 1. */
  weightRegularizerWeight?: number;
}

/** What differs between losses with weights. */
export interface WeightedLossSpec extends Omit<LossSpec, 'weights' | 'penalty'> {
  readonly options: WeightedLossOptions;
  /** Made for the loss, and the loss's from then on. */
  readonly variables: Readonly<Record<string, Variable>>;
  /** The weights as a regularizer takes them, one row a class or proxy; made anew at each call. */
  weightRows(): Tensor2D;
}

/** Wraps a formula with weights as `defineLoss` does, and looks after the weights. */
export function defineWeightedLoss(spec: WeightedLossSpec): WeightedLoss {
  const { name, variables } = spec;
  const { weightRegularizer, weightRegularizerWeight = 1 } = spec.options;
  checkLossOptions(name, spec.options);
  const weights = Object.values(variables);
  const loss = defineLoss({
    ...spec,
    parts: (batch) => spec.parts(batch),
    weights,
    ...(weightRegularizer && {
      penalty: () =>
        mul<Scalar>(weightRegularizer.compute(spec.weightRows()), weightRegularizerWeight),
    }),
  });

  return {
    ...loss,
    variables,
    compute(...inputs) {
      checkNotDisposed(name, weights);
      return loss.compute(...inputs);
    },
    async state() {
      checkNotDisposed(name, weights);
      const entries = Object.entries(variables).map(async ([key, variable]) => {
        const values = (await variable.data()).slice() as Float32Array | Int32Array;
        return [key, { shape: variable.shape, values }] as const;
      });
      return Object.fromEntries(await Promise.all(entries));
    },
    restore(state) {
      checkNotDisposed(name, weights);
      checkState(name, state, variables);
      for (const [key, variable] of Object.entries(variables)) {
        const { shape, values } = state[key] as LossState[string];
        const fresh = tensor(values.slice(), [...shape], variable.dtype as 'float32' | 'int32');
        variable.assign(fresh);
        fresh.dispose();
      }
    },
    dispose() {
      for (const variable of weights) if (!variable.isDisposed) variable.dispose();
    },
  };
}

/** Throws if one of a loss's weights was disposed. */
export function checkNotDisposed(where: string, weights: readonly Variable[]): void {
  if (weights.every((variable) => !variable.isDisposed)) return;
  throw new MetricLearningError({
    where,
    expected: 'a loss that was not disposed',
    got: 'one whose weights are freed',
  });
}

/** Throws unless a state has the names and shapes that are wanted. */
export function checkState(
  where: string,
  state: LossState,
  wanted: Readonly<Record<string, { readonly shape: readonly number[] }>>,
): void {
  const shapesOf = (of: typeof wanted): string =>
    Object.keys(of ?? {})
      .sort()
      .map((key) => `${key} [${of[key]?.shape}]`)
      .join(', ');
  const whole = Object.values(state ?? {}).every(
    ({ shape, values }) => values?.length === shape.reduce((size, length) => size * length, 1),
  );
  if (whole && shapesOf(state) === shapesOf(wanted)) return;
  throw new MetricLearningError({
    where: `${where}.restore`,
    expected: `a state with ${shapesOf(wanted)}`,
    got: whole ? shapesOf(state) || show(state) : 'one whose values do not fill their shape',
  });
}
