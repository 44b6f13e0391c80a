import type { DistanceTable } from './distanceTable.ts';

/** Whether a partner at this distance may be chosen. */
export type Accept = (distance: number) => boolean;

/** Chooses among the candidates of an anchor that are of its class (`same`) or of another one. */
export type ChoosePartners = (
  table: DistanceTable,
  anchor: number,
  same: boolean,
  accept: Accept,
) => readonly number[];

/** The nearest accepted candidate, as a list of one; none if there is none. */
export const nearestPartner: ChoosePartners = (table, anchor, same, accept) =>
  extreme(table, anchor, same, accept, 1);

/** The farthest accepted candidate, as a list of one; none if there is none. */
export const farthestPartner: ChoosePartners = (table, anchor, same, accept) =>
  extreme(table, anchor, same, accept, -1);

/** All accepted candidates. */
export const allPartners: ChoosePartners = (table, anchor, same, accept) => {
  const found: number[] = [];
  const { values, labels, candidateLabels, copies } = table;
  const start = anchor * candidateLabels.length;
  for (let other = 0; other < candidateLabels.length; other++) {
    if ((candidateLabels[other] === labels[anchor]) !== same || other === copies[anchor]) continue;
    if (accept(values[start + other]!)) found.push(other);
  }
  return found;
};

function extreme(
  { values, labels, candidateLabels, copies }: DistanceTable,
  anchor: number,
  same: boolean,
  accept: Accept,
  sign: 1 | -1,
): readonly number[] {
  const start = anchor * candidateLabels.length;
  let chosen = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let other = 0; other < candidateLabels.length; other++) {
    if ((candidateLabels[other] === labels[anchor]) !== same || other === copies[anchor]) continue;
    const d = values[start + other]!;
    if (sign * d < least && accept(d)) {
      least = sign * d;
      chosen = other;
    }
  }
  return chosen < 0 ? [] : [chosen];
}
