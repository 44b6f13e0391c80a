import { type Rank, slice, type Tensor2D } from '@tensorflow/tfjs-core';
import { checkPart } from '../internal/checkPart.ts';
import { callback } from '../internal/optionKinds.ts';
import { type OptionTable, readOptions, required } from '../internal/readOptions.ts';
import { joinTuples } from '../tuples/internal/joinTuples.ts';
import type { LabelRelation } from '../tuples/pairsByRelation.ts';
import type { Tuples } from '../tuples/tuples.ts';
import { checkBatch } from './internal/checkBatch.ts';
import { readMineOptions } from './mineOptions.ts';
import type { Miner } from './miner.ts';

export interface RelationMinerOptions {
  /** Whether two labels are similar, such as `sharedLabel(sets)`. */
  matches: LabelRelation;
}

export const relationMinerOptions: OptionTable<RelationMinerOptions> = {
  matches: required(callback('(label, other) => boolean')),
};

/**
 * Makes a miner follow a relation between labels in place of their equality: labels that are sets, ratings, a hierarchy.
 *
 * The miner mines for one anchor at a time: the candidates that match the anchor are of its class, all others are of another
 * class. So the miner is called once for each example of the batch, and shares of `hdcMiner` and bins of
 * `uniformHistogramMiner` are of one anchor.
 *
 * @throws MetricLearningError if `miner` is no miner, or `matches` no function; at use for what the miner throws.
 * @example
 * const matches = sharedLabel(tags); // tags[i]: the tags of picture i
 * const miner = relationMiner(semiHardMiner(), { matches });
 * const tuples = miner.mine(embeddings, indices); // labels are indices of pictures
 */
export function relationMiner(miner: Miner, options: RelationMinerOptions): Miner {
  checkPart('relationMiner', 'miner', miner, 'mine');
  const { matches } = readOptions('relationMiner', relationMinerOptions, options);
  const name = `relationMiner(${miner.name})`;
  return {
    name,
    mine(embeddings, labels, given) {
      const { reference } = readMineOptions(name, given);
      const checked = checkBatch(name, embeddings, labels, reference);
      const dims = embeddings.shape[1];
      const candidates = reference?.embeddings ?? embeddings;
      let all: Tuples | undefined;
      checked.labels.forEach((label, anchor) => {
        const copy = reference === undefined ? anchor : (reference.copies?.[anchor] ?? -1);
        const related = checked.candidateLabels.map((other, i) =>
          i === copy || matches(label, other) ? 1 : 0,
        );
        const row = slice<Rank.R2, Tensor2D>(embeddings, [anchor, 0], [1, dims]);
        try {
          const set = { embeddings: candidates, labels: related, copies: Int32Array.of(copy) };
          const ofAnchor = withAnchor(miner.mine(row, [1], { reference: set }), anchor);
          all = all === undefined ? ofAnchor : joinTuples(all, ofAnchor);
        } finally {
          row.dispose();
        }
      });
      return all as Tuples;
    },
  };
}

/** Tuples of the one anchor 0 as tuples of another anchor. */
function withAnchor(tuples: Tuples, anchor: number): Tuples {
  if ('anchor' in tuples) return { ...tuples, anchor: tuples.anchor.map(() => anchor) };
  return {
    ...tuples,
    positiveAnchor: tuples.positiveAnchor.map(() => anchor),
    negativeAnchor: tuples.negativeAnchor.map(() => anchor),
  };
}
