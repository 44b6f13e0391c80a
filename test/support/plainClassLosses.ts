/**
 * Losses over classes by their papers' formulas, in float64 and without tensors: what the library's values and gradients are
 * held to. Nothing here is shared with the library. What the papers leave out of the gradient is computed once, before
 * the gradient is taken by differences.
 */

/** Embeddings [batch][dims], labels, and one direction a class, [dims][classes]. */
export interface PlainBatch {
  readonly x: number[][];
  readonly labels: number[];
  readonly W: number[][];
}

/** A loss: fixes what no gradient flows through at a batch, and gives the loss as a function of numbers. */
export type PlainLoss = (batch: PlainBatch) => (at: PlainBatch) => number;

const length = (v: number[]): number => Math.sqrt(v.reduce((sum, a) => sum + a * a, 0));
const dot = (a: number[], b: number[]): number =>
  a.reduce((sum, v, i) => sum + v * (b[i] as number), 0);
const mean = (v: number[]): number => v.reduce((sum, a) => sum + a, 0) / v.length;
const clip = (v: number, low: number, high: number): number => Math.min(Math.max(v, low), high);

/** Cosines [batch][classes]. */
function cosines({ x, W }: PlainBatch): number[][] {
  const columns = (W[0] as number[]).map((_, c) => W.map((row) => row[c] as number));
  return x.map((row) => columns.map((w) => dot(row, w) / (length(row) * length(w))));
}

function crossEntropy(logits: number[][], labels: number[], smoothing = 0): number[] {
  return logits.map((row, i) => {
    const logSum = Math.log(row.reduce((sum, z) => sum + Math.exp(z), 0));
    const target = row[labels[i] as number] as number;
    return logSum - (1 - smoothing) * target - smoothing * mean(row);
  });
}

const withTarget = (row: number[], label: number, value: number): number[] =>
  row.map((c, j) => (j === label ? value : c));

const scaled = (rows: number[][], s: number): number[][] =>
  rows.map((row) => row.map((c) => s * c));

function arc(cosine: number, m: number): number {
  return Math.acos(cosine) + m <= Math.PI
    ? Math.cos(Math.acos(cosine) + m)
    : cosine - m * Math.sin(m);
}

/** ArcFace with label smoothing; `m` in radians. */
export const arcFace =
  ({ s, m, smoothing }: { s: number; m: number; smoothing: number }): PlainLoss =>
  () =>
  (at) => {
    const logits = cosines(at).map((row, i) => {
      const y = at.labels[i] as number;
      return withTarget(row, y, arc(row[y] as number, m));
    });
    return mean(crossEntropy(scaled(logits, s), at.labels, smoothing));
  };

/** CosFace with label smoothing. */
export const cosFace =
  ({ s, m, smoothing }: { s: number; m: number; smoothing: number }): PlainLoss =>
  () =>
  (at) => {
    const logits = cosines(at).map((row, i) => {
      const y = at.labels[i] as number;
      return withTarget(row, y, (row[y] as number) - m);
    });
    return mean(crossEntropy(scaled(logits, s), at.labels, smoothing));
  };

/** AdaFace's first batch: running mean and deviation start at 20 and 100. */
export const adaFace =
  ({ s, m, h, alpha }: { s: number; m: number; h: number; alpha: number }): PlainLoss =>
  (base) => {
    const lengths = base.x.map((row) => clip(length(row), 1e-3, 100));
    const average = mean(lengths);
    const variance = lengths.reduce((sum, a) => sum + (a - average) ** 2, 0) / (lengths.length - 1);
    const mu = alpha * average + (1 - alpha) * 20;
    const sigma = alpha * Math.sqrt(variance) + (1 - alpha) * 100;
    const z = lengths.map((a) => clip((h * (a - mu)) / (sigma + 1e-3), -1, 1));
    return (at) => {
      const logits = cosines(at).map((row, i) => {
        const [y, q] = [at.labels[i] as number, z[i] as number];
        const angle = Math.acos(row[y] as number) - m * q;
        return withTarget(row, y, Math.cos(clip(angle, 1e-3, Math.PI - 1e-3)) - (m + m * q));
      });
      return mean(crossEntropy(scaled(logits, s), at.labels));
    };
  };

