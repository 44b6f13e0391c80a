/** A reference and its distance. */
export interface Found {
  readonly index: number;
  readonly distance: number;
}

/** The k nearest of some references, by distance, then index: fewer if there are no more. It looks at each of them. */
export function nearestAmong(
  references: ArrayLike<number>,
  k: number,
  distanceOf: (r: number) => number,
): Found[] {
  const distances = Float64Array.from(references, distanceOf);
  const farthest = k < distances.length ? distances.slice().sort()[k - 1]! : Infinity;
  const found: Found[] = [];
  for (let i = 0; i < distances.length; i++) {
    const distance = distances[i]!;
    if (distance <= farthest) found.push({ index: references[i]!, distance });
  }
  return found.sort((a, b) => a.distance - b.distance || a.index - b.index).slice(0, k);
}
