import type { Optimizer } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { show } from '../../internal/checks.ts';
import type { Loss } from '../../losses/loss.ts';
import type { KerasLoss } from '../../losses/triplet/tripletLoss.ts';
import { kerasLoss } from './kerasLoss.ts';

export interface CompileOptions {
  /** A tfjs optimizer, which stays yours, or the name of one, e.g. `'adam'`. */
  optimizer: string | Optimizer;
  /** `tripletLoss(margin)`, or a batch loss such as `tripletMarginLoss()`. */
  loss: KerasLoss | Loss;
}

/** Sets optimizer and loss of a network; throws for what is none. */
export function compileNetwork(where: string, network: LayersModel, options: CompileOptions): void {
  checkOptions(where, options, ['optimizer', 'loss']);
  const { optimizer } = options;
  const loss = kerasLoss(where, options.loss);
  try {
    network.compile({ optimizer, loss });
  } catch (error) {
    throw new MetricLearningError(
      {
        where,
        expected:
          "optimizer to be a tfjs optimizer, as train.adam(0.001), or the name of one, as 'adam'",
        got: show(optimizer),
      },
      { cause: error },
    );
  }
}
