/** What a `MetricLearningError` is made of: the sentence is built from these, so its form cannot drift. */
export interface ErrorParts {
  /** The export or option the user typed, e.g. `tripletLoss`. */
  readonly where: string;
  /** What would have been right, e.g. `margin to be a finite number >= 0`. */
  readonly expected: string;
  /** What came instead, with its value or shape, e.g. `margin: -1`. */
  readonly got: string;
  /** How to mend it, when there is one likely answer. */
  readonly fix?: string;
}

/**
 * The one error this library throws for something its caller can mend.
 *
 * Its message reads `where: expected .., got ... fix`, e.g.
 * `tripletLoss: expected margin to be a finite number >= 0, got margin: -1.`
 *
 * @example
 * try {
 *   tripletLoss(-1);
 * } catch (error) {
 *   if (error instanceof MetricLearningError) console.log(error.where); // tripletLoss
 * }
 */
export class MetricLearningError extends Error {
  override readonly name = 'MetricLearningError';
  readonly where: string;

  constructor({ where, expected, got, fix }: ErrorParts, options?: ErrorOptions) {
    super(
      `${where}: expected ${expected}, got ${got}.${fix === undefined ? '' : ` ${fix}`}`,
      options,
    );
    this.where = where;
  }
}
