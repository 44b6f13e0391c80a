import { avgNonZeroReducer } from '../../src/reducers/avgNonZeroReducer.ts';
import { classWeightedReducer } from '../../src/reducers/classWeightedReducer.ts';
import { divisorReducer } from '../../src/reducers/divisorReducer.ts';
import { meanReducer } from '../../src/reducers/meanReducer.ts';
import { multipleReducers } from '../../src/reducers/multipleReducers.ts';
import { perAnchorReducer } from '../../src/reducers/perAnchorReducer.ts';
import type { Reducer } from '../../src/reducers/reducer.ts';
import { sumReducer } from '../../src/reducers/sumReducer.ts';
import { thresholdReducer } from '../../src/reducers/thresholdReducer.ts';

/** A reducer as the reference files name it, with its options. */
export interface ReducerSpec {
  type: string;
  low?: number;
  high?: number;
  weights?: number[];
  reducer?: ReducerSpec;
  reducers?: Record<string, ReducerSpec>;
  default_reducer?: ReducerSpec;
}

/** The reference's name of each reducer, and how it is made. */
const makers: Record<string, (spec: ReducerSpec) => Reducer> = {
  AvgNonZeroReducer: () => avgNonZeroReducer(),
  ClassWeightedReducer: ({ weights = [] }) => classWeightedReducer(weights),
  DivisorReducer: () => divisorReducer(),
  MeanReducer: () => meanReducer(),
  MultipleReducers: ({ reducers = {}, default_reducer }) =>
    multipleReducers(
      Object.fromEntries(
        Object.entries(reducers).map(([name, spec]) => [partName(name), reducerOf(spec)]),
      ),
      default_reducer && reducerOf(default_reducer),
    ),
  PerAnchorReducer: ({ reducer }) => perAnchorReducer(reducer && reducerOf(reducer)),
  SumReducer: () => sumReducer(),
  ThresholdReducer: ({ low, high }) =>
    thresholdReducer({ ...(low !== undefined && { low }), ...(high !== undefined && { high }) }),
};

/** The reference's name of each part of a loss, where ours is another. */
const partNames: Record<string, string> = {
  pos_loss: 'positive',
  neg_loss: 'negative',
  margin_loss: 'margin',
  beta_reg_loss: 'beta',
  invariance_loss: 'invariance',
  variance_loss1: 'variance1',
  variance_loss2: 'variance2',
  covariance_loss: 'covariance',
};

/** Our name of the part of a loss that the reference calls by this name. */
export function partName(name: string): string {
  return partNames[name] ?? name;
}

/** The reducer that the reference calls by this name. */
export function reducerOf(spec: ReducerSpec): Reducer {
  const make = makers[spec.type];
  if (make === undefined) throw new Error(`no reducer for ${spec.type}`);
  return make(spec);
}
