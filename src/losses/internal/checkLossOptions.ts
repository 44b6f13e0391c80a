import { checkOptionalPart } from '../../internal/checkPart.ts';
import { checkFinite } from '../../internal/checks.ts';
import type { TupleLossOptions } from '../loss.ts';
import type { ParametricLossOptions } from '../parametricLoss.ts';

/** Throws for options of all losses that none can have; losses with weights ask before they make some. */
export function checkLossOptions(
  name: string,
  options: TupleLossOptions & ParametricLossOptions,
): void {
  checkOptionalPart(name, 'distance', options.distance, 'matrix');
  checkOptionalPart(name, 'reducer', options.reducer, 'reduce');
  checkOptionalPart(name, 'regularizer', options.regularizer, 'compute');
  checkOptionalPart(name, 'parameterRegularizer', options.parameterRegularizer, 'compute');
  const { regularizerCoefficient = 1, parameterRegularizerCoefficient = 1 } = options;
  checkFinite(name, 'regularizerCoefficient', regularizerCoefficient);
  checkFinite(name, 'parameterRegularizerCoefficient', parameterRegularizerCoefficient);
}
