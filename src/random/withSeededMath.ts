import type { Random } from './createRandom.ts';

/**
 * Runs `body` (synchronous) while `Math.random` draws from `random`.
 *
 * tfjs seeds each dropout mask and each noise layer from `Math.random`, and takes no generator of its own:
 * without this a seed would not determine a run. The old `Math.random` is back before this function returns.
 */
export function withSeededMath<T>(random: Random, body: () => T): T {
  const original = Math.random;
  Math.random = random.next;
  try {
    return body();
  } finally {
    Math.random = original;
  }
}
