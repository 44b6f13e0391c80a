/** What the page asks a worker to train. */
export interface Settings {
  readonly loss: LossName;
  readonly miner: MinerName;
  readonly seed: number;
  readonly steps: number;
  /** What was taught by hand: images, and the name of each. */
  readonly taught: readonly { readonly label: string; readonly pixels: Uint8Array }[];
}

/** The losses that can be chosen, with what the page says about each. */
export const losses = {
  supCon: 'Supervised contrastive',
  triplet: 'Triplet margin',
  multiSimilarity: 'Multi-similarity',
  contrastive: 'Contrastive',
  proxyAnchor: 'Proxy anchor',
} as const;
export type LossName = keyof typeof losses;

export const miners = {
  none: 'None',
  semiHard: 'Semi-hard',
  batchHard: 'Batch hard',
  multiSimilarity: 'Multi-similarity',
} as const;
export type MinerName = keyof typeof miners;
