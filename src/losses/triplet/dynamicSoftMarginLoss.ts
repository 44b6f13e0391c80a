import type { Tensor2D } from '@tensorflow/tfjs-core';
import { lpDistance } from '../../distances/lpDistance.ts';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkBetween, checkInteger } from '../../internal/checks.ts';
import { cdfWeightedMean, type EachDifference } from '../../ops/cdfWeightedMean.ts';
import { readNow } from '../../ops/readNow.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { listAt, type Partners } from '../../tuples/internal/partners.ts';
import type { Triplets } from '../../tuples/tuples.ts';
import { defineLoss } from '../defineLoss.ts';
import { checkDistance } from '../internal/checkDistance.ts';
import { tupleLossOptions } from '../internal/optionNames.ts';
import { noTriplet, tripletsOfBatch } from '../internal/tripletsOfBatch.ts';
import type { TupleLossOptions } from '../loss.ts';
import { checkState, type StatefulLoss } from '../parametricLoss.ts';

export interface DynamicSoftMarginLossOptions extends TupleLossOptions {
  /** The smallest d_ap - d_an; bins go from here to its negative. Default -2. */
  minVal?: number;
  /** Bins of the histogram. Default 10. */
  numBins?: number;
  /** How much the histogram follows each batch, from 0 to 1. Default 0.01. */
  momentum?: number;
}

/**
 * Dynamic soft margin: the mean over triplets of `w (d_ap - d_an)`, where the weight w is the share of triplets that
 * are easier, as a running histogram has it: the margin of each triplet sets itself.
 *
 * Called without labels, `embeddings[i]` and `reference.embeddings[i]` are a positive pair, and its negative is the
 * nearest other, seen from either of the two. The histogram is updated by each call; `state` and `restore` keep it.
 * `distance` has to be an `lpDistance` between unit vectors, by default `lpDistance()`.
 *
 * @throws MetricLearningError if a number is out of its range, or `distance` is another.
 * @see Zhang, Rusinkiewicz: Learning Local Descriptors With a CDF-Based Dynamic Soft Margin, ICCV 2019.
 */
export function dynamicSoftMarginLoss(options: DynamicSoftMarginLossOptions = {}): StatefulLoss {
  checkOptions('dynamicSoftMarginLoss', options, [
    'minVal',
    'numBins',
    'momentum',
    ...tupleLossOptions,
  ]);
  const where = 'dynamicSoftMarginLoss';
  const { minVal = -2, numBins = 10, momentum = 0.01, distance = lpDistance() } = options;
  checkBetween(where, 'minVal', minVal, -1e6, -1e-6);
  checkInteger(where, 'numBins', numBins);
  checkBetween(where, 'momentum', momentum, 0, 1);
  checkDistance(where, distance, 'lpDistance');
  const bins = { low: minVal, width: (2 * Math.abs(minVal)) / numBins, bins: numBins };
  const histogram = new Float64Array(numBins);

  const loss = defineLoss({
    name: where,
    accepts: { labels: 'optional', tuples: 'tuples', reference: 'optional' },
    distance,
    options,
    reducer: meanReducer(),
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
      const values = cdfWeightedMean(where, d, each(d), histogram, bins, momentum);
      return [{ name: 'loss', kind: 'reduced', values }];
    },
  });

  return {
    ...loss,
    async state() {
      return { histogram: { shape: [numBins], values: Float32Array.from(histogram) } };
    },
    restore(state) {
      checkState(where, state, { histogram: { shape: [numBins] } });
      histogram.set(state['histogram']?.values ?? []);
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
        const [p, n] = [triplets.positive[i] as number, triplets.negative[i] as number];
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
        for (const place of [i * count + j, j * count + i]) {
          const closer = (values[place] as number) < (values[nearest] as number);
          if (j !== i && closer) nearest = place;
        }
      }
      visit(i * count + i, nearest);
    }
  };
}
