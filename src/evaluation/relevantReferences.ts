import { indicesByClass } from '../data/labels.ts';
import type { EvaluationSet } from './evaluationSet.ts';

/** What a query may find. */
export interface RelevantReferences {
  /** The references that are relevant to query q, the query itself perhaps among them. */
  of(q: number): Int32Array;
  /** How many relevant ones query q can find, which is never itself. */
  count(q: number): number;
}

/** Those of a query's own label, or those whose label `matches` it. */
export function relevantReferences(
  { queryLabels, referenceLabels, excludeSelf }: EvaluationSet,
  matches?: (queryLabel: number, referenceLabel: number) => boolean,
): RelevantReferences {
  const members = indicesByClass(referenceLabels);
  const known = new Map<number, Int32Array>();
  const find = (label: number): Int32Array =>
    Int32Array.from(
      matches
        ? [...members].flatMap(([other, own]) => (matches(label, other) ? own : []))
        : (members.get(label) ?? []),
    );
  const of = (q: number): Int32Array => {
    const label = queryLabels[q] as number;
    const found = known.get(label) ?? find(label);
    known.set(label, found);
    return found;
  };
  const isItsOwn = (q: number): boolean => {
    const [own, other] = [queryLabels[q] as number, referenceLabels[q] as number];
    return matches ? matches(own, other) : own === other;
  };
  return { of, count: (q) => of(q).length - (excludeSelf && isItsOwn(q) ? 1 : 0) };
}
