import { between, callback, nonNegative, wholeNumber } from '../../internal/optionKinds.ts';
import { readOptions, required } from '../../internal/readOptions.ts';
import type { LearningRate } from './learningRate.ts';

const rateRule = /*#__PURE__*/ required(nonNegative);
const stepsRule = /*#__PURE__*/ required(/*#__PURE__*/ wholeNumber(1));

/**
 * Inverse time decay, as Keras' `decay`: `rate / (1 + decay * step)`.
 *
 * @throws MetricLearningError if `rate` or `decay` is negative or not finite.
 * @example
 * const rate = inverseTimeDecay(0.001, 0.01);
 * rate(100); // 0.0005: half the rate after 100 steps
 */
export function inverseTimeDecay(rate: number, decay: number): LearningRate {
  const rules = { rate: rateRule, decay: rateRule };
  readOptions('inverseTimeDecay', rules, { rate, decay });
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
  const rules = { rate: rateRule, every: stepsRule, factor: required(between(0, 1)) };
  readOptions('stepDecay', rules, { rate, every, factor });
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
  const rules = { rate: rateRule, steps: stepsRule, final: rateRule };
  readOptions('cosineDecay', rules, { rate, steps, final });
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
  const like = callback<LearningRate>('(step) => rate', 'For a constant rate pass () => rate.');
  const rules = { steps: stepsRule, schedule: required(like) };
  readOptions('warmup', rules, { steps, schedule });
  return (step) => (step < steps ? (schedule(0) * (step + 1)) / steps : schedule(step - steps));
}
