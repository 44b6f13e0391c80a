import { cosineSimilarity } from './cosineSimilarity.ts';
import type { Distance } from './distance.ts';
import { dotProductSimilarity } from './dotProductSimilarity.ts';
import { lpDistance } from './lpDistance.ts';

/** The distances that searches and files once had names for: the call that makes each, as text and as a function. */
export const namedDistances: ReadonlyMap<
  string,
  { readonly code: string; readonly make: () => Distance }
> = /*#__PURE__*/ new Map([
  [
    'squaredEuclidean',
    {
      code: 'lpDistance({ normalize: false, power: 2 })',
      make: () => lpDistance({ normalize: false, power: 2 }),
    },
  ],
  [
    'euclidean',
    {
      code: 'lpDistance(), or lpDistance({ normalize: false }) for embeddings as they are',
      make: () => lpDistance({ normalize: false }),
    },
  ],
  ['cosine', { code: 'cosineSimilarity()', make: () => cosineSimilarity() }],
  [
    'dot',
    {
      code: 'dotProductSimilarity({ normalize: false })',
      make: () => dotProductSimilarity({ normalize: false }),
    },
  ],
]);
