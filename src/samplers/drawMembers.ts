import type { Random } from '../random/createRandom.ts';

/**
 * Draws `count` random members of a class: without replacement, or with replacement from a class that has fewer.
 *
 * It reorders `members`.
 */
export function drawMembers(members: number[], count: number, random: Random): number[] {
  if (members.length < count) {
    return Array.from({ length: count }, () => members[random.integer(members.length)]!);
  }
  // The first `count` steps of a Fisher-Yates shuffle.
  for (let i = 0; i < count; i++) {
    const j = i + random.integer(members.length - i);
    [members[i], members[j]] = [members[j]!, members[i]!];
  }
  return members.slice(0, count);
}
