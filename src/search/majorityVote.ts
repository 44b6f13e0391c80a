/** What the neighbours of a query say about it. */
export interface Classification<Label = number> {
  /** The label with the most votes, or null if no neighbour is near enough to vote. */
  readonly label: Label | null;
  /** Its votes as a share of the k that might have voted. */
  readonly confidence: number;
  /** The distance of its nearest neighbour, or Infinity if there is none. */
  readonly distance: number;
}

/**
 * Counts the votes of a query's neighbours, which come nearest first. Of labels with as many votes, the one wins whose
 * first neighbour is nearer.
 */
export function majorityVote<Label>(
  neighbors: readonly { readonly label: Label; readonly distance: number }[],
  k: number,
): Classification<Label> {
  const votes = new Map<Label, { count: number; distance: number }>();
  for (const { label, distance } of neighbors) {
    const own = votes.get(label);
    if (own) own.count++;
    else votes.set(label, { count: 1, distance });
  }
  let best: Classification<Label> = { label: null, confidence: 0, distance: Infinity };
  for (const [label, { count, distance }] of votes) {
    if (count / k > best.confidence) best = { label, confidence: count / k, distance };
  }
  return best;
}
