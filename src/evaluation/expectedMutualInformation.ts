/**
 * The expected mutual information, in nats, of two random partitions with parts of these sizes: a sum over the
 * hypergeometric distribution of each pair of parts.
 *
 * @see Vinh, Epps, Bailey: Information theoretic measures for clusterings comparison, JMLR 2010, eq. 24.
 */
export function expectedMutualInformation(a: readonly number[], b: readonly number[]): number {
  const total = a.reduce((sum, size) => sum + size, 0);
  const logFactorial = logFactorials(total);
  const log = (n: number): number => logFactorial[n]!;
  let sum = 0;
  // A term depends on the two sizes only, and thousands of parts have few different sizes.
  for (const [x, times] of countOf(a)) {
    for (const [y, timesToo] of countOf(b)) {
      const fixed = log(x) + log(y) + log(total - x) + log(total - y) - log(total);
      let term = 0;
      for (let both = Math.max(1, x + y - total); both <= Math.min(x, y); both++) {
        const ways = fixed - log(both) - log(x - both) - log(y - both) - log(total - x - y + both);
        term += (both / total) * Math.log((total / x) * (both / y)) * Math.exp(ways);
      }
      sum += term * times * timesToo;
    }
  }
  return sum;
}

/** log(n!) for n from 0 to `most`. */
function logFactorials(most: number): Float64Array {
  const logs = new Float64Array(most + 1);
  for (let n = 1; n <= most; n++) logs[n] = logs[n - 1]! + Math.log(n);
  return logs;
}

function countOf(sizes: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const size of sizes) counts.set(size, (counts.get(size) ?? 0) + 1);
  return counts;
}
