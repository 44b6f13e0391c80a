import type { Random } from '../random/createRandom.ts';
import { mean } from './judge.ts';

/** Below this probability a gain counts as more than chance: as a two-sided interval of 95 %. */
export const mostChance = 0.025;

const flips = 1000;

/**
 * The probability that the best of some candidates gains so much by chance: how often a candidate gains as much, in
 * proportion to how far its gains spread, when the gains of each unit change their sign at random. `gains` has one list a
 * candidate, with one gain a unit; the best has the largest mean. It is right for any number of units (fewer than six are
 * never enough), and counts that the best was chosen. A candidate whose gains spread far does not hide one whose gains are
 * small and sure.
 *
 * @see Romano, Wolf: Exact and approximate stepdown methods for multiple hypothesis testing, JASA 2005, for the maximum of
 * studentized statistics.
 */
export function chanceOf(gains: readonly Float64Array[], random: Random): number {
  const means = gains.map(mean);
  const best = means.indexOf(Math.max(...means));
  if (!(means[best]! > 0)) return 1;
  const candidates = gains.map(inItsSpread);
  const units = gains[0]!.length;
  const most = mean(candidates[best]!) * (1 - 1e-9);
  const signs = new Float64Array(units);
  let asLarge = 1;
  for (let flip = 0; flip < flips; flip++) {
    for (let i = 0; i < units; i++) signs[i] = random.next() < 0.5 ? -1 : 1;
    const isAsLarge = candidates.some((gain) => {
      let sum = 0;
      for (let i = 0; i < units; i++) sum += signs[i]! * gain[i]!;
      return sum / units >= most;
    });
    if (isAsLarge) asLarge++;
  }
  return asLarge / (flips + 1);
}

/** Gains in units of their root mean square, which does not change with their signs. */
function inItsSpread(gains: Float64Array): Float64Array {
  const spread = Math.sqrt(mean(gains.map((gain) => gain * gain)));
  return spread === 0 ? gains : gains.map((gain) => gain / spread);
}
