import { recordLike } from '../internal/optionKinds.ts';
import { type OptionTable, optional, readOptions } from '../internal/readOptions.ts';
import { refuseTuples } from '../tuples/internal/refuseTuples.ts';
import type { Reference } from '../tuples/reference.ts';

/** What `Miner.mine` accepts beside embeddings and labels. */
export interface MineOptions {
  /** A second set of embeddings that positives and negatives are taken from. Default: the batch itself. */
  reference?: Reference | undefined;
}

export const mineOptions: OptionTable<MineOptions, keyof MineOptions> = {
  reference: optional(recordLike('{ embeddings, labels }')),
};

/**
 * The options of a call of `mine`, checked.
 *
 * @throws MetricLearningError if they are no record or have an unknown name; for a reference set in their place the
 * error says how to pass it.
 */
export function readMineOptions(where: string, given: MineOptions = {}): MineOptions {
  refuseTuples(where, given, 'mine(embeddings, labels, { reference })');
  return readOptions(where, mineOptions, given);
}
