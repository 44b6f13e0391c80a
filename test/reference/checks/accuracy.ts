import type { EmbeddingRows } from '../../../src/data/embeddings.ts';
import type { Distance } from '../../../src/distances/distance.ts';
import { MetricLearningError } from '../../../src/errors/metricLearningError.ts';
import { clusteringScores } from '../../../src/evaluation/clusteringScores.ts';
import { pairDistances } from '../../../src/evaluation/pairDistances.ts';
import { recallAtK } from '../../../src/evaluation/recallAtK.ts';
import {
  type RetrievalMetrics,
  type RetrievalOptions,
  retrievalMetrics,
} from '../../../src/evaluation/retrievalMetrics.ts';
import { rocCurve } from '../../../src/evaluation/rocCurve.ts';
import { verificationMetrics } from '../../../src/evaluation/verificationMetrics.ts';
import { nearestNeighbors } from '../../../src/search/exact/nearestNeighbors.ts';
import { distanceOf } from '../../support/referenceDistances.ts';
import { expectNear, expectSame, type Numbers } from './compare.ts';

type Expected = Record<string, Numbers>;

interface SearchCase {
  distance: { type: string; power?: number; normalize_embeddings?: boolean };
  query: number[][];
  query_labels: number[];
  reference?: number[][];
  reference_labels?: number[];
}

interface CalculatorCase extends SearchCase {
  kind: 'AccuracyCalculator';
  k_used: number;
  avg_of_avgs: boolean;
  return_per_class: boolean;
  ref_includes_query: boolean;
  label_comparison_fn?: 'abs_diff_le_1';
  cluster_labels?: number[];
  expected: Expected;
  expected_knn_indices?: number[][];
}

interface RecallCase extends SearchCase {
  kind: 'recall_at_k';
  expected: { recall_at_k: Record<string, number>; precision_at_k: Record<string, number> };
}

interface ClusteringCase {
  kind: 'clustering';
  labels: number[];
  clusters: number[];
  expected: Expected;
}

interface RocCase {
  kind: 'roc';
  distance: { type: string; power?: number; normalize_embeddings?: boolean };
  embeddings: number[][];
  labels: number[];
  pair_distances: number[];
  pair_same: number[];
  score: '-distance' | 'distance';
  expected: Expected & { tpr_at_fpr: Record<string, number>; thresholds: Numbers[] };
}

/** A case of `accuracy.json`. */
export type AccuracyCase = { id: string } & (
  | CalculatorCase
  | RecallCase
  | ClusteringCase
  | RocCase
);

const exact = { relative: 0, absolute: 1e-6 };

const retrievalNames = {
  precision_at_1: 'precisionAt1',
  r_precision: 'rPrecision',
  mean_average_precision_at_r: 'mapAtR',
  mean_average_precision: 'map',
  mean_reciprocal_rank: 'mrr',
} as const;

const clusteringNames = {
  NMI: 'nmi',
  AMI: 'ami',
  MI: 'mutualInformation',
  ARI: 'adjustedRand',
  rand: 'rand',
  homogeneity: 'homogeneity',
  completeness: 'completeness',
  v_measure: 'vMeasure',
  fowlkes_mallows: 'fowlkesMallows',
  purity: 'purity',
  pair_precision: 'pairPrecision',
  pair_recall: 'pairRecall',
  pair_f1: 'pairF1',
} as const;

/** Throws unless our metrics are those of the case. */
export async function checkAccuracy(c: AccuracyCase): Promise<void> {
  if (c.kind === 'AccuracyCalculator') await checkCalculator(c);
  else if (c.kind === 'recall_at_k') await checkRecall(c);
  else if (c.kind === 'clustering') checkClustering(c);
  else await checkRoc(c);
}

async function checkCalculator(c: CalculatorCase): Promise<void> {
  const options = {
    ...optionsOf(c),
    depth: c.k_used,
    excludeSelf: c.ref_includes_query,
    ...(c.label_comparison_fn && {
      matches: (a: number, b: number): boolean => Math.abs(a - b) <= 1,
    }),
  };
  if (c.expected['precision_at_1'] === 'NaN') await expectNothingToFind(c, options);
  else compareScores(c, await retrievalMetrics(rowsOf(c.query), c.query_labels, options));

  if (c.cluster_labels) {
    const { nmi, ami } = clusteringScores(c.query_labels, c.cluster_labels);
    expectNear('NMI', nmi, c.expected['NMI'] as number, exact);
    expectNear('AMI', ami, c.expected['AMI'] as number, exact);
  }
  if (c.expected_knn_indices) {
    const { distance, excludeSelf } = options;
    const found = await nearestNeighbors(
      rowsOf(c.query),
      rowsOf(c.reference ?? c.query),
      c.k_used,
      { distance, excludeSelf },
    );
    expectSame('neighbours', Array.from(found.indices), c.expected_knn_indices.flat());
  }
}

