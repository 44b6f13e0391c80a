import { dispose, tensor2d } from '@tensorflow/tfjs-core';
import type { ClassLoss } from '../../../src/losses/classLoss.ts';
import {
  type SubCenterArcFaceLoss,
  subCenterArcFaceLoss,
} from '../../../src/losses/subCenterArcFaceLoss.ts';
import { logitFactor, setWeights } from '../../support/referenceClassLosses.ts';
import { distanceOf } from '../../support/referenceDistances.ts';
import { type LossSpec, lossOf } from '../../support/referenceLosses.ts';
import { expectNear, expectSame } from './compare.ts';

/** A case of `wrappers.json` of kind get_logits. */
export interface LogitsCase {
  id: string;
  inner: LossSpec;
  weights: Record<string, number[][]>;
  embeddings: number[][];
  expected: { logits: number[][] };
}

/** A case of `wrappers.json` of kind get_outliers. */
export interface OutliersCase {
  id: string;
  params: Record<string, number>;
  weights: { W: number[][] };
  embeddings: number[][];
  labels: number[];
  expected: { outliers: number[]; dominant_centers: number[][] };
}

/** Compares the logits of a loss over classes with the reference. */
export function checkLogits({ inner, weights, embeddings, expected }: LogitsCase): void {
  const loss = lossOf(inner) as ClassLoss;
  setWeights(loss, weights);
  const x = tensor2d(embeddings);
  const logits = loss.logits(x);
  const inverted = inner.distance === undefined || distanceOf(inner.distance).inverted;
  const factor = logitFactor(inner.loss, inner.params as Record<string, number>, inverted);
  const wanted = expected.logits.map((row) => row.map((logit) => logit * factor));
  expectNear('logits', logits.arraySync(), wanted);
  dispose([x, logits]);
  loss.dispose();
}

/** Compares the outliers and the dominant centers that sub-center ArcFace finds with the reference. */
export async function checkOutliers(c: OutliersCase): Promise<void> {
  const { num_classes = 0, embedding_size = 0, sub_centers = 3, threshold = 75 } = c.params;
  const loss: SubCenterArcFaceLoss = subCenterArcFaceLoss({
    classes: num_classes,
    dims: embedding_size,
    subCenters: sub_centers,
  });
  setWeights(loss, c.weights);
  const x = tensor2d(c.embeddings);
  const found = await loss.outliers(x, c.labels, { thresholdDegrees: threshold });
  expectSame('outliers', [...found.rows], c.expected.outliers);
  // The reference leaves the centers of classes without examples as they were in memory.
  c.weights.W.forEach((row, dim) => {
    found.dominantCenters.forEach((center, id) => {
      if (center < 0) return;
      const wanted = c.expected.dominant_centers[dim]?.[id] as number;
      expectNear('dominant_centers', row[id * sub_centers + center], wanted);
    });
  });
  x.dispose();
  loss.dispose();
}
