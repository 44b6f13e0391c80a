import { cosineSimilarity } from '../../../src/distances/cosineSimilarity.ts';
import type { Distance } from '../../../src/distances/distance.ts';
import { dotProductSimilarity } from '../../../src/distances/dotProductSimilarity.ts';
import { lpDistance } from '../../../src/distances/lpDistance.ts';
import type { Loss } from '../../../src/losses/loss.ts';
import { contrastiveLoss } from '../../../src/losses/pair/contrastiveLoss.ts';
import { liftedStructureLoss } from '../../../src/losses/pair/liftedStructureLoss.ts';
import { multiNegativesRankLoss } from '../../../src/losses/selfSupervised/multiNegativesRankLoss.ts';
import { tripletHardLoss } from '../../../src/losses/triplet/tripletHardLoss.ts';
import { tripletSemiHardLoss } from '../../../src/losses/triplet/tripletSemiHardLoss.ts';
import { sumReducer } from '../../../src/reducers/sumReducer.ts';
import { expectNear, gradientTolerance, type Numbers } from './compare.ts';
import { evaluate } from './losses.ts';

/** A case of `tfa.json`. */
export interface TfaCase {
  id: string;
  loss: string;
  params: { margin: number; distance_metric?: string; soft?: boolean };
  labels: number[];
  embeddings: number[][];
  anchors: number[][];
  positives: number[][];
  y_true: number[];
  y_pred_distances: number[];
  expected: Record<string, Numbers>;
}

/** The distances of TensorFlow Addons; "angular" is one minus the cosine. */
const distances: Record<string, () => Distance> = {
  L2: () => lpDistance({ normalize: false }),
  'squared-L2': () => lpDistance({ normalize: false, power: 2 }),
  angular: () => cosineSimilarity(),
};

const distanceOf = ({ distance_metric = 'L2' }: TfaCase['params']): Distance =>
  (distances[distance_metric] as () => Distance)();

/** TensorFlow Addons' name of each loss over a batch, and how it is made. */
const batchLosses: Record<string, (params: TfaCase['params']) => Loss> = {
  TripletSemiHardLoss: (p) => tripletSemiHardLoss({ margin: p.margin, distance: distanceOf(p) }),
  TripletHardLoss: (p) =>
    tripletHardLoss({ margin: p.margin, soft: p.soft === true, distance: distanceOf(p) }),
  LiftedStructLoss: (p) => liftedStructureLoss({ negMargin: p.margin, distance: distanceOf(p) }),
};

/** Compares a loss with TensorFlow Addons. */
export function checkTfa(c: TfaCase): void {
  if (c.loss === 'ContrastiveLoss') checkContrastive(c);
  else if (c.loss === 'NpairsLoss') checkNpairs(c);
  else {
    const make = batchLosses[c.loss];
    if (make === undefined) throw new Error(`no loss for ${c.loss}`);
    const got = evaluate(make(c.params), c);
    expectNear('loss', got.loss, c.expected['loss'] as Numbers);
    const gradient = c.expected['grad_embeddings'] as Numbers;
    expectNear('grad_embeddings', got.grad_embeddings, gradient, gradientTolerance);
  }
}

/** Anchors against positives, of which those of the anchor's label share the target. */
function checkNpairs({ anchors, positives, labels, expected }: TfaCase): void {
  const loss = multiNegativesRankLoss({
    scale: 1,
    distance: dotProductSimilarity({ normalize: false }),
  });
  const call = { embeddings: anchors, labels, ref_emb: positives, ref_labels: labels };
  const got = evaluate(loss, call);
  expectNear('loss', got.loss, expected['loss'] as Numbers);
  const [a, p] = [expected['grad_anchors'], expected['grad_positives']] as [Numbers, Numbers];
  expectNear('grad_anchors', got.grad_embeddings, a, gradientTolerance);
  expectNear('grad_positives', got.grad_ref_emb, p, gradientTolerance);
}

/** One pair at a time: points on a line, as far from 0 as the given distance. */
function checkContrastive({ params, y_true, y_pred_distances, expected }: TfaCase): void {
  const loss = contrastiveLoss({
    negMargin: params.margin,
    squared: true,
    distance: lpDistance({ normalize: false }),
    reducer: sumReducer(),
  });
  const results = y_pred_distances.map((distance, i) => {
    const pair = [[0], [0]];
    const none: number[][] = [[], []];
    const indices_tuple = y_true[i] === 1 ? [...pair, ...none] : [...none, ...pair];
    return evaluate(loss, {
      embeddings: [[0]],
      labels: null,
      ref_emb: [[distance]],
      indices_tuple,
    });
  });
  const gradients = results.map(({ grad_ref_emb }) => (grad_ref_emb as number[][])[0]?.[0]);
  expectNear(
    'per_pair_loss',
    results.map(({ loss }) => loss),
    expected['per_pair_loss'] as Numbers,
  );
  expectNear(
    'grad_y_pred',
    gradients,
    expected['grad_y_pred_of_sum'] as Numbers,
    gradientTolerance,
  );
}
