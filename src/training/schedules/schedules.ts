import { checkFunction } from '../../internal/checkFunction.ts';
import { checkBetween, checkInteger, checkNonNegative } from '../../internal/checks.ts';
import type { LearningRate } from './learningRate.ts';

/**
 * Inverse time decay, as Keras' `decay`: `rate / (1 + decay * step)`.
 *
 * @throws MetricLearningError if `rate` or `decay` is negative or not finite.
 * @example
 * const rate = inverseTimeDecay(0.001, 0.01);
 * rate(100); // 0.0005: half the rate after 100 steps
 */
export function inverseTimeDecay(rate: number, decay: number): LearningRate {
  checkNonNegative('inverseTimeDecay', 'rate', rate);
  checkNonNegative('inverseTimeDecay', 'decay', decay);
  return (step) => rate / (1 + decay * step);
}

/**
 * Multiplies the rate by `factor` (0 to 1, default 0.1) each time `every` steps are done.
 *
 * @throws MetricLearningError if an argument is out of its range.
 * @example
 * const rate = stepDecay(0.001, 500); // 0.001 in steps 0 to 499, then 0.0001 up to step 999
 */
export function stepDecay(rate: number, every: number, factor = 0.1): LearningRate {
  checkNonNegative('stepDecay', 'rate', rate);
  checkInteger('stepDecay', 'every', every);
  checkBetween('stepDecay', 'factor', factor, 0, 1);
  return (step) => rate * factor ** Math.floor(step / every);
}

/**
 * Half a cosine from `rate` down to `final` (default 0) over `steps` steps, and `final` from there on.
 *
 * @throws MetricLearningError if an argument is out of its range.
 * @example
 * await model.fit({ examples, labels }, { maxSteps: 1000, learningRate: cosineDecay(0.001, 1000) });
 * @see Loshchilov, Hutter: SGDR, ICLR 2017. https://arxiv.org/abs/1608.03983
 */
export function cosineDecay(rate: number, steps: number, final = 0): LearningRate {
  checkNonNegative('cosineDecay', 'rate', rate);
  checkInteger('cosineDecay', 'steps', steps);
  checkNonNegative('cosineDecay', 'final', final);
  return (step) =>
    final + ((rate - final) * (1 + Math.cos(Math.PI * Math.min(step / steps, 1)))) / 2;
}

/**
 * Warm-up: the rate rises linearly over the first `steps` steps to the first rate of `schedule`, and then follows
 * `schedule`, which counts its steps from the end of the warm-up.
 *
 * @throws MetricLearningError if `steps` is no whole number >= 1, or `schedule` is no function.
 * @example
 * const rate = warmup(100, cosineDecay(0.001, 900)); // 0.00001 in step 0, 0.001 in step 99
 * @see Goyal et al.: Accurate, Large Minibatch SGD, 2017. https://arxiv.org/abs/1706.02677
 */
export function warmup(steps: number, schedule: LearningRate): LearningRate {
  checkInteger('warmup', 'steps', steps);
  checkFunction(
    'warmup',
    'schedule',
    schedule,
    '(step) => rate',
    'For a constant rate pass () => rate.',
  );
  return (step) => (step < steps ? (schedule(0) * (step + 1)) / steps : schedule(step - steps));
}
