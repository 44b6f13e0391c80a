import type { Reducer } from '../../src/reducers/reducer.ts';
import { centerInvariantRegularizer } from '../../src/regularizers/centerInvariantRegularizer.ts';
import { lpRegularizer } from '../../src/regularizers/lpRegularizer.ts';
import { regularFaceRegularizer } from '../../src/regularizers/regularFaceRegularizer.ts';
import type { Regularizer } from '../../src/regularizers/regularizer.ts';
import { sparseCentersRegularizer } from '../../src/regularizers/sparseCentersRegularizer.ts';
import { zeroMeanRegularizer } from '../../src/regularizers/zeroMeanRegularizer.ts';
import { type DistanceSpec, distanceOf } from './referenceDistances.ts';
import { type ReducerSpec, reducerOf } from './referenceReducers.ts';

/** A regularizer as the reference files name it, with its options. */
export interface RegularizerSpec {
  type: string;
  p?: number;
  power?: number;
  num_classes?: number;
  centers_per_class?: number;
  distance?: DistanceSpec;
  reducer?: ReducerSpec;
}

/** The reference's name of each regularizer, and how it is made. */
const makers: Record<string, (spec: RegularizerSpec) => Regularizer> = {
  CenterInvariantRegularizer: (spec) => centerInvariantRegularizer(reducerIn(spec)),
  LpRegularizer: ({ p, power, ...spec }) =>
    lpRegularizer({
      ...(p !== undefined && { p }),
      ...(power !== undefined && { power }),
      ...reducerIn(spec),
    }),
  RegularFaceRegularizer: (spec) =>
    regularFaceRegularizer({
      ...(spec.distance && { distance: distanceOf(spec.distance) }),
      ...reducerIn(spec),
    }),
  SparseCentersRegularizer: (spec) =>
    sparseCentersRegularizer({
      classes: spec.num_classes as number,
      centersPerClass: spec.centers_per_class as number,
      ...reducerIn(spec),
    }),
  ZeroMeanRegularizer: (spec) => zeroMeanRegularizer(reducerIn(spec)),
};

/** The regularizer that the reference calls by this name. */
export function regularizerOf(spec: RegularizerSpec): Regularizer {
  const make = makers[spec.type];
  if (make === undefined) throw new Error(`no regularizer for ${spec.type}`);
  return make(spec);
}

function reducerIn({ reducer }: { reducer?: ReducerSpec }): { reducer?: Reducer } {
  return reducer === undefined ? {} : { reducer: reducerOf(reducer) };
}
