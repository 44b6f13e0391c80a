import { concat, tidy } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { checkPart } from '../../internal/checkPart.ts';
import { flag } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import type { Loss, LossInputs } from '../loss.ts';
import { lossBatch } from '../lossBatch.ts';
import type { ParametricLoss } from '../parametricLoss.ts';
import { snapshotLoss } from '../snapshotLoss.ts';

export interface SelfSupervisedLossOptions {
  /** Whether the rows of all views are anchors; false: only the rows of `embeddings` are. Default true. */
  symmetric?: boolean;
}

export const selfSupervisedLossOptions: OptionTable<SelfSupervisedLossOptions> = {
  symmetric: preset(true, flag),
};

/**
 * Makes a loss over labels a loss over views: every example is a class, and its views are the examples of that class.
 *
 * `embeddings` and `reference.embeddings` are views of the same examples, row by row. The reference may hold several
 * views, one after the other.
 *
 * @throws MetricLearningError if `loss` has parameters for each class, needs no labels, or accepts no reference; at use if
 * labels are given.
 * @example
 * const loss = selfSupervisedLoss(tripletMarginLoss({ margin: 0.3 }));
 * const value = loss.compute(first, null, { reference: { embeddings: second } });
 */
export function selfSupervisedLoss(loss: Loss, options: SelfSupervisedLossOptions = {}): Loss {
  checkPart('selfSupervisedLoss', 'loss', loss, 'compute');
  const { symmetric } = readOptions('selfSupervisedLoss', selfSupervisedLossOptions, options);
  checkSuitable(loss);
  return lossOverViews(`selfSupervisedLoss(${loss.name})`, loss, symmetric);
}

/** The same with another name for errors; `loss` is known to be suitable. */
export function lossOverViews(name: string, loss: Loss, symmetric: boolean): Loss {
  const accepts: LossInputs = { labels: 'none', tuples: 'none', reference: 'needed' };
  return {
    ...remembered(loss),
    name,
    accepts,
    distance: loss.distance,
    compute(embeddings, labels, given) {
      const batch = lossBatch(name, accepts, embeddings, labels, given);
      const observe = given?.observe;
      const [count] = embeddings.shape;
      if (batch.reference === undefined || batch.candidates % count !== 0) {
        throw new MetricLearningError({
          where: name,
          expected: `a reference with one row for each embedding (${count}), or several times that`,
          got: `${batch.candidates} rows`,
        });
      }
      const views = Int32Array.from({ length: batch.candidates }, (_, i) => i % count);
      const first = views.slice(0, count);
      if (!symmetric) {
        const others = { embeddings: batch.reference, labels: views };
        return loss.compute(embeddings, first, { reference: others, observe });
      }
      const set = batch.reference;
      const all = Int32Array.of(...first, ...views);
      return tidy(() => loss.compute(concat([embeddings, set]), all, { observe }));
    },
  };
}

/** What the loss remembers between batches, which is then the wrapper's to save and restore. */
function remembered(loss: Loss): Partial<ParametricLoss> {
  if (!('state' in loss)) return {};
  const { state, restore, variables, dispose } = loss as ParametricLoss;
  return {
    state,
    restore,
    snapshot: () => snapshotLoss(loss),
    ...(variables !== undefined && { variables, dispose }),
  };
}

function checkSuitable({ name, accepts }: Loss): void {
  const reason =
    accepts.labels === 'none'
      ? 'one without labels'
      : accepts.classes
        ? 'one that has parameters for each class'
        : accepts.reference === 'none'
          ? 'one that accepts no reference'
          : undefined;
  if (reason === undefined) return;
  throw new MetricLearningError({
    where: 'selfSupervisedLoss',
    expected: 'a loss over same and different labels, such as ntXentLoss()',
    got: `${name}, ${reason}`,
  });
}
