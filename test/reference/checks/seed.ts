import {
  dispose,
  mean,
  type Scalar,
  type Tensor,
  tensor2d,
  valueAndGrad,
  zeros,
} from '@tensorflow/tfjs-core';
import { tripletLoss } from '../../../src/losses/triplet/tripletLoss.ts';
import type { Random } from '../../../src/random/createRandom.ts';
import { consecutiveTripletsSampler } from '../../../src/samplers/consecutiveTripletsSampler.ts';
import { type ClassReportCase, checkClassReport } from './classReport.ts';
import {
  expectNear,
  expectRefused,
  expectSame,
  gradientTolerance,
  type Numbers,
} from './compare.ts';

interface TripletLossCase {
  id: string;
  kind: 'triplet_loss';
  margin: number;
  y_pred: number[][];
  expected: { per_row_loss: number[]; loss: Numbers; grad_y_pred: Numbers };
}

interface CreatePairsCase {
  id: string;
  kind: 'create_pairs';
  labels: number[];
  /** How far each drawn class is from the anchor's, 1 to classes - 1, in the order of the draws. */
  inc: number[];
  expected: { triplets: number[][] };
}

/** A case of `seed.json`. */
export type SeedCase =
  | TripletLossCase
  | CreatePairsCase
  | (ClassReportCase & { kind: 'class_report' });

/** Compares the seed project's formulas: its loss, its report of classes, its triplets. */
export async function checkSeed(c: SeedCase): Promise<void> {
  if (c.kind === 'triplet_loss') checkTripletLoss(c);
  else if (c.kind === 'create_pairs') checkCreatePairs(c);
  else await checkClassReport(c);
}

function checkTripletLoss({ margin, y_pred, expected }: TripletLossCase): void {
  const yPred = tensor2d(y_pred);
  const yTrue = zeros([y_pred.length, 1]);
  const loss = (x: Tensor): Tensor => tripletLoss(margin)(yTrue, x);
  const rows = loss(yPred);
  const { value, grad } = valueAndGrad((x) => mean<Scalar>(loss(x)))(yPred);
  const got = [rows.arraySync(), value.dataSync()[0], grad.arraySync()];
  dispose([yPred, yTrue, rows, value, grad]);
  expectNear(
    'per_row_loss',
    got[0],
    expected.per_row_loss.map((row) => [row]),
  );
  expectNear('loss', got[1], expected.loss);
  expectNear('grad_y_pred', got[2], expected.grad_y_pred, gradientTolerance);
}

function checkCreatePairs({ labels, inc, expected }: CreatePairsCase): void {
  const draws = [...inc];
  const random = { integer: () => (draws.shift() as number) - 1 } as unknown as Random;
  const sample = (): number[][] => {
    const ids = Int32Array.from(labels);
    const { anchor, positive, negative } = consecutiveTripletsSampler().sample(ids, random);
    return Array.from(anchor, (a, i) => [a, positive[i] as number, negative[i] as number]);
  };
  // Where the seed makes no triplet at all, ours says that there is nothing to learn from.
  if (expected.triplets.length === 0) expectRefused(sample);
  else expectSame('triplets', sample(), expected.triplets);
}
