import type { Random } from '../random/createRandom.ts';

/**
 * `count` random members of a class: without replacement, or with replacement when it has fewer.
 *
 * Reorders `members`, which stay shuffled for the next draw.
 */
export function drawMembers(members: number[], count: number, random: Random): number[] {
  if (members.length < count) {
    return Array.from({ length: count }, () => members[random.integer(members.length)] as number);
  }
  // The first places of a Fisher-Yates shuffle.
  for (let i = 0; i < count; i++) {
    const j = i + random.integer(members.length - i);
    [members[i], members[j]] = [members[j] as number, members[i] as number];
  }
  return members.slice(0, count);
}
