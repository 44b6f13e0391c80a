import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { checkPart } from '../../internal/checkPart.ts';
import { callback } from '../../internal/optionKinds.ts';
import { type OptionTable, readOptions, required } from '../../internal/readOptions.ts';
import { type LabelRelation, pairsByRelation } from '../../tuples/pairsByRelation.ts';
import type { Loss } from '../loss.ts';
import { lossBatch } from '../lossBatch.ts';

export interface RelationLossOptions {
  /** Whether two labels are similar, such as `sharedLabel(sets)`. */
  matches: LabelRelation;
}

export const relationLossOptions: OptionTable<RelationLossOptions> = {
  matches: required(callback('(label, other) => boolean')),
};

/**
 * Makes a loss over pairs or triplets follow a relation between labels in place of their equality: labels that are sets,
 * ratings, a hierarchy.
 *
 * Positives of an anchor are the examples whose labels `matches` the label of the anchor, negatives all others. Tuples
 * that `compute` is given are used as they are: make them with `relationMiner`. Memory grows with the square of the batch.
 * Parameters, memory and state of `loss` stay with `loss`.
 *
 * @throws MetricLearningError if `loss` does not accept tuples, or has parameters for each class.
 * @example
 * const tags = [[0, 3], [3], [1, 2], [2]]; // the tags of each picture
 * const loss = relationLoss(supConLoss(), { matches: sharedLabel(tags) });
 * const value = loss.compute(embeddings, [0, 1, 2, 3]); // labels are indices of pictures
 */
export function relationLoss(loss: Loss, options: RelationLossOptions): Loss {
  const where = 'relationLoss';
  checkPart(where, 'loss', loss, 'compute');
  const { matches } = readOptions(where, relationLossOptions, options);
  if (loss.accepts.tuples !== 'tuples' || loss.accepts.classes) throw unsuitable(loss);
  const name = `relationLoss(${loss.name})`;
  const accepts = { ...loss.accepts, labels: 'or tuples' } as const;
  return {
    ...loss,
    name,
    accepts,
    compute(embeddings, labels, given = {}) {
      const batch = lossBatch(name, accepts, embeddings, labels, given);
      const tuples =
        batch.tuples ??
        pairsByRelation(
          batch.labels as Int32Array,
          matches,
          batch.reference && (batch.candidateLabels as Int32Array),
        );
      return loss.compute(embeddings, labels, { ...given, tuples });
    },
  };
}

function unsuitable({ name, accepts }: Loss): MetricLearningError {
  return new MetricLearningError({
    where: 'relationLoss',
    expected: 'a loss over pairs or triplets, such as contrastiveLoss() or supConLoss()',
    got: `${name}, ${accepts.classes ? 'which has parameters for each class' : 'which accepts no tuples'}`,
  });
}
