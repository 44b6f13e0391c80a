export { allPairs } from './allPairs.ts';
export { allTriplets } from './allTriplets.ts';
export { toPairs, toTriplets } from './convertTuples.ts';
export type { Reference } from './reference.ts';
export type { Pairs, Triplets, Tuples } from './tuples.ts';
