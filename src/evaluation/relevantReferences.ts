import { indicesByClass } from '../data/labels.ts';
import type { EvaluationSet } from './evaluationSet.ts';

/** Which references are relevant to a query: a search should find them. */
export interface RelevantReferences {
  /** The indices of the references that are relevant to query q, the query itself perhaps among them. */
  of(q: number): Int32Array;
  /** Whether reference r is relevant to query q. */
  has(q: number, r: number): boolean;
  /** The number of relevant references that query q can find: neither itself nor an ignored one. */
  count(q: number): number;
}

/**
 * The references of the same label as the query, or those whose label `matches` the label of the query; `ignore` says
 * which references are out of a query's search.
 */
export function relevantReferences(
  { queryLabels, referenceLabels, excludeSelf }: EvaluationSet,
  matches?: (queryLabel: number, referenceLabel: number) => boolean,
  ignore?: (query: number, reference: number) => boolean,
): RelevantReferences {
  const members = indicesByClass(referenceLabels);
  const known = new Map<number, Int32Array>();
  const find = (label: number): Int32Array =>
    Int32Array.from(
      matches
        ? [...members].flatMap(([other, indices]) => (matches(label, other) ? indices : []))
        : (members.get(label) ?? []),
    );
  const of = (q: number): Int32Array => {
    const label = queryLabels[q]!;
    const found = known.get(label) ?? find(label);
    known.set(label, found);
    return found;
  };
  const has = (q: number, r: number): boolean => {
    const [label, other] = [queryLabels[q]!, referenceLabels[r]!];
    return matches ? matches(label, other) : label === other;
  };
  const count = (q: number): number => {
    const itself = excludeSelf && has(q, q) ? 1 : 0;
    if (!ignore) return of(q).length - itself;
    return of(q).filter((r) => !(excludeSelf && r === q) && !ignore(q, r)).length;
  };
  return { of, has, count };
}
