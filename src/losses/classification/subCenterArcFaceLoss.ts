import { type Tensor2D, tidy, transpose } from '@tensorflow/tfjs-core';
import { indicesByClass, type Labels, toLabels } from '../../data/labels.ts';
import { cosineSimilarity } from '../../distances/cosineSimilarity.ts';
import { checkBetween, checkInteger, checkPositive } from '../../internal/checks.ts';
import { checkEmbeddings } from '../../ops/checkEmbeddings.ts';
import { arcMargin } from '../internal/arcMargin.ts';
import { marginSoftmaxLoss } from '../internal/marginSoftmaxLoss.ts';
import { checkNotDisposed } from '../parametricLoss.ts';
import type { ArcFaceLossOptions } from './arcFaceLoss.ts';
import { type ClassLoss, checkClassOptions, checkDims } from './classLoss.ts';

export interface SubCenterArcFaceLossOptions extends ArcFaceLossOptions {
  /** Weight vectors of each class. Default 3. */
  subCenters?: number;
}

export interface SubCenterArcFaceLoss extends ClassLoss {
  /**
   * Examples that lie far from the center that most of their class are nearest to: mislabelled ones, as a rule.
   *
   * `thresholdDegrees` is how far, default 75.
   *
   * @throws MetricLearningError if the embeddings, the labels or the threshold are not right.
   */
  outliers(
    embeddings: Tensor2D,
    labels: Labels,
    options?: { thresholdDegrees?: number },
  ): Promise<Outliers>;
}

export interface Outliers {
  /** Rows of the outliers, ascending. */
  readonly rows: Int32Array;
  /** For each class, which of its centers most of its examples are nearest to; -1 for a class without examples. */
  readonly dominantCenters: Int32Array;
}

const name = 'subCenterArcFaceLoss';

/**
 * ArcFace with several centers a class: an embedding is compared with the nearest center of each class, so that a
 * class's noise can gather around a center of its own.
 *
 * Its weights are `W`, [dims, classes * subCenters]; the centers of class c are the columns from c * subCenters.
 *
 * @throws MetricLearningError if `marginDegrees` is not from 0 to 180, `scale` not positive, or `classes`, `dims` or
 * `subCenters` no whole number >= 1.
 * @see Deng et al.: Sub-center ArcFace, ECCV 2020.
 */
export function subCenterArcFaceLoss(options: SubCenterArcFaceLossOptions): SubCenterArcFaceLoss {
  checkClassOptions(name, options, ['subCenters', 'marginDegrees', 'scale']);
  const { classes, dims, marginDegrees = 28.6, scale = 64, subCenters = 3 } = options;
  checkBetween(name, 'marginDegrees', marginDegrees, 0, 180);
  checkPositive(name, 'scale', scale);
  checkInteger(name, 'subCenters', subCenters);
  const loss = marginSoftmaxLoss({
    name,
    options,
    margin: arcMargin((marginDegrees * Math.PI) / 180),
    subCenters,
    scale,
  });

  return {
    ...loss,
    async outliers(embeddings, labels, { thresholdDegrees = 75 } = {}) {
      checkNotDisposed(name, Object.values(loss.variables));
      checkEmbeddings(name, 'embeddings', embeddings);
      checkDims(name, embeddings, dims);
      checkBetween(name, 'thresholdDegrees', thresholdDegrees, 0, 180);
      const ids = toLabels(name, labels, embeddings.shape[0]);
      const centers = loss.variables['W'] as unknown as Tensor2D;
      const cosines = tidy(() => cosineSimilarity().matrix(embeddings, transpose(centers)));
      const values = await cosines.data<'float32'>();
      cosines.dispose();
      return farFromDominant(values, ids, { classes, subCenters, thresholdDegrees });
    },
  };
}

function farFromDominant(
  cosines: Float32Array,
  labels: Int32Array,
  of: { classes: number; subCenters: number; thresholdDegrees: number },
): Outliers {
  const { classes, subCenters } = of;
  const least = Math.cos((of.thresholdDegrees * Math.PI) / 180);
  const dominantCenters = new Int32Array(classes).fill(-1);
  const outliers: number[] = [];
  const members = indicesByClass(labels);
  for (let id = 0; id < classes; id++) {
    const rows = members.get(id);
    if (rows === undefined) continue;
    const ownCosines = rows.map((row) => {
      const start = row * classes * subCenters + id * subCenters;
      return cosines.subarray(start, start + subCenters);
    });
    const votes = new Int32Array(subCenters);
    for (const own of ownCosines) {
      const nearest = largestAt(own);
      votes[nearest] = (votes[nearest] as number) + 1;
    }
    const dominant = largestAt(votes);
    dominantCenters[id] = dominant;
    outliers.push(...rows.filter((_, i) => (ownCosines[i]?.[dominant] as number) < least));
  }
  return { rows: Int32Array.from(outliers).sort(), dominantCenters };
}

/** Where the first of the largest values is. */
function largestAt(values: Float32Array | Int32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) {
    if ((values[i] as number) > (values[best] as number)) best = i;
  }
  return best;
}