/** CurricularFace at a running mean `t` from before the batch. */
export const curricularFace =
  ({ s, m, alpha, t }: { s: number; m: number; alpha: number; t: number }): PlainLoss =>
  (base) => {
    const of = cosines(base);
    const targets = of.map((row, i) => row[base.labels[i] as number] as number);
    const now = alpha * mean(targets) + (1 - alpha) * t;
    return (at) => {
      const logits = cosines(at).map((row, i) => {
        const y = at.labels[i] as number;
        const limit = Math.cos(Math.acos(row[y] as number) + m);
        const hardened = row.map((c) => (c > limit ? c * (now + c) : c));
        return withTarget(hardened, y, arc(row[y] as number, m));
      });
      return mean(crossEntropy(scaled(logits, s), at.labels));
    };
  };

/** MagFace. */
export const magFace =
  (o: {
    s: number;
    la: number;
    ua: number;
    lm: number;
    um: number;
    lambda: number;
    easy: boolean;
  }): PlainLoss =>
  () =>
  (at) => {
    const magnitudes = at.x.map((row) => clip(length(row), o.la, o.ua));
    const logits = cosines(at).map((row, i) => {
      const y = at.labels[i] as number;
      const c = row[y] as number;
      const m = ((o.um - o.lm) / (o.ua - o.la)) * ((magnitudes[i] as number) - o.la) + o.lm;
      const hard = o.easy && c <= 0 ? c : o.easy ? Math.cos(Math.acos(c) + m) : arc(c, m);
      return withTarget(row, y, hard);
    });
    const penalty = magnitudes.map((a) => a / o.ua ** 2 + 1 / a);
    return mean(crossEntropy(scaled(logits, o.s), at.labels)) + o.lambda * mean(penalty);
  };

/** AdaCos at the scale from before the batch, and the scale after it. */
export function adaCosScale(batch: PlainBatch, scale: number): number {
  const of = cosines(batch);
  const b = mean(
    of.map((row, i) =>
      row.reduce((sum, c, j) => (j === batch.labels[i] ? sum : sum + Math.exp(scale * c)), 0),
    ),
  );
  const angles = of
    .map((row, i) => Math.acos(row[batch.labels[i] as number] as number))
    .sort((p, q) => p - q);
  const half = (angles.length - 1) / 2;
  const median = ((angles[Math.floor(half)] as number) + (angles[Math.ceil(half)] as number)) / 2;
  return Math.log(b) / Math.cos(Math.min(Math.PI / 4, median));
}

export const adaCos =
  ({ scale }: { scale: number }): PlainLoss =>
  (base) => {
    const s = adaCosScale(base, scale);
    return (at) => mean(crossEntropy(scaled(cosines(at), s), at.labels));
  };

/** Value and gradients of a plain loss: central differences in float64. */
export function plainGradients(
  loss: PlainLoss,
  batch: PlainBatch,
): { value: number; x: number[]; W: number[] } {
  const run = loss(batch);
  const step = 1e-5;
  const along = (key: 'x' | 'W'): number[] =>
    batch[key].flatMap((row, i) =>
      row.map((_, k) => {
        const moved = (by: number): number => {
          const rows = batch[key].map((each) => [...each]);
          (rows[i] as number[])[k] = ((rows[i] as number[])[k] as number) + by;
          return run({ ...batch, [key]: rows });
        };
        return (moved(step) - moved(-step)) / (2 * step);
      }),
    );
  return { value: run(batch), x: along('x'), W: along('W') };
}

/** CoSENT over pairs with scores, by its double sum. */
export function coSent(
  similarities: readonly number[],
  scores: readonly number[],
  scale: number,
): number {
  let sum = 1;
  scores.forEach((higher, p) => {
    scores.forEach((lower, q) => {
      if (higher > lower) {
        sum += Math.exp(scale * ((similarities[q] as number) - (similarities[p] as number)));
      }
    });
  });
  return Math.log(sum);
}
