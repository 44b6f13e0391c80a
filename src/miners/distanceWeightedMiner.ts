import { lpDistance } from '../distances/lpDistance.ts';
import { positive, wholeNumber } from '../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../internal/readOptions.ts';
import { batchRandom } from '../random/batchRandom.ts';
import type { Random } from '../random/createRandom.ts';
import { weightedDraw } from '../random/weightedDraw.ts';
import type { Triplets } from '../tuples/tuples.ts';
import { candidatesByClass, type DistanceTable } from './internal/distanceTable.ts';
import { indexList } from './internal/indexList.ts';
import { readTable } from './internal/readTable.ts';
import { readMineOptions } from './mineOptions.ts';
import type { Miner } from './miner.ts';

export interface DistanceWeightedMinerOptions {
  /** A nearer negative gets the weight of a negative at this distance, which bounds the variance. Default 0.5. */
  cutoff?: number;
  /** Negatives at this distance or farther are not drawn, because their loss is 0. Default 1.4. */
  nonzeroLossCutoff?: number;
  /** Determines the draw, together with the batch: the same seed and batch give the same triplets. Default 0. */
  seed?: number;
}

export const distanceWeightedMinerOptions: OptionTable<DistanceWeightedMinerOptions> = {
  cutoff: preset(0.5, positive),
  nonzeroLossCutoff: preset(1.4, positive),
  seed: preset(0, wholeNumber(0)),
};

const where = 'distanceWeightedMiner';

/**
 * Triplets whose negatives are drawn from all distances: the weight of a negative is 1 divided by the frequency of its
 * distance between random points of the unit sphere.
 *
 * The number of triplets of an anchor is the number of candidates of its class (the anchor included). Each triplet has a
 * random positive and a random negative, drawn with replacement. An anchor without a positive, or without a negative
 * nearer than `nonzeroLossCutoff`, gives no triplet. Distances are Euclidean between unit vectors.
 *
 * @throws MetricLearningError if an option is unknown or out of its range.
 * @example
 * await model.fit({ examples, labels }, { sampler: mPerClassSampler({ m: 4 }), miner: distanceWeightedMiner() });
 * @see Wu et al.: Sampling Matters in Deep Embedding Learning, ICCV 2017, section 4. https://arxiv.org/abs/1706.07567
 */
export function distanceWeightedMiner(options: DistanceWeightedMinerOptions = {}): Miner<Triplets> {
  const values = readOptions(where, distanceWeightedMinerOptions, options);
  const { cutoff, nonzeroLossCutoff, seed } = values;
  const distance = lpDistance();
  return {
    name: where,
    mine(embeddings, labels, options) {
      const { reference } = readMineOptions(where, options);
      const table = readTable(where, distance, embeddings, labels, reference);
      const weigh = negativeWeights(table, embeddings.shape[1], cutoff, nonzeroLossCutoff);
      return drawTriplets(table, weigh, batchRandom(seed, table.values));
    },
  };
}

/**
 * The probability of each candidate to be drawn as the negative of an anchor: 1 divided by the density of its distance,
 * `d^(dims - 2) (1 - d^2 / 4)^((dims - 3) / 2)`. Candidates that are no negatives have probability 0.
 *
 * The returned function fills and returns one array: all zeros when no candidate can be drawn.
 */
export function negativeWeights(
  { values, labels, candidateLabels }: DistanceTable,
  dims: number,
  cutoff: number,
  nonzeroLossCutoff: number,
): (anchor: number) => Float64Array {
  const weights = new Float64Array(candidateLabels.length);
  return (anchor) => {
    const start = anchor * weights.length;
    let greatest = Number.NEGATIVE_INFINITY;
    for (let other = 0; other < weights.length; other++) {
      const d = Math.max(values[start + other]!, cutoff);
      const negative = candidateLabels[other] !== labels[anchor] && d < nonzeroLossCutoff;
      const log = negative ? logWeight(d, dims) : Number.NEGATIVE_INFINITY;
      if (log > greatest) greatest = log;
      weights[other] = log;
    }
    if (greatest === Number.NEGATIVE_INFINITY) return weights.fill(0);
    let sum = 0;
    for (let other = 0; other < weights.length; other++) {
      const weight = Math.exp(weights[other]! - greatest);
      weights[other] = weight;
      sum += weight;
    }
    for (let i = 0; i < weights.length; i++) weights[i] = weights[i]! / sum;
    return weights;
  };
}

/** Minus infinity where the density is 0 or undefined: at the far end of the sphere. */
function logWeight(d: number, dims: number): number {
  const log = (2 - dims) * Math.log(d) - ((dims - 3) / 2) * Math.log(1 - d ** 2 / 4);
  return Number.isFinite(log) ? log : Number.NEGATIVE_INFINITY;
}

function drawTriplets(
  { labels, candidateLabels, copies }: DistanceTable,
  weigh: (anchor: number) => Float64Array,
  random: Random,
): Triplets {
  const byClass = candidatesByClass(candidateLabels);
  const [anchor, positive, negative] = [indexList(), indexList(), indexList()];
  labels.forEach((label, a) => {
    const members = byClass.get(label) ?? new Int32Array(0);
    const positives = members.filter((member) => member !== copies[a]);
    if (positives.length === 0) return;
    const drawNegative = weightedDraw(weigh(a), random);
    if (drawNegative === undefined) return;
    for (let i = 0; i < members.length; i++) {
      anchor.push(a);
      positive.push(positives[random.integer(positives.length)]!);
      negative.push(drawNegative());
    }
  });
  return { anchor: anchor.toArray(), positive: positive.toArray(), negative: negative.toArray() };
}
