import { type ClassLabels, readClassLabels } from '../data/classLabels.ts';
import { type EmbeddingRows, type Embeddings, readEmbeddings } from '../data/embeddings.ts';
import { indicesByClass } from '../data/labels.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkRecord } from '../internal/checkRecord.ts';
import { show } from '../internal/checks.ts';
import type { Random } from '../random/createRandom.ts';

/** What someone found right and wrong for a query: indices of features. */
export interface Click {
  readonly query: number;
  /** The good answer, or several. */
  readonly good: number | readonly number[];
  /** The bad answer, or several, such as those that were shown above a good one and passed over. */
  readonly bad: number | readonly number[];
}

/** Features, and what is known about them, in one of four forms. Numbers in lists are indices of features. */
export interface AdapterData {
  /** What the frozen model made: a tensor [count, dims], or `{ data, shape }`. */
  readonly features: Embeddings;
  /** The class id or the name of the class of each of the features. */
  readonly labels?: ClassLabels;
  /** The names of the classes, where `labels` are ids. */
  readonly names?: readonly string[];
  /**
   * Pairs `[a, b, similar]`: true or false, or a grade, any finite number, of which a larger one means more similar.
   */
  readonly pairs?: readonly (readonly [a: number, b: number, similar: boolean | number])[];
  /** Triplets `[anchor, positive, negative]`: the positive is more similar to the anchor than the negative. */
  readonly triplets?: readonly (readonly [anchor: number, positive: number, negative: number])[];
  /** Clicks `{ query, good, bad }`: each good answer with each bad one is a triplet of the query. */
  readonly clicks?: readonly Click[];
}

/** What is known about features, checked, in one of three forms. */
export type Knowledge =
  | {
      readonly kind: 'labels';
      readonly labels: Int32Array;
      readonly rows: Int32Array;
    }
  | {
      readonly kind: 'pairs';
      readonly a: Int32Array;
      readonly b: Int32Array;
      readonly grades: Float64Array;
    }
  | {
      readonly kind: 'triplets';
      readonly anchor: Int32Array;
      readonly positive: Int32Array;
      readonly negative: Int32Array;
    };

export type KnowledgeOf<Kind> = Extract<Knowledge, { kind: Kind }>;

/** Data past all checks. */
export interface OpenAdapterData {
  readonly features: EmbeddingRows;
  readonly knowledge: Knowledge;
  /** The names of the classes, by class id; undefined where they have ids only. */
  readonly names?: readonly string[] | undefined;
}

const forms = ['labels', 'pairs', 'triplets', 'clicks'] as const;

/**
 * Opens and checks data. The names of `known` keep their class ids, as in `readClassLabels`.
 *
 * @throws MetricLearningError if the features are not `dims` wide, the knowledge is missing or of two forms, or an index
 * is out of range.
 */
export async function openAdapterData(
  where: string,
  data: AdapterData,
  dims: number,
  known: readonly string[] = [],
): Promise<OpenAdapterData> {
  checkRecord(where, 'data', data, '{ features, labels }');
  const features = await readEmbeddings(where, 'features', data.features);
  if (features.shape[1] !== dims) {
    throw new MetricLearningError({
      where,
      expected: `features of the adapter's width (${dims})`,
      got: `shape [${features.shape}]`,
    });
  }
  const given = forms.filter((form) => data[form] !== undefined);
  if (given.length !== 1) {
    throw new MetricLearningError({
      where,
      expected: `one of ${forms.join(', ')} beside the features`,
      got: given.length === 0 ? 'none' : given.join(' and '),
      ...(given.length > 1 && { fix: 'Train on one after the other.' }),
    });
  }
  const count = features.shape[0];
  const { labels } = data;
  if (labels) {
    const { ids, names } = readClassLabels(where, labels, count, 'feature', data.names, known);
    const rows = Int32Array.from({ length: count }, (_, i) => i);
    return { features, knowledge: { kind: 'labels', labels: ids, rows }, names };
  }
  return { features, knowledge: knowledgeOf(where, data, count) };
}

function knowledgeOf(where: string, data: AdapterData, count: number): Knowledge {
  const { pairs, triplets, clicks } = data;
  const indexIn = (name: string) => (index: unknown, at: number) =>
    checkIndex(where, name, index, at, count);
  if (pairs) {
    const list = listOf(where, 'pairs', pairs, '[a, b, similar]');
    const index = indexIn('pairs');
    return {
      kind: 'pairs',
      a: Int32Array.from(list, ([a], i) => index(a, i)),
      b: Int32Array.from(list, ([, b], i) => index(b, i)),
      grades: Float64Array.from(list, ([, , similar], i) => gradeOf(where, similar, i)),
    };
  }
  const rows = triplets
    ? listOf(where, 'triplets', triplets, '[anchor, positive, negative]')
    : tripletsOfClicks(listOf(where, 'clicks', clicks ?? [], '{ query, good, bad }'));
  const index = indexIn(triplets ? 'triplets' : 'clicks');
  return {
    kind: 'triplets',
    anchor: Int32Array.from(rows, ([anchor], i) => index(anchor, i)),
    positive: Int32Array.from(rows, ([, positive], i) => index(positive, i)),
    negative: Int32Array.from(rows, ([, , negative], i) => index(negative, i)),
  };
}

type Triplet = readonly [anchor: number, positive: number, negative: number];

