import {
  type Distance,
  type Embeddings,
  knnClassify,
  retrievalMetrics,
} from 'tfjs-metric-learning';

/** Sounds by their embeddings, with their class ids. */
export interface EmbeddedSounds {
  readonly embeddings: Embeddings;
  readonly labels: Int32Array;
}

/** How many of the nearest sounds vote on what a sound is. */
const voters = 5;

/** How well sounds are found, and named, by the known sounds near them: a line of text. */
export async function scoreSounds(
  { embeddings, labels }: EmbeddedSounds,
  known: EmbeddedSounds,
  distance: Distance,
): Promise<string> {
  const { precisionAt1, mapAtR } = await retrievalMetrics(embeddings, labels, {
    reference: known,
    distance,
  });
  const named = await knnClassify(embeddings, known, voters, { distance });
  const right = named.filter(({ label }, i) => label === labels[i]).length / named.length;
  const [first, all] = [precisionAt1, mapAtR].map((score) => score.toFixed(3));
  return `P@1 ${first}, mapAtR ${all}, ${(100 * right).toFixed(0)} % named right by ${voters} neighbors`;
}
