import type { Tensor2D } from '@tensorflow/tfjs-core';
import { lpDistance } from '../../distances/lpDistance.ts';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { between, wholeNumber } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { cdfWeightedMean, type EachDifference } from '../../ops/cdfWeightedMean.ts';
import { readNow } from '../../ops/readNow.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { listAt, type Partners } from '../../tuples/internal/partners.ts';
import type { Triplets } from '../../tuples/tuples.ts';
import { defineLoss } from '../defineLoss.ts';
import { tupleLossRules, unitEuclidean } from '../internal/lossOptionRules.ts';
import { noTriplet, tripletsOfBatch } from '../internal/tripletPart.ts';
import type { TupleLossOptions } from '../loss.ts';
import { checkState, type StatefulLoss } from '../parametricLoss.ts';

export interface DynamicSoftMarginLossOptions extends TupleLossOptions {
  /** The smallest possible d_ap - d_an. The bins go from this number, which is negative, to its opposite. Default -2. */
  minVal?: number;
  /** The number of bins of the histogram. Default 10. */
  numBins?: number;
  /** The share of each batch in the histogram, from 0 to 1. Default 0.01. */
  momentum?: number;
}

export const dynamicSoftMarginLossOptions: OptionTable<
  DynamicSoftMarginLossOptions,
  'regularizer'
> = {
  minVal: preset(-2, between(-1e6, -1e-6)),
  numBins: preset(10, wholeNumber(1)),
  momentum: preset(0.01, between(0, 1)),
  ...tupleLossRules(
    () => lpDistance(),
    () => meanReducer(),
    unitEuclidean(true),
  ),
};

/**
 * Dynamic soft margin loss: the mean over triplets of `w (d_ap - d_an)`, where the factor w is the share of easier
 * triplets in a running histogram, so that each triplet sets its own margin.
 *
 * Called without labels, row i of `embeddings` and row i of `reference.embeddings` are a positive pair; its negative is
 * the nearest other row, seen from either of the two. Each call updates the histogram; `state` and `restore` keep it.
 *
 * @throws MetricLearningError if an option is unknown or out of its range.
 * @example
 * const loss = dynamicSoftMarginLoss();
 * const value = loss.compute(embeddings, labels); // embeddings [batch, dims]; a scalar, yours to dispose
 * @see Zhang, Rusinkiewicz: Learning Local Descriptors With a CDF-Based Dynamic Soft Margin, ICCV 2019.
 */
export function dynamicSoftMarginLoss(options: DynamicSoftMarginLossOptions = {}): StatefulLoss {
  const where = 'dynamicSoftMarginLoss';
  const values = readOptions(where, dynamicSoftMarginLossOptions, options);
  const { minVal, numBins, momentum, distance } = values;
  const bins = { low: minVal, width: (2 * Math.abs(minVal)) / numBins, bins: numBins };
  // float32, as its state: a run that goes on from a state takes the same steps, bit for bit.
  const histogram = new Float32Array(numBins);

  const loss = defineLoss({
    name: where,
    accepts: { labels: 'optional', tuples: 'tuples', reference: 'optional' },
    distance,
    options: values,
    parts(batch) {
      let each: (d: Tensor2D) => EachDifference;
      if (batch.labels === null && batch.tuples === undefined) {
        checkViews(where, batch.embeddings, batch.reference);
        each = nearestOthers(where);
      } else {
        const triplets = tripletsOfBatch(batch);
        if (noTriplet(triplets)) return [];
        each = () => eachTriplet(triplets, batch.candidates);
      }
      const d = distance.matrix(batch.embeddings, batch.reference);
      const weighted = cdfWeightedMean(where, d, each(d), histogram, bins, momentum);
      return [{ name: 'loss', kind: 'reduced', values: weighted }];
    },
  });

  return {
    ...loss,
    async state() {
      return { histogram: { shape: [numBins], values: histogram.slice() } };
    },
    restore(state) {
      checkState(where, state, { histogram: { shape: [numBins] } });
      histogram.set(state['histogram']?.values ?? []);
    },
    async snapshot() {
      const kept = histogram.slice();
      return { restore: () => histogram.set(kept), dispose() {} };
    },
  };
}

function checkViews(where: string, embeddings: Tensor2D, reference: Tensor2D | undefined): void {
  if (reference !== undefined && reference.shape[0] === embeddings.shape[0]) return;
  throw new MetricLearningError({
    where,
    expected: `without labels, a reference with one positive for each embedding (${embeddings.shape[0]})`,
    got: reference === undefined ? 'none' : `${reference.shape[0]}`,
  });
}

/** d_ap - d_an of each triplet. */
function eachTriplet(triplets: Triplets | Partners, candidates: number): EachDifference {
  return (visit) => {
    if ('anchor' in triplets) {
      triplets.anchor.forEach((a, i) => {
        const [p, n] = [triplets.positive[i]!, triplets.negative[i]!];
        visit(a * candidates + p, a * candidates + n);
      });
      return;
    }
    for (let a = 0; a + 1 < triplets.positives.starts.length; a++) {
      const negatives = listAt(triplets.negatives, a);
      for (const p of listAt(triplets.positives, a)) {
        for (const n of negatives) visit(a * candidates + p, a * candidates + n);
      }
    }
  };
}

/** d_ii minus the smallest other entry of row and column i. */
function nearestOthers(where: string): (d: Tensor2D) => EachDifference {
  return (d) => (visit) => {
    const count = d.shape[0];
    const values = readNow(where, d);
    for (let i = 0; i < count && count > 1; i++) {
      let nearest = i === 0 ? 1 : i * count;
      for (let j = 0; j < count; j++) {
        for (const index of [i * count + j, j * count + i]) {
          const closer = values[index]! < values[nearest]!;
          if (j !== i && closer) nearest = index;
        }
      }
      visit(i * count + i, nearest);
    }
  };
}
