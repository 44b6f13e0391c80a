import {
  dispose,
  exp,
  neg,
  relu,
  square,
  sub,
  type Tensor2D,
  tensor2d,
  valueAndGrad,
} from '@tensorflow/tfjs-core';
import { lpDistance } from '../../src/distances/lpDistance.ts';
import { instanceLoss } from '../../src/losses/classification/instanceLoss.ts';
import type { Loss } from '../../src/losses/loss.ts';
import { circleLoss } from '../../src/losses/pair/circleLoss.ts';
import { contrastiveLoss } from '../../src/losses/pair/contrastiveLoss.ts';
import { coSentLoss } from '../../src/losses/pair/coSentLoss.ts';
import { generalizedLiftedStructureLoss } from '../../src/losses/pair/generalizedLiftedStructureLoss.ts';
import { genericPairLoss } from '../../src/losses/pair/genericPairLoss.ts';
import { histogramLoss } from '../../src/losses/pair/histogramLoss.ts';
import { intraPairVarianceLoss } from '../../src/losses/pair/intraPairVarianceLoss.ts';
import { liftedStructureLoss } from '../../src/losses/pair/liftedStructureLoss.ts';
import { multiSimilarityLoss } from '../../src/losses/pair/multiSimilarityLoss.ts';
import { ncaLoss } from '../../src/losses/pair/ncaLoss.ts';
import { nPairsLoss } from '../../src/losses/pair/nPairsLoss.ts';
import { ntXentLoss } from '../../src/losses/pair/ntXentLoss.ts';
import { snrContrastiveLoss } from '../../src/losses/pair/snrContrastiveLoss.ts';
import { softNearestNeighborLoss } from '../../src/losses/pair/softNearestNeighborLoss.ts';
import { supConLoss } from '../../src/losses/pair/supConLoss.ts';
import { thresholdConsistentMarginLoss } from '../../src/losses/pair/thresholdConsistentMarginLoss.ts';
import { tupletMarginLoss } from '../../src/losses/pair/tupletMarginLoss.ts';
import { fastApLoss } from '../../src/losses/ranking/fastApLoss.ts';
import { pnpLoss } from '../../src/losses/ranking/pnpLoss.ts';
import { rankedListLoss } from '../../src/losses/ranking/rankedListLoss.ts';
import { smoothApLoss } from '../../src/losses/ranking/smoothApLoss.ts';
import { barlowTwinsLoss } from '../../src/losses/selfSupervised/barlowTwinsLoss.ts';
import { multiNegativesRankLoss } from '../../src/losses/selfSupervised/multiNegativesRankLoss.ts';
import { simClrLoss } from '../../src/losses/selfSupervised/simClrLoss.ts';
import { simSiamLoss } from '../../src/losses/selfSupervised/simSiamLoss.ts';
import { vicRegLoss } from '../../src/losses/selfSupervised/vicRegLoss.ts';
import { angularLoss } from '../../src/losses/triplet/angularLoss.ts';
import { dynamicSoftMarginLoss } from '../../src/losses/triplet/dynamicSoftMarginLoss.ts';
import { marginLoss } from '../../src/losses/triplet/marginLoss.ts';
import { pnLoss } from '../../src/losses/triplet/pnLoss.ts';
import { tripletHardLoss } from '../../src/losses/triplet/tripletHardLoss.ts';
import { tripletMarginLoss } from '../../src/losses/triplet/tripletMarginLoss.ts';
import { tripletSemiHardLoss } from '../../src/losses/triplet/tripletSemiHardLoss.ts';
import { matryoshkaLoss } from '../../src/losses/wrappers/matryoshkaLoss.ts';
import { multipleLosses } from '../../src/losses/wrappers/multipleLosses.ts';
import { relationLoss } from '../../src/losses/wrappers/relationLoss.ts';
import { selfSupervisedLoss } from '../../src/losses/wrappers/selfSupervisedLoss.ts';
import { meanReducer } from '../../src/reducers/meanReducer.ts';

