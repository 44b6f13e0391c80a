import { mul, type Scalar, type Tensor2D, type Variable } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkPart } from '../internal/checkPart.ts';
import { checkRecord } from '../internal/checkRecord.ts';
import { show } from '../internal/checks.ts';
import { type Snapshot, snapshotVariables } from '../internal/snapshot.ts';
import { copyOf, tensorOfCopy } from '../ops/copyOf.ts';
import type { Regularizer } from '../regularizers/regularizer.ts';
import { defineLoss, type LossSpec, type LossSpecOptions } from './defineLoss.ts';
import type { Loss, LossOptions } from './loss.ts';

/** A loss that keeps something between batches: parameters, a memory, a running histogram. */
export interface StatefulLoss extends Loss {
  /** A copy of everything that the loss keeps: one typed array for each name, and its shape. */
  state(): Promise<LossState>;
  /**
   * Replaces everything that the loss keeps by a copy of a state.
   *
   * @throws MetricLearningError if the state has other names or other shapes than the loss.
   */
  restore(state: LossState): void;
  /**
   * Remembers where the loss stands without copying what is large, for a step that may fail and for measuring.
   * Default: `state` and `restore` do it.
   */
  snapshot?(): Promise<Snapshot>;
}

/** What a loss keeps: by name, a shape and the numbers that fill it, in row-major order. */
export type LossState = Readonly<
  Record<string, { readonly shape: readonly number[]; readonly values: Float32Array | Int32Array }>
>;

/**
 * A loss with parameters that training learns: proxies, centers, one vector for each class.
 *
 * An optimizer has to train the parameters together with the network. `TripletModel.fit` does it, and so does
 * `optimizer.minimize(f)` without a list of variables; a list must contain `Object.values(loss.variables)`. Every
 * function of the loss throws a MetricLearningError after `dispose`.
 */
export interface ParametricLoss extends StatefulLoss {
  /** The parameters by name. The loss owns these variables: `dispose` frees them. */
  readonly variables: Readonly<Record<string, Variable>>;
  /** Frees the parameters; a second call does nothing. */
  dispose(): void;
}

/** The parameters of a loss; none for a loss that learns nothing. */
export function parametersOf(loss: Loss | ((...inputs: never[]) => unknown)): readonly Variable[] {
  return 'variables' in loss ? Object.values((loss as ParametricLoss).variables) : [];
}

/** Options of every loss with parameters. */
export interface ParametricLossOptions extends LossOptions {
  /** Determines the first values of the parameters. Default 0. */
  seed?: number;
  /** A penalty on the parameters, one row for each class, proxy or center, added to the loss. Default: none. */
  parameterRegularizer?: Regularizer;
  /** The penalty on the parameters is multiplied by this number. Default 1. */
  parameterRegularizerCoefficient?: number;
}

/** What differs between losses with parameters. */
export interface ParametricLossSpec extends Omit<LossSpec, 'parameters' | 'penalty'> {
  readonly options: ParametricLossSpecOptions;
  /** The parameters by name. The loss owns these variables from now on. */
  readonly variables: Readonly<Record<string, Variable>>;
  /** The parameters for `parameterRegularizer`: one row for each class, proxy or center. Called inside a `tidy`. */
  parameterRows(): Tensor2D;
}

/** The options of every loss with parameters, as a caller gave them or as `readOptions` returned them. */
export interface ParametricLossSpecOptions extends LossSpecOptions {
  readonly seed?: number | undefined;
  readonly parameterRegularizer?: Regularizer | undefined;
  readonly parameterRegularizerCoefficient?: number | undefined;
}

/**
 * Makes a loss of a formula that has parameters: `defineLoss`, and the penalty, state and disposal of the parameters.
 *
 * @throws MetricLearningError if a part of the spec is missing or of another kind.
 * @example
 * const centers = variable(zeros([classes, dims]));
 * const rows = () => centers as unknown as Tensor2D;
 * defineParametricLoss({ name: 'centerLoss', variables: { centers }, parameterRows: rows, .. }); // as `defineLoss`
 */
export function defineParametricLoss(spec: ParametricLossSpec): ParametricLoss {
  const where = 'defineParametricLoss';
  checkPart(where, 'spec', spec, 'parts', 'parameterRows');
  checkRecord(where, 'spec.options', spec.options, 'with the options of the loss');
  checkRecord(where, 'spec.variables', spec.variables, 'the parameters by their names');
  const { name, variables } = spec;
  const { parameterRegularizer, parameterRegularizerCoefficient = 1 } = spec.options;
  const parameters = Object.values(variables);
  const loss = defineLoss({
    ...spec,
    parts: (batch) => spec.parts(batch),
    parameters,
    ...(parameterRegularizer && {
      penalty: () =>
        mul<Scalar>(
          parameterRegularizer.compute(spec.parameterRows()),
          parameterRegularizerCoefficient,
        ),
    }),
  });

  return {
    ...loss,
    variables,
    compute(...inputs) {
      checkNotDisposed(name, parameters);
      return loss.compute(...inputs);
    },
    async state() {
      checkNotDisposed(name, parameters);
      const entries = Object.entries(variables).map(async ([key, variable]) => {
        return [key, { shape: variable.shape, values: await copyOf(variable) }] as const;
      });
      return Object.fromEntries(await Promise.all(entries));
    },
    restore(state) {
      checkNotDisposed(name, parameters);
      checkState(name, state, variables);
      for (const [key, variable] of Object.entries(variables)) {
        const { shape, values } = state[key] as LossState[string];
        const fresh = tensorOfCopy(values, shape, variable.dtype as 'float32' | 'int32');
        variable.assign(fresh);
        fresh.dispose();
      }
    },
    async snapshot() {
      checkNotDisposed(name, parameters);
      return snapshotVariables(parameters);
    },
    dispose() {
      for (const variable of parameters) if (!variable.isDisposed) variable.dispose();
    },
  };
}

/** Throws if one of the parameters of a loss was disposed. */
export function checkNotDisposed(where: string, parameters: readonly Variable[]): void {
  if (parameters.every((variable) => !variable.isDisposed)) return;
  throw new MetricLearningError({
    where,
    expected: 'a loss that was not disposed',
    got: 'a loss whose parameters are freed',
  });
}

/** Throws unless a state has exactly the wanted names and shapes. */
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
    (part: Partial<LossState[string]> | null | undefined) =>
      Array.isArray(part?.shape) &&
      part.values?.length === part.shape.reduce((size, length) => size * length, 1),
  );
  if (whole && shapesOf(state) === shapesOf(wanted)) return;
  throw new MetricLearningError({
    where: `${where}.restore`,
    expected: `a state with ${shapesOf(wanted)}`,
    got: whole ? shapesOf(state) || show(state) : 'one whose values do not fill their shape',
  });
}
