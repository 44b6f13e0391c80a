export { allPairs } from './allPairs.ts';
export { allTriplets } from './allTriplets.ts';
export { toPairs, toTriplets } from './convertTuples.ts';
export { type LabelRelation, pairsByRelation } from './pairsByRelation.ts';
export type { Reference } from './reference.ts';
export { sharedLabel } from './sharedLabel.ts';
export type { Pairs, Triplets, Tuples } from './tuples.ts';
