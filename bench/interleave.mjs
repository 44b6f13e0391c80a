import { median } from './tables.mjs';

/**
 * Asks all engines the same in turn, `rounds` times, so that the machine's noise hits all alike.
 *
 * @param {object[]} engines started engines
 * @param {number} rounds
 * @param {(engine: object) => { question: object, scale?: number }} plan what to ask an engine each round; `scale`
 *   turns its milliseconds into the whole's, where it does a share of the work only
 * @returns {Promise<Map<object, number[]>>} for each engine its milliseconds, the median within each round
 */
export async function interleave(engines, rounds, plan) {
  const measured = new Map(engines.map((engine) => [engine, []]));
  for (let round = 0; round < rounds; round++) {
    for (const engine of engines) {
      const { question, scale = 1 } = plan(engine);
      const { ms } = await engine.ask(question);
      measured.get(engine).push(scale * median(ms));
    }
  }
  return measured;
}

/** How many times another's time is: the median of the rounds' ratios. */
export function ratio(times, reference) {
  return reference === undefined ? Number.NaN : median(times.map((ms, i) => ms / reference[i]));
}
