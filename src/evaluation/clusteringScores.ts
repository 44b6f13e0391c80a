import { type ClassLabels, readClassLabels } from '../data/classLabels.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { oneOf } from '../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../internal/readOptions.ts';
import { expectedMutualInformation } from './expectedMutualInformation.ts';

export interface ClusteringScoreOptions {
  /** The mean of the two entropies that NMI and AMI divide by. Default 'arithmetic'. */
  average?: 'arithmetic' | 'geometric' | 'min' | 'max';
}

export const clusteringScoreOptions: OptionTable<ClusteringScoreOptions> = {
  average: preset('arithmetic', oneOf('arithmetic', 'geometric', 'min', 'max')),
};

/** How well clusters agree with labels. Every score is 1 for the same partition, whatever the names of its parts. */
export interface ClusteringScores {
  /** Normalized mutual information. */
  readonly nmi: number;
  /** Mutual information minus its expected value for random clusters, normalized: near 0 for random clusters; it can be negative. */
  readonly ami: number;
  /** Mutual information, in nats. */
  readonly mutualInformation: number;
  /** Rand index minus its expected value for random clusters, normalized. */
  readonly adjustedRand: number;
  /** The share of pairs that are together in both partitions, or apart in both. */
  readonly rand: number;
  /** 1 if each cluster holds one label only. */
  readonly homogeneity: number;
  /** 1 if each label is in one cluster only. */
  readonly completeness: number;
  /** Harmonic mean of homogeneity and completeness. */
  readonly vMeasure: number;
  /** Geometric mean of `pairPrecision` and `pairRecall`. */
  readonly fowlkesMallows: number;
  /** The share of items that have the most frequent label of their cluster. */
  readonly purity: number;
  /** The share of the pairs in one cluster that have one label. */
  readonly pairPrecision: number;
  /** The share of the pairs of one label that are in one cluster. */
  readonly pairRecall: number;
  /** Harmonic mean of `pairPrecision` and `pairRecall`. */
  readonly pairF1: number;
}

/**
 * Compares clusters with labels: two lists of ids or names, one an item each, of which only equality counts.
 *
 * Special cases are those of scikit-learn: a score without any information is 0, but equal partitions score 1, even if
 * no other partition is possible.
 *
 * @throws MetricLearningError if the lists are empty or of different lengths.
 * @example
 * const { nmi } = clusteringScores([0, 0, 1, 1], [5, 5, 5, 7]);
 * @see Vinh, Epps, Bailey: Information theoretic measures for clusterings comparison, JMLR 2010.
 */
export function clusteringScores(
  labels: ClassLabels,
  clusters: ClassLabels,
  options: ClusteringScoreOptions = {},
): ClusteringScores {
  const where = 'clusteringScores';
  const { average } = readOptions(where, clusteringScoreOptions, options);
  const labelIds = readClassLabels(where, labels).ids;
  const clusterIds = readClassLabels(where, clusters, labelIds.length, 'label').ids;
  const total = labelIds.length;
  if (total === 0) {
    throw new MetricLearningError({ where, expected: 'at least one item', got: 'none' });
  }
  const { cells, labelSizes, clusterSizes } = contingency(labelIds, clusterIds);
  const alike = cells.length === labelSizes.length && cells.length === clusterSizes.length;

  const [labelEntropy, clusterEntropy] = [entropy(labelSizes), entropy(clusterSizes)];
  const information = sum(cells, ({ count, label, cluster }) => {
    const expected = (labelSizes[label]! / total) * clusterSizes[cluster]!;
    return (count / total) * Math.log(count / expected);
  });
  const mutualInformation = Math.max(information, 0);
  const norm = averages[average](labelEntropy, clusterEntropy);
  const expected = expectedMutualInformation(labelSizes, clusterSizes);
  const homogeneity = labelEntropy === 0 ? 1 : mutualInformation / labelEntropy;
  const completeness = clusterEntropy === 0 ? 1 : mutualInformation / clusterEntropy;

  const both = sum(cells, ({ count }) => pairs(count));
  const sameLabel = sum(labelSizes, pairs);
  const sameCluster = sum(clusterSizes, pairs);
  const all = pairs(total);
  const apart = all - sameLabel - sameCluster + both;
  const purest = new Map<number, number>();
  for (const { cluster, count } of cells) {
    purest.set(cluster, Math.max(purest.get(cluster) ?? 0, count));
  }

  return {
    nmi: alike ? 1 : ratio(mutualInformation, norm),
    ami: alike ? 1 : (mutualInformation - expected) / awayFromZero(norm - expected),
    mutualInformation,
    adjustedRand: adjustedRand(both, sameLabel - both, sameCluster - both, apart),
    rand: all === 0 ? 1 : (both + apart) / all,
    homogeneity,
    completeness,
    vMeasure: ratio(2 * homogeneity * completeness, homogeneity + completeness),
    fowlkesMallows: both === 0 ? 0 : both / Math.sqrt(sameLabel * sameCluster),
    purity: sum([...purest.values()], (count) => count) / total,
    pairPrecision: ratio(both, sameCluster),
    pairRecall: ratio(both, sameLabel),
    pairF1: ratio(2 * both, sameCluster + sameLabel),
  };
}

const averages = {
  arithmetic: (a: number, b: number) => (a + b) / 2,
  geometric: (a: number, b: number) => Math.sqrt(a * b),
  min: Math.min,
  max: Math.max,
};

interface Cell {
  readonly label: number;
  readonly cluster: number;
  count: number;
}

/** The counts of items by label and cluster, both renumbered from 0; cells without items are left out. */
function contingency(
  labels: Int32Array,
  clusters: Int32Array,
): { cells: Cell[]; labelSizes: number[]; clusterSizes: number[] } {
  const cells = new Map<string, Cell>();
  const [labelNumbers, clusterNumbers] = [new Map<number, number>(), new Map<number, number>()];
  const [labelSizes, clusterSizes]: [number[], number[]] = [[], []];
  const count = (id: number, numbers: Map<number, number>, sizes: number[]): number => {
    const number = numbers.get(id) ?? numbers.size;
    numbers.set(id, number);
    sizes[number] = (sizes[number] ?? 0) + 1;
    return number;
  };
  for (const [i, id] of labels.entries()) {
    const label = count(id, labelNumbers, labelSizes);
    const cluster = count(clusters[i]!, clusterNumbers, clusterSizes);
    const key = `${label} ${cluster}`;
    const cell = cells.get(key);
    if (cell) cell.count++;
    else cells.set(key, { label, cluster, count: 1 });
  }
  return { cells: [...cells.values()], labelSizes, clusterSizes };
}

function entropy(sizes: readonly number[]): number {
  const total = sum(sizes, (size) => size);
  return sizes.length === 1 ? 0 : -sum(sizes, (size) => (size / total) * Math.log(size / total));
}

/** Hubert, Arabie: Comparing partitions, Journal of Classification 1985, from the four kinds of pairs. */
function adjustedRand(both: number, label: number, cluster: number, apart: number): number {
  if (label === 0 && cluster === 0) return 1;
  const largest = (both + label) * (label + apart) + (both + cluster) * (cluster + apart);
  return (2 * (both * apart - label * cluster)) / largest;
}

const pairs = (count: number): number => (count * (count - 1)) / 2;

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

function awayFromZero(value: number): number {
  return value < 0 ? Math.min(value, -Number.EPSILON) : Math.max(value, Number.EPSILON);
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
