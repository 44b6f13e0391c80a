/** What the neighbors of a query say about it. */
export interface Classification<Label = number> {
  /** The label with the most votes, or null if no neighbor is near enough to vote. */
  readonly label: Label | null;
  /**
   * The share of the label in the votes, from 0 to 1, where the vote of a near neighbor counts up to twice as much as
   * that of a far one. A single neighbor, or neighbors of one label, give 1.
   */
  readonly confidence: number;
  /** The distance of the nearest neighbor of that label, or Infinity if there is none. */
  readonly distance: number;
  /** How many neighbors have the label. */
  readonly votes: number;
}

/**
 * Counts the votes of a query's neighbors, which come nearest first and no farther than `threshold`. Of labels with
 * equally many votes, the label of the nearest neighbor wins.
 *
 * In `confidence`, a vote weighs from 1 (the nearest) to 1/2 (at the threshold, or the farthest where there is none).
 *
 * @see MacLeod, Luk, Titterington: A re-examination of the distance-weighted k-nearest neighbor classification rule,
 * IEEE Transactions on Systems, Man, and Cybernetics 1987, for the weights (alpha = 1).
 */
export function majorityVote<Label>(
  neighbors: readonly { readonly label: Label; readonly distance: number }[],
  threshold: number = Infinity,
): Classification<Label> {
  const nearest = neighbors[0]?.distance ?? 0;
  const farthest = threshold === Infinity ? (neighbors.at(-1)?.distance ?? 0) : threshold;
  const weightOf = (distance: number): number =>
    farthest > nearest ? 1 - (distance - nearest) / (farthest - nearest) / 2 : 1;
  const found = new Map<Label, { votes: number; weight: number; distance: number }>();
  let total = 0;
  for (const { label, distance } of neighbors) {
    const weight = weightOf(distance);
    total += weight;
    const known = found.get(label);
    if (known) {
      known.votes++;
      known.weight += weight;
    } else found.set(label, { votes: 1, weight, distance });
  }
  let best: Classification<Label> = { label: null, confidence: 0, distance: Infinity, votes: 0 };
  for (const [label, { votes, weight, distance }] of found) {
    if (votes > best.votes) best = { label, confidence: weight / total, distance, votes };
  }
  return best;
}
