import type { Random } from '../random/createRandom.ts';
import { mean } from './judge.ts';

/** Below this probability a gain counts as more than chance: as a two-sided interval of 95 %. */
export const mostChance = 0.025;

const flips = 1000;

/**
 * The probability that the best of some candidates gains so much by chance: how often the best mean is as large when the
 * gains of each unit change their sign at random. `gains` has one list a candidate, with one gain a unit. It is right
 * for any number of units (fewer than six are never enough), and counts that the best was chosen.
 *
 * @see Romano, Wolf: Exact and approximate stepdown methods for multiple hypothesis testing, JASA 2005, for the maximum.
 */
export function chanceOf(gains: readonly Float64Array[], random: Random): number {
  const best = Math.max(...gains.map(mean));
  if (!(best > 0)) return 1;
  const units = gains[0]!.length;
  const signs = new Float64Array(units);
  let asLarge = 1;
  for (let flip = 0; flip < flips; flip++) {
    for (let i = 0; i < units; i++) signs[i] = random.next() < 0.5 ? -1 : 1;
    const isAsLarge = gains.some((gain) => {
      let sum = 0;
      for (let i = 0; i < units; i++) sum += signs[i]! * gain[i]!;
      return sum / units >= best * (1 - 1e-9);
    });
    if (isAsLarge) asLarge++;
  }
  return asLarge / (flips + 1);
}
