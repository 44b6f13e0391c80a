import { instanceLoss } from '../../src/losses/classification/instanceLoss.ts';
import type { Loss } from '../../src/losses/loss.ts';
import { circleLoss } from '../../src/losses/pair/circleLoss.ts';
import { contrastiveLoss } from '../../src/losses/pair/contrastiveLoss.ts';
import { generalizedLiftedStructureLoss } from '../../src/losses/pair/generalizedLiftedStructureLoss.ts';
import { histogramLoss } from '../../src/losses/pair/histogramLoss.ts';
import { intraPairVarianceLoss } from '../../src/losses/pair/intraPairVarianceLoss.ts';
import { liftedStructureLoss } from '../../src/losses/pair/liftedStructureLoss.ts';
import { multiSimilarityLoss } from '../../src/losses/pair/multiSimilarityLoss.ts';
import { ncaLoss } from '../../src/losses/pair/ncaLoss.ts';
import { nPairsLoss } from '../../src/losses/pair/nPairsLoss.ts';
import { ntXentLoss } from '../../src/losses/pair/ntXentLoss.ts';
import { snrContrastiveLoss } from '../../src/losses/pair/snrContrastiveLoss.ts';
import { supConLoss } from '../../src/losses/pair/supConLoss.ts';
import { thresholdConsistentMarginLoss } from '../../src/losses/pair/thresholdConsistentMarginLoss.ts';
import { tupletMarginLoss } from '../../src/losses/pair/tupletMarginLoss.ts';
import { fastApLoss } from '../../src/losses/ranking/fastApLoss.ts';
import { pnpLoss } from '../../src/losses/ranking/pnpLoss.ts';
import { rankedListLoss } from '../../src/losses/ranking/rankedListLoss.ts';
import { smoothApLoss } from '../../src/losses/ranking/smoothApLoss.ts';
import { vicRegLoss } from '../../src/losses/selfSupervised/vicRegLoss.ts';
import { angularLoss } from '../../src/losses/triplet/angularLoss.ts';
import { dynamicSoftMarginLoss } from '../../src/losses/triplet/dynamicSoftMarginLoss.ts';
import { marginLoss } from '../../src/losses/triplet/marginLoss.ts';
import { tripletMarginLoss } from '../../src/losses/triplet/tripletMarginLoss.ts';
import { type ClassLossParams, classLossMakers } from './referenceClassLosses.ts';
import { type DistanceSpec, distanceOf } from './referenceDistances.ts';
import { type ReducerSpec, reducerOf } from './referenceReducers.ts';
import { type RegularizerSpec, regularizerOf } from './referenceRegularizers.ts';

/** A loss as the reference files name it, with its options. */
export interface LossSpec {
  loss: string;
  params: Readonly<Record<string, unknown>>;
  distance?: DistanceSpec;
  distance_given?: boolean;
  reducer?: ReducerSpec;
  reducer_given?: boolean;
  embedding_regularizer?: RegularizerSpec;
  embedding_reg_weight?: number;
  weight_regularizer?: RegularizerSpec;
  weight_reg_weight?: number;
}

/**
 * The reference's name of each loss, and how it is made; then the names of options that are not the reference's own
 * in camelCase.
 */
const losses: Readonly<Record<string, [make: (options: never) => Loss, names?: Names]>> = {
  AngularLoss: [angularLoss, { alpha: 'alphaDegrees' }],
  CircleLoss: [circleLoss],
  ContrastiveLoss: [contrastiveLoss],
  DynamicSoftMarginLoss: [dynamicSoftMarginLoss],
  FastAPLoss: [fastApLoss],
  GeneralizedLiftedStructureLoss: [generalizedLiftedStructureLoss],
  HistogramLoss: [histogramLoss, { n_bins: 'bins' }],
  InstanceLoss: [instanceLoss],
  IntraPairVarianceLoss: [intraPairVarianceLoss],
  LiftedStructureLoss: [liftedStructureLoss],
  MarginLoss: [marginLoss, { num_classes: 'classes' }],
  MultiSimilarityLoss: [multiSimilarityLoss],
  NCALoss: [ncaLoss],
  NPairsLoss: [nPairsLoss],
  NTXentLoss: [ntXentLoss],
  PNPLoss: [pnpLoss],
  RankedListLoss: [rankedListLoss],
  SignalToNoiseRatioContrastiveLoss: [snrContrastiveLoss],
  SmoothAPLoss: [smoothApLoss],
  SupConLoss: [supConLoss],
  ThresholdConsistentMarginLoss: [thresholdConsistentMarginLoss],
  TripletMarginLoss: [tripletMarginLoss, { smooth_loss: 'smooth' }],
  TupletMarginLoss: [tupletMarginLoss, { margin: 'marginDegrees' }],
  VICRegLoss: [vicRegLoss],
};

/** Losses that the reference reduces to their mean itself, whatever the reducer; ours ask the reducer. */
const reducedThere = ['PNPLoss', 'ThresholdConsistentMarginLoss'];

type Names = Readonly<Record<string, string>>;

/** The loss that the reference calls by this name. */
export function lossOf(spec: LossSpec): Loss {
  const { distance, reducer, embedding_regularizer, weight_regularizer } = spec;
  const common = given({
    distance: distance && spec.distance_given !== false ? distanceOf(distance) : null,
    reducer:
      reducer && spec.reducer_given !== false && !reducedThere.includes(spec.loss)
        ? reducerOf(reducer)
        : null,
    regularizer: embedding_regularizer && regularizerOf(embedding_regularizer),
    regularizerCoefficient: spec.embedding_reg_weight,
    parameterRegularizer: weight_regularizer && regularizerOf(weight_regularizer),
    parameterRegularizerCoefficient: spec.weight_reg_weight,
  });
  const classLoss = classLossMakers[spec.loss];
  if (classLoss) return classLoss(spec.params as ClassLossParams, common);
  const entry = losses[spec.loss];
  if (entry === undefined) throw new Error(`no loss for ${spec.loss}`);
  const [make, names = {}] = entry;
  const options = Object.entries(given(spec.params)).map(([name, value]) => [
    names[name] ?? camelCase(name),
    value,
  ]);
  return make({ ...Object.fromEntries(options), ...common } as never);
}

function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** The options that are there, the reference's null being none. */
function given(options: Readonly<Record<string, unknown>>): Record<string, never> {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined && value !== null),
  ) as Record<string, never>;
}
