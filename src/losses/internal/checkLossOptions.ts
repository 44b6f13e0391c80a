import { checkOptionalPart } from '../../internal/checkPart.ts';
import { checkFinite } from '../../internal/checks.ts';

/** The options that a loss may have beside those of its formula. */
interface SharedLossOptions {
  readonly distance?: unknown;
  readonly reducer?: unknown;
  readonly regularizer?: unknown;
  readonly regularizerCoefficient?: number | undefined;
  readonly parameterRegularizer?: unknown;
  readonly parameterRegularizerCoefficient?: number | undefined;
}

/** Throws if an option that many losses have is not of its kind: for losses of a caller's own formula. */
export function checkLossOptions(name: string, options: SharedLossOptions): void {
  checkOptionalPart(name, 'distance', options.distance, 'matrix');
  checkOptionalPart(name, 'reducer', options.reducer, 'reduce');
  checkOptionalPart(name, 'regularizer', options.regularizer, 'compute');
  checkOptionalPart(name, 'parameterRegularizer', options.parameterRegularizer, 'compute');
  const { regularizerCoefficient = 1, parameterRegularizerCoefficient = 1 } = options;
  checkFinite(name, 'regularizerCoefficient', regularizerCoefficient);
  checkFinite(name, 'parameterRegularizerCoefficient', parameterRegularizerCoefficient);
}
