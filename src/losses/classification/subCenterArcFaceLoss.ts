import { type Tensor2D, tidy, transpose } from '@tensorflow/tfjs-core';
import { indicesByClass, type Labels, toLabels } from '../../data/labels.ts';
import { cosineSimilarity } from '../../distances/cosineSimilarity.ts';
import { checkBetween } from '../../internal/checks.ts';
import { wholeNumber } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { checkEmbeddings } from '../../ops/checkEmbeddings.ts';
import { arcMargin } from '../internal/arcMargin.ts';
import { marginSoftmaxLoss } from '../internal/marginSoftmaxLoss.ts';
import { checkNotDisposed } from '../parametricLoss.ts';
import { type ArcFaceLossOptions, arcFaceLossOptions } from './arcFaceLoss.ts';
import { type ClassLoss, checkDims } from './classLoss.ts';

export interface SubCenterArcFaceLossOptions extends ArcFaceLossOptions {
  /** The number of centers of each class. 2 to 5. Default 3. */
  subCenters?: number;
}

export const subCenterArcFaceLossOptions: OptionTable<
  SubCenterArcFaceLossOptions,
  'regularizer' | 'parameterRegularizer'
> = {
  subCenters: preset(3, wholeNumber(1)),
  ...arcFaceLossOptions,
};

export interface SubCenterArcFaceLoss extends ClassLoss {
  /**
   * Finds examples that are probably wrongly labeled: those far from the dominant center of their class, the center that
   * most examples of the class are nearest to.
   *
   * An example is far if its angle to that center exceeds `thresholdDegrees`: 0 to 180, default 75.
   *
   * @throws MetricLearningError if embeddings and labels do not fit the loss, or the threshold is out of its range.
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
  /** For each class the index of its dominant center, from 0; -1 for a class without examples. */
  readonly dominantCenters: Int32Array;
}

const name = 'subCenterArcFaceLoss';

/**
 * Sub-center ArcFace: `arcFaceLoss` with several centers for each class; an embedding is compared with the nearest center of
 * each class, so that wrongly labeled examples can gather around a center of their own.
 *
 * One loss for each example. The parameter is `W`, [dims, classes * subCenters]; the centers of class c are the columns
 * from c * subCenters.
 *
 * @throws MetricLearningError if an option is unknown, missing or out of its range.
 * @example
 * const loss = subCenterArcFaceLoss({ classes: 10, dims: 64 });
 * const value = loss.compute(embeddings, labels); // embeddings [batch, 64], labels 0 to 9
 * @see Deng et al.: Sub-center ArcFace, ECCV 2020.
 */
export function subCenterArcFaceLoss(options: SubCenterArcFaceLossOptions): SubCenterArcFaceLoss {
  const values = readOptions(name, subCenterArcFaceLossOptions, options);
  const { classes, dims, marginDegrees, scale, subCenters } = values;
  const loss = marginSoftmaxLoss({
    name,
    options: values,
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
      const centers = loss.variables['W']! as Tensor2D;
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
    const cosinesToCenters = rows.map((row) => {
      const start = row * classes * subCenters + id * subCenters;
      return cosines.subarray(start, start + subCenters);
    });
    const votes = new Int32Array(subCenters);
    for (const each of cosinesToCenters) {
      const nearest = largestAt(each);
      votes[nearest] = votes[nearest]! + 1;
    }
    const dominant = largestAt(votes);
    dominantCenters[id] = dominant;
    outliers.push(...rows.filter((_, i) => (cosinesToCenters[i]?.[dominant] as number) < least));
  }
  return { rows: Int32Array.from(outliers).sort(), dominantCenters };
}

/** The index of the first of the largest values. */
function largestAt(values: Float32Array | Int32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) {
    if (values[i]! > values[best]!) best = i;
  }
  return best;
}
