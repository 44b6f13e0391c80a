import { bootstrapInterval, createRandom, type Interval, type Random } from 'tfjs-metric-learning';

/** Rows of numbers, one an image, and the class of each. */
export interface LabelledRows {
  readonly rows: Float32Array;
  readonly width: number;
  readonly labels: Int32Array;
}

export interface FewShotOptions {
  /** Examples of each class that are known. */
  readonly shots: number;
  readonly episodes: number;
  readonly seed: number;
}

/** The mean over the episodes, and where it lies with 95 % confidence. */
export interface FewShotAccuracy {
  readonly mean: number;
  readonly interval: Interval;
}

const queries = 15; // of each class in an episode

/**
 * Accuracy of telling all classes apart from `shots` random examples each. In every episode other examples are drawn, and
 * 15 queries a class; a query is of the class whose examples' mean is nearest.
 *
 * The same seed gives the same episodes, whatever the rows are: raw pixels and embeddings are asked the same.
 *
 * @see Snell, Swersky, Zemel: Prototypical Networks, NeurIPS 2017. https://arxiv.org/abs/1703.05175
 */
export function fewShotAccuracy(set: LabelledRows, options: FewShotOptions): FewShotAccuracy {
  const { shots, episodes, seed } = options;
  const random = createRandom(seed);
  const classes = [...new Set(set.labels)]
    .sort((a, b) => a - b)
    .map((label) => Array.from(set.labels.keys()).filter((i) => set.labels[i] === label));
  const accuracies = Array.from({ length: episodes }, () => episode(set, classes, shots, random));
  const mean = accuracies.reduce((sum, accuracy) => sum + accuracy, 0) / episodes;
  return { mean, interval: bootstrapInterval(accuracies, { seed }) };
}

function episode(
  set: LabelledRows,
  classes: readonly (readonly number[])[],
  shots: number,
  random: Random,
): number {
  const drawn = classes.map((members) => random.shuffle(members.slice()).slice(0, shots + queries));
  const means = drawn.map((members) => meanRow(set, members.slice(0, shots)));
  let right = 0;
  drawn.forEach((members, own) => {
    for (const query of members.slice(shots)) if (nearest(set, query, means) === own) right++;
  });
  return right / (queries * classes.length);
}

function meanRow({ rows, width }: LabelledRows, members: readonly number[]): Float64Array {
  const mean = new Float64Array(width);
  for (const i of members) {
    for (let k = 0; k < width; k++) {
      mean[k] = (mean[k] as number) + (rows[i * width + k] as number) / members.length;
    }
  }
  return mean;
}

function nearest({ rows, width }: LabelledRows, i: number, means: readonly Float64Array[]): number {
  const distances = means.map((mean) => {
    let sum = 0;
    for (let k = 0; k < width; k++) {
      const difference = (rows[i * width + k] as number) - (mean[k] as number);
      sum += difference * difference;
    }
    return sum;
  });
  return distances.indexOf(Math.min(...distances));
}
