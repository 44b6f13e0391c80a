import type { Random } from '../../random/createRandom.ts';
import { indicesByClass } from '../labels.ts';

/**
 * A part number for each example, such that the examples of a group have the same one.
 *
 * Groups are assigned from the largest to the smallest, those of equal size in random order: each to the part where the
 * squared distance to the class counts that its share asks for becomes least. Every part with a share gets a group.
 */
export function assignGroups(
  labels: Int32Array,
  groups: Int32Array,
  shares: readonly number[],
  random: Random,
): Uint8Array {
  const totals = countOf(labels, [...labels.keys()]);
  const held = shares.map(() => new Map<number, number>());
  const empty = new Set(shares.flatMap((share, part) => (share > 0 ? [part] : [])));
  const order = random
    .shuffle([...indicesByClass(groups).values()])
    .sort((a, b) => b.length - a.length);
  const partOf = new Uint8Array(labels.length);
  for (const [done, members] of order.entries()) {
    const counts = countOf(labels, members);
    // The last groups go to the parts that have none yet.
    const due = order.length - done <= empty.size ? [...empty] : [...shares.keys()];
    let [best, least] = [due[0]!, Infinity];
    for (const part of due) {
      if (shares[part] === 0) continue;
      let change = 0;
      for (const [label, count] of counts) {
        const missing = shares[part]! * totals.get(label)! - (held[part]!.get(label) ?? 0);
        change += (missing - count) ** 2 - missing ** 2;
      }
      if (change < least) [best, least] = [part, change];
    }
    empty.delete(best);
    for (const [label, count] of counts) {
      held[best]!.set(label, (held[best]!.get(label) ?? 0) + count);
    }
    for (const i of members) partOf[i] = best;
  }
  return partOf;
}

function countOf(labels: Int32Array, members: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const i of members) counts.set(labels[i]!, (counts.get(labels[i]!) ?? 0) + 1);
  return counts;
}