function tripletsOfClicks(clicks: readonly Click[]): Triplet[] {
  const list = (value: number | readonly number[]): readonly number[] =>
    typeof value === 'number' ? [value] : (value ?? []);
  return clicks.flatMap(({ query, good, bad }) =>
    list(good).flatMap((positive) =>
      list(bad).map((negative): Triplet => [query, positive, negative]),
    ),
  );
}

function listOf<T>(where: string, name: string, list: readonly T[], each: string): readonly T[] {
  const odd = Array.isArray(list)
    ? list.findIndex((one) => typeof one !== 'object' || one === null)
    : -1;
  if (Array.isArray(list) && list.length > 0 && odd < 0) return list;
  throw new MetricLearningError({
    where,
    expected: `${name} to be a list of ${each}`,
    got: odd >= 0 ? `${show(list[odd])} at index ${odd}` : show(list),
  });
}

function checkIndex(
  where: string,
  name: string,
  index: unknown,
  at: number,
  count: number,
): number {
  if (Number.isSafeInteger(index) && (index as number) >= 0 && (index as number) < count) {
    return index as number;
  }
  throw new MetricLearningError({
    where,
    expected: `${name} to hold indices from 0 to ${count - 1} (${count} features)`,
    got: `${show(index)} in entry ${at}`,
  });
}

function gradeOf(where: string, similar: unknown, at: number): number {
  const grade = typeof similar === 'boolean' ? Number(similar) : similar;
  if (typeof grade === 'number' && Number.isFinite(grade)) return grade;
  throw new MetricLearningError({
    where,
    expected: 'similar to be true, false or a finite number in each of the pairs',
    got: `${show(similar)} in entry ${at}`,
  });
}

/** The knowledge in two parts that share no class, no anchor, or no first feature of a pair. */
export interface SplitKnowledge {
  readonly learned: Knowledge;
  readonly heldOut: Knowledge;
}

/**
 * Holds out a share of the classes, of the anchors (queries), or of the first features of pairs, drawn at random: at
 * least two of them.
 *
 * @throws MetricLearningError if fewer than two would be left on either side.
 */
export function splitKnowledge(
  where: string,
  knowledge: Knowledge,
  share: number,
  random: Random,
): SplitKnowledge {
  const groups = shuffledGroups(where, knowledge, random);
  const count = Math.min(groups.length - 2, Math.max(2, Math.round(share * groups.length)));
  return splitAt(knowledge, groups.slice(0, count));
}

/**
 * Up to five splits, each of which holds out another part of the classes, anchors or first features of pairs; every part
 * has at least two of them. A part of pairs that all have one grade is left out.
 *
 * @throws MetricLearningError if there are fewer than four.
 */
export function foldsOf(where: string, knowledge: Knowledge, random: Random): SplitKnowledge[] {
  const groups = shuffledGroups(where, knowledge, random);
  const folds = Math.min(5, Math.floor(groups.length / 2));
  const splits = Array.from({ length: folds }, (_, fold) =>
    splitAt(
      knowledge,
      groups.filter((_, i) => i % folds === fold),
    ),
  );
  return splits.filter(({ heldOut }) => canBeJudged(heldOut));
}

function canBeJudged(knowledge: Knowledge): boolean {
  return knowledge.kind !== 'pairs' || new Set(knowledge.grades).size > 1;
}

function shuffledGroups(where: string, knowledge: Knowledge, random: Random): number[] {
  const { keys, noun } = keysOf(knowledge);
  const groups = usable(knowledge, keys);
  if (groups.length >= 4) return random.shuffle(groups);
  throw new MetricLearningError({
    where,
    expected: `at least four ${noun}, of which two are held out to see whether the adapter helps`,
    got: `${groups.length}`,
    fix: 'Pass a validation set: { validation: { features, labels } }.',
  });
}

function splitAt(knowledge: Knowledge, heldOut: readonly number[]): SplitKnowledge {
  const { keys } = keysOf(knowledge);
  const held = new Set(heldOut);
  const part = (isHeld: boolean): Knowledge =>
    selectKnowledge(
      knowledge,
      Array.from(keys.keys()).filter((i) => held.has(keys[i]!) === isHeld),
    );
  return { learned: part(false), heldOut: part(true) };
}

function keysOf(knowledge: Knowledge): { keys: Int32Array; noun: string } {
  if (knowledge.kind === 'labels') {
    return { keys: knowledge.labels, noun: 'classes with two features each' };
  }
  if (knowledge.kind === 'pairs') return { keys: knowledge.a, noun: 'first features of pairs' };
  return { keys: knowledge.anchor, noun: 'anchors (queries)' };
}

/** The keys that something can be learned from: classes need two features. */
function usable(knowledge: Knowledge, keys: Int32Array): number[] {
  const least = knowledge.kind === 'labels' ? 2 : 1;
  return [...indicesByClass(keys)]
    .filter(([, members]) => members.length >= least)
    .map(([key]) => key);
}

/** Some entries of what is known. */
export function selectKnowledge(knowledge: Knowledge, entries: readonly number[]): Knowledge {
  const pick = (list: Int32Array): Int32Array => Int32Array.from(entries, (i) => list[i]!);
  if (knowledge.kind === 'labels') {
    const { kind, labels, rows } = knowledge;
    return { kind, labels: pick(labels), rows: pick(rows) };
  }
  if (knowledge.kind === 'pairs') {
    const { kind, a, b, grades } = knowledge;
    return { kind, a: pick(a), b: pick(b), grades: Float64Array.from(entries, (i) => grades[i]!) };
  }
  const { kind, anchor, positive, negative } = knowledge;
  return { kind, anchor: pick(anchor), positive: pick(positive), negative: pick(negative) };
}
