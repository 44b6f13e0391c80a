/** The running mean of values that weigh differently. */
export function weightedMean(): { add(value: number, weight: number): void; value(): number } {
  let sum = 0;
  let weights = 0;
  return {
    add(value, weight) {
      sum += value * weight;
      weights += weight;
    },
    value: () => sum / weights,
  };
}
