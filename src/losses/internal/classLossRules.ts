import { between, finite, part, seed, wholeNumber } from '../../internal/optionKinds.ts';
import { type OptionTable, optional, preset, required } from '../../internal/readOptions.ts';
import type { Reducer } from '../../reducers/reducer.ts';
import type { ClassLossOptions, SoftmaxLossOptions } from '../classification/classLoss.ts';
import type { ParametricLossOptions } from '../parametricLoss.ts';
import { lossRules } from './lossOptionRules.ts';

type Open = 'regularizer' | 'parameterRegularizer';

/** The rules of `ParametricLossOptions`, with the reducer that the loss takes by default. */
export function parametricLossRules(
  reducer: () => Reducer,
): OptionTable<ParametricLossOptions, Open> {
  return {
    seed: preset(0, seed),
    parameterRegularizer: optional(part('lpRegularizer()', 'compute')),
    parameterRegularizerCoefficient: preset(1, finite),
    ...lossRules(reducer),
  };
}

/** The rules of `ClassLossOptions`, with the reducer that the loss takes by default. */
export function classLossRules(reducer: () => Reducer): OptionTable<ClassLossOptions, Open> {
  return {
    classes: required(wholeNumber(1)),
    dims: required(wholeNumber(1)),
    ...parametricLossRules(reducer),
  };
}

/** The rules of `SoftmaxLossOptions`, with the reducer that the loss takes by default. */
export function softmaxLossRules(reducer: () => Reducer): OptionTable<SoftmaxLossOptions, Open> {
  return { labelSmoothing: preset(0, between(0, 1)), ...classLossRules(reducer) };
}
