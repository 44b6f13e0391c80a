import { calibrateThreshold, classify, createIndex, pairDistances } from 'tfjs-metric-learning';
import { rowsOf } from './data.ts';
import type { LabelledRows } from './episodes.ts';

/** Recognises what was enrolled, and says so when something else comes along. */
export interface Recognition {
  /** The largest distance of a match. */
  readonly threshold: number;
  /** Makes a digit known by its first examples in the set. */
  enrol(digits: readonly number[]): Promise<void>;
  /** Takes a digit's examples away again. */
  forget(digit: number): Promise<void>;
  /** Asks for the images of these digits that were neither enrolled nor used for the threshold. */
  ask(digits: readonly number[]): Promise<Answers>;
}

/** Shares of the answers. */
export interface Answers {
  readonly queries: number;
  readonly right: number;
  readonly wrong: number;
  readonly noMatch: number;
}

const shots = 5;
const calibrating = 60; // images of each digit that is known from training, for the threshold
const mostQueries = 400; // of each digit

/**
 * An index of a few examples each; nearer than a threshold is a match. The threshold accepts one in a thousand pairs of
 * different digits, among images of the digits `trained` that neither training nor the index has seen.
 */
export async function createRecognition(
  set: LabelledRows,
  trained: readonly number[],
): Promise<Recognition> {
  const { width, labels } = set;
  const members = (digit: number): number[] =>
    Array.from(labels.keys()).filter((i) => labels[i] === digit);
  const examples = (digit: number): number[] => members(digit).slice(0, shots);
  const held = trained.flatMap((digit) => members(digit).slice(shots, shots + calibrating));
  const embeddings = (rows: number[]): { data: Float32Array; shape: [number, number] } => ({
    data: rowsOf(set.rows, width, rows),
    shape: [rows.length, width],
  });
  const pairs = await pairDistances(
    embeddings(held),
    held.map((i) => labels[i] as number),
  );
  const { threshold } = calibrateThreshold(pairs, { far: 0.001 });
  const index = createIndex({ dims: width });

  return {
    threshold,
    async enrol(digits) {
      const rows = digits.flatMap(examples);
      const items = rows.map((i) => ({ id: `image ${i}`, label: labels[i] as number }));
      await index.add(embeddings(rows), items);
    },
    async forget(digit) {
      await index.remove({ label: digit });
    },
    async ask(digits) {
      const rows = digits.flatMap((digit) =>
        members(digit).slice(shots + calibrating, shots + calibrating + mostQueries),
      );
      const found = await classify(index, embeddings(rows), 1, { threshold });
      const share = (is: (answer: string | number | null, truth: number) => boolean): number =>
        found.filter(({ label }, q) => is(label, labels[rows[q] as number] as number)).length /
        rows.length;
      return {
        queries: rows.length,
        right: share((label, truth) => label === truth),
        wrong: share((label, truth) => label !== null && label !== truth),
        noMatch: share((label) => label === null),
      };
    },
  };
}