/** What a loss is tested as. */
export interface LossUnderTest {
  readonly name: string;
  /** With its defaults. */
  make(): Loss;
  /** Mild enough for finite differences to follow: no steep exponentials, no mean over a changing number. */
  mild(): Loss;
  /** What a batch must have for there to be something to learn. */
  readonly learnsFrom: 'positives and negatives' | 'either' | 'negatives' | 'anything';
  /** Where it matters by definition in which order the batch is. */
  readonly ordered?: true;
  /** Where the gradient is by definition not the derivative of the value. */
  readonly detached?: true;
}

const reducer = meanReducer();

function loss(
  name: string,
  learnsFrom: LossUnderTest['learnsFrom'],
  make: () => Loss,
  mild: () => Loss = make,
  rest: Pick<LossUnderTest, 'ordered' | 'detached'> = {},
): LossUnderTest {
  return { name, learnsFrom, make, mild, ...rest };
}

const both = 'positives and negatives';

/** Every loss over labels, or over views of the same examples, that has no weights of its own. */
export const everyLoss: readonly LossUnderTest[] = [
  loss('angularLoss', both, angularLoss),
  loss('barlowTwinsLoss', 'anything', barlowTwinsLoss),
  loss('circleLoss', both, circleLoss, circleLoss, { detached: true }),
  loss('coSentLoss', both, coSentLoss, () => coSentLoss({ scale: 4 })),
  loss('contrastiveLoss', 'either', contrastiveLoss, () => contrastiveLoss({ reducer })),
  loss('dynamicSoftMarginLoss', both, dynamicSoftMarginLoss),
  loss('fastApLoss', both, fastApLoss),
  loss('generalizedLiftedStructureLoss', 'either', generalizedLiftedStructureLoss),
  loss('genericPairLoss', 'either', () =>
    genericPairLoss({
      positive: (d) => square(d),
      negative: (d) => square(relu(sub(1, d))),
      reducer,
    }),
  ),
  loss('histogramLoss', both, histogramLoss, () => histogramLoss({ bins: 4 })),
  loss('instanceLoss', 'anything', instanceLoss, () => instanceLoss({ gamma: 4 }), {
    ordered: true,
  }),
  loss('intraPairVarianceLoss', 'either', intraPairVarianceLoss),
  loss('liftedStructureLoss', both, liftedStructureLoss),
  loss('marginLoss', both, marginLoss, () => marginLoss({ reducer })),
  loss('matryoshkaLoss', 'either', () =>
    // one dimension is enough for all batches; lossesOfLosses.test.ts has more of them
    matryoshkaLoss(
      genericPairLoss({
        positive: (d) => d,
        negative: (d) => exp(neg(d)),
        distance: lpDistance({ normalize: false, power: 2 }),
        reducer,
      }),
      { dims: [1], coefficients: [0.5] },
    ),
  ),
  loss('multiNegativesRankLoss', 'anything', multiNegativesRankLoss, () =>
    multiNegativesRankLoss({ scale: 4 }),
  ),
  loss('multiSimilarityLoss', 'either', multiSimilarityLoss, () =>
    multiSimilarityLoss({ beta: 4 }),
  ),
  loss('multipleLosses', 'either', () =>
    multipleLosses([
      { loss: contrastiveLoss({ reducer }), coefficient: 0.5 },
      { loss: ntXentLoss({ temperature: 0.5 }) },
    ]),
  ),
  loss('nPairsLoss', both, nPairsLoss, nPairsLoss, { ordered: true }),
  loss('ncaLoss', both, ncaLoss),
  loss('ntXentLoss', both, ntXentLoss, () => ntXentLoss({ temperature: 0.5 })),
  loss('pnLoss', both, pnLoss),
  loss('pnLoss, soft, easy and hard', both, () =>
    pnLoss({ soft: true, positive: 'easy', negative: 'hard' }),
  ),
  loss('pnpLoss', both, pnpLoss, () => pnpLoss({ anneal: 0.3 })),
  loss(
    'rankedListLoss',
    'either',
    () => rankedListLoss({ margin: 0.4, Tn: 10 }),
    () => rankedListLoss({ margin: 0.4, Tn: 2, Tp: 1 }),
  ),
  loss('relationLoss', 'either', () =>
    relationLoss(contrastiveLoss({ reducer }), { matches: (a, b) => a === b }),
  ),
  loss('selfSupervisedLoss', 'anything', () =>
    selfSupervisedLoss(tripletMarginLoss({ margin: 0.3, reducer })),
  ),
  loss('selfSupervisedLoss, one way', 'anything', () =>
    selfSupervisedLoss(ntXentLoss({ temperature: 0.5 }), { symmetric: false }),
  ),
  loss('simClrLoss', 'anything', simClrLoss, () => simClrLoss({ temperature: 0.5 })),
  loss('simSiamLoss', 'anything', simSiamLoss),
  loss('smoothApLoss', both, smoothApLoss, () => smoothApLoss({ temperature: 0.3 })),
  loss('snrContrastiveLoss', 'either', snrContrastiveLoss, () => snrContrastiveLoss({ reducer })),
  loss('softNearestNeighborLoss', both, softNearestNeighborLoss),
  loss('supConLoss', both, supConLoss, () => supConLoss({ temperature: 0.5, reducer })),
  loss('thresholdConsistentMarginLoss', 'either', thresholdConsistentMarginLoss, () =>
    thresholdConsistentMarginLoss({ reducer }),
  ),
  loss('tripletHardLoss', 'negatives', tripletHardLoss),
  loss('tripletHardLoss, soft', 'negatives', () => tripletHardLoss({ soft: true })),
  loss('tripletMarginLoss', both, tripletMarginLoss, () => tripletMarginLoss({ reducer })),
  loss('tripletMarginLoss, swapped and smooth', both, () =>
    tripletMarginLoss({ swap: true, smooth: true }),
  ),
  loss('tripletSemiHardLoss', both, tripletSemiHardLoss),
  loss('tupletMarginLoss', both, tupletMarginLoss, () => tupletMarginLoss({ scale: 4 })),
  loss('vicRegLoss', 'anything', vicRegLoss),
];

