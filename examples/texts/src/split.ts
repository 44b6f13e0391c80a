import { createRandom, type EmbeddingRows, encodeLabels } from 'tfjs-metric-learning';
import type { LabelledText } from './packagesFile.ts';

/** Features with the class id of each. */
export interface LabelledFeatures {
  readonly features: EmbeddingRows;
  readonly labels: Int32Array;
}

/** The three parts of the texts: two of sections that are trained on, one of sections that are not. */
export interface Split {
  readonly train: LabelledFeatures;
  /** Texts of the sections of `train` that are not in it. */
  readonly seen: LabelledFeatures;
  /** All texts of the other sections. */
  readonly unseen: LabelledFeatures;
}

/** Puts three of ten sections aside, and one of five texts of each other section. */
export function splitTexts(
  texts: readonly LabelledText[],
  features: EmbeddingRows,
  seed: number,
): Split {
  const { labels, names } = encodeLabels(texts.map(({ section }) => section));
  const random = createRandom(seed);
  const order = random.fork('sections').shuffle([...names.keys()]);
  const aside = new Set(order.slice(0, Math.round(0.3 * names.length)));
  const draw = random.fork('texts');
  const parts = { train: [] as number[], seen: [] as number[], unseen: [] as number[] };
  labels.forEach((label, i) => {
    const part = draw.next() < 0.2 ? 'seen' : 'train';
    parts[aside.has(label) ? 'unseen' : part].push(i);
  });
  const pick = (rows: readonly number[]): LabelledFeatures => ({
    features: rowsOf(features, rows),
    labels: Int32Array.from(rows, (i) => labels[i] as number),
  });
  return { train: pick(parts.train), seen: pick(parts.seen), unseen: pick(parts.unseen) };
}

/** Some rows, in the order asked for. */
function rowsOf({ data, shape: [, dims] }: EmbeddingRows, rows: readonly number[]): EmbeddingRows {
  const picked = new Float32Array(rows.length * dims);
  rows.forEach((row, i) => {
    picked.set(data.subarray(row * dims, (row + 1) * dims), i * dims);
  });
  return { data: picked, shape: [rows.length, dims] };
}
