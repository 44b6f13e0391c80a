import { cosineSimilarity } from '../../src/distances/cosineSimilarity.ts';
import type { Distance } from '../../src/distances/distance.ts';
import { dotProductSimilarity } from '../../src/distances/dotProductSimilarity.ts';
import { lpDistance } from '../../src/distances/lpDistance.ts';

export type MeasureName =
  | 'squaredEuclidean'
  | 'euclidean'
  | 'unitEuclidean'
  | 'unitSquared'
  | 'cosine'
  | 'dot';

/** The distances that every search, graph and database computes. */
export const measures: Readonly<Record<MeasureName, Distance>> = {
  squaredEuclidean: lpDistance({ normalize: false, power: 2 }),
  euclidean: lpDistance({ normalize: false }),
  unitEuclidean: lpDistance(),
  unitSquared: lpDistance({ power: 2 }),
  cosine: cosineSimilarity(),
  dot: dotProductSimilarity({ normalize: false }),
};

export const measureNames = Object.keys(measures) as MeasureName[];

/** What a search reports for two rows: the definitions, written out. */
export const definitions: Readonly<Record<MeasureName, (x: number[], y: number[]) => number>> = {
  squaredEuclidean: (x, y) => x.reduce((sum, v, k) => sum + (v - (y[k] as number)) ** 2, 0),
  euclidean: (x, y) => Math.sqrt(definitions.squaredEuclidean(x, y)),
  unitEuclidean: (x, y) => definitions.euclidean(unit(x), unit(y)),
  unitSquared: (x, y) => definitions.squaredEuclidean(unit(x), unit(y)),
  cosine(x, y) {
    return 1 - product(unit(x), unit(y));
  },
  dot: (x, y) => 0 - product(x, y),
};

function product(x: number[], y: number[]): number {
  return x.reduce((sum, v, k) => sum + v * (y[k] as number), 0);
}

function unit(x: number[]): number[] {
  const length = Math.max(Math.hypot(...x), 1e-12);
  return x.map((v) => v / length);
}