/** A batch: embeddings and their labels. */
export interface Batch {
  readonly rows: number[][];
  readonly labels: number[];
}

/** Calls a loss as it wants to be called: losses over views get the rows, each turned around, as the other view. */
export function compute(
  of: Loss,
  x: Tensor2D,
  { rows, labels }: Batch,
): ReturnType<Loss['compute']> {
  if (of.accepts.reference !== 'needed') {
    return of.compute(x, of.accepts.labels === 'none' ? null : labels);
  }
  const other = tensor2d(rows.map((row) => [...row].reverse().map((value) => value * 1.5)));
  try {
    return of.compute(x, null, { reference: { embeddings: other } });
  } finally {
    other.dispose();
  }
}

/** Value and gradient of a loss at a batch. */
export function evaluate(of: Loss, batch: Batch): { value: number; gradient: number[][] } {
  const x = tensor2d(batch.rows);
  const { value, grad } = valueAndGrad((e) => compute(of, e as Tensor2D, batch))(x);
  const result = {
    value: value.dataSync()[0] as number,
    gradient: grad.arraySync() as number[][],
  };
  dispose([x, value, grad]);
  return result;
}

/** The value alone, with other embeddings in place of the batch's; the other view stays. */
export function valueAt(of: Loss, batch: Batch, rows: number[][] = batch.rows): number {
  const x = tensor2d(rows);
  const value = compute(of, x, batch);
  const [number = Number.NaN] = value.dataSync();
  dispose([x, value]);
  return number;
}
