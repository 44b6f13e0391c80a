import { cosineSimilarity } from '../../src/distances/cosineSimilarity.ts';
import type { Distance } from '../../src/distances/distance.ts';
import { dotProductSimilarity } from '../../src/distances/dotProductSimilarity.ts';
import { lpDistance } from '../../src/distances/lpDistance.ts';
import { snrDistance } from '../../src/distances/snrDistance.ts';

/** A distance as the reference files name it. What is absent is the reference's default, which is ours too. */
export interface DistanceSpec {
  type: string;
  p?: number;
  power?: number;
  normalize_embeddings?: boolean;
}

type Options = { p: number; power: number; normalize: boolean };

/** The reference's name of each distance, and how it is made. */
const makers: Record<string, (options: Options) => Distance> = {
  LpDistance: lpDistance,
  CosineSimilarity: ({ power }) => cosineSimilarity({ power }),
  DotProductSimilarity: ({ power, normalize }) => dotProductSimilarity({ power, normalize }),
  SNRDistance: ({ power, normalize }) => snrDistance({ power, normalize }),
};

/** The distance that the reference calls by this name. */
export function distanceOf(spec: DistanceSpec): Distance {
  const make = makers[spec.type];
  if (make === undefined) throw new Error(`no distance for ${spec.type}`);
  const { p = 2, power = 1, normalize_embeddings: normalize = true } = spec;
  return make({ p, power, normalize });
}