function compareScores(c: CalculatorCase, found: RetrievalMetrics): void {
  for (const [name, own] of Object.entries(retrievalNames)) {
    const got = c.return_per_class
      ? found.classes.map((scores) => scores[own])
      : (c.avg_of_avgs ? found.classMean : found)[own];
    expectNear(name, got, c.expected[name] as Numbers, exact);
  }
}

/** The reference gives NaN where no query has anything to find; ours says so. */
async function expectNothingToFind(c: CalculatorCase, options: RetrievalOptions): Promise<void> {
  for (const name of Object.keys(retrievalNames)) expectSame(name, c.expected[name], 'NaN');
  try {
    await retrievalMetrics(rowsOf(c.query), c.query_labels, options);
  } catch (error) {
    if (error instanceof MetricLearningError) return;
    throw error;
  }
  throw new Error('expected a MetricLearningError, got none');
}

async function checkRecall(c: RecallCase): Promise<void> {
  const ks = Object.keys(c.expected.recall_at_k).map(Number);
  const options = { ...optionsOf(c), ks, singletonQueries: 'miss' } as const;
  const found = await retrievalMetrics(rowsOf(c.query), c.query_labels, options);
  const recall = await recallAtK(rowsOf(c.query), c.query_labels, ks, options);
  const listed = (byK: Readonly<Record<number, number>>): number[] =>
    ks.map((k) => byK[k] as number);
  expectSame('recallAtK', recall, found.recallAtK);
  expectNear('recall_at_k', listed(recall), listed(c.expected.recall_at_k), exact);
  expectNear(
    'precision_at_k',
    listed(found.precisionAtK),
    listed(c.expected.precision_at_k),
    exact,
  );
}

function checkClustering({ labels, clusters, expected }: ClusteringCase): void {
  const found = clusteringScores(labels, clusters);
  for (const [name, own] of Object.entries(clusteringNames)) {
    expectNear(name, found[own], expected[name] as number, exact);
  }
  for (const average of ['min', 'max', 'geometric'] as const) {
    const { nmi, ami } = clusteringScores(labels, clusters, { average });
    expectNear(`NMI_${average}`, nmi, expected[`NMI_${average}`] as number, exact);
    expectNear(`AMI_${average}`, ami, expected[`AMI_${average}`] as number, exact);
  }
}

async function checkRoc(c: RocCase): Promise<void> {
  const similar = c.score === 'distance'; // the pairs' distances are similarities
  const distances = similar ? c.pair_distances.map((value) => -value) : c.pair_distances;
  const pairs = { distances, same: c.pair_same };

  const limits = Object.keys(c.expected.tpr_at_fpr).map(Number);
  const found = verificationMetrics(pairs, { fars: limits });
  expectNear('auc', found.auc, c.expected['auc'] as number, exact);
  expectNear('eer', found.eer.rate, c.expected['eer'] as number, exact);
  const { average_precision: averagePrecision, best_accuracy: bestAccuracy } = c.expected;
  expectNear('average_precision', found.averagePrecision, averagePrecision as number, exact);
  expectNear('best_accuracy', found.bestAccuracy.accuracy, bestAccuracy as number, exact);
  const tars = found.tarAtFar.map(({ tar }) => tar);
  expectNear('tpr_at_fpr', tars, Object.values(c.expected.tpr_at_fpr), exact);

  const curve = rocCurve(pairs);
  expectNear('fpr', curve.far, c.expected['fpr'] as Numbers, exact);
  expectNear('tpr', curve.tar, c.expected['tpr'] as Numbers, exact);
  expectNear(
    'thresholds',
    curve.thresholds.map((t) => -t),
    c.expected.thresholds,
    exact,
  );

  const rounded = c.pair_distances.every((value) => (value * 4) % 1 === 0);
  if (rounded) return; // to make ties: they are no distances of the embeddings
  const own = await pairDistances(rowsOf(c.embeddings), c.labels, {
    distance: distanceOf(c.distance),
  });
  const asGiven = (d: number): number => (similar ? 1 - d : d); // a similarity s is reported as 1 - s
  expectNear('pair_distances', own.distances.map(asGiven), c.pair_distances, exact);
  expectSame('pair_same', Array.from(own.same), c.pair_same);
}

function optionsOf(c: SearchCase): {
  distance: Distance;
  reference?: NonNullable<RetrievalOptions['reference']>;
} {
  return {
    distance: distanceOf(c.distance),
    ...(c.reference && {
      reference: { embeddings: rowsOf(c.reference), labels: c.reference_labels ?? [] },
    }),
  };
}

function rowsOf(matrix: number[][]): EmbeddingRows {
  return {
    data: Float32Array.from(matrix.flat()),
    shape: [matrix.length, matrix[0]?.length ?? 0],
  };
}
