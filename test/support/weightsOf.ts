import type { TripletModel } from '../../src/index.ts';

/** All weights of a model's base, in one list. */
export function weightsOf({ base }: TripletModel): number[] {
  return base.getWeights().flatMap((weight) => [...weight.dataSync()]);
}
