import {
  add,
  matMul,
  neg,
  reshape,
  type Tensor,
  tensor2d,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { EmbeddingRows } from '../data/embeddings.ts';
import { indicesByClass } from '../data/labels.ts';
import { moments } from '../projection/internal/covariance.ts';
import { symmetricEigen } from '../projection/internal/symmetricEigen.ts';
import type { Knowledge } from './adapterData.ts';
import { correctionLayers } from './createAdapter.ts';
import { rowsAt } from './judge.ts';
import { covarianceMatrix, scaledColumns } from './linearNetwork.ts';

/**
 * A correction of low rank in closed form, by how strong it is: the features are moved so that their mean is the origin, and
 * the axes along which features that belong together differ most become shorter. A strength of 1 halves the square of an axis
 * whose variance is the mean variance of all axes.
 *
 * Angles to the origin tell little where all features lie to one side of it, as those of sentence models do.
 */
export interface ClosedForm {
  /** Sets the weights of the adapter. */
  assign(strength: number): void;
}

/**
 * The closed form for what is known; undefined for a network that is no adapter of `createAdapter` at its start, and
 * where all that belong together are equal.
 *
 * @see Bar-Hillel, Hertz, Shental, Weinshall: Learning distance functions using equivalence relations, ICML 2003.
 */
export function closedForm(
  adapter: LayersModel,
  features: EmbeddingRows,
  knowledge: Knowledge,
): ClosedForm | undefined {
  const found = correctionLayers(adapter);
  if (!found?.wide.getWeights().every(isZero)) return undefined;
  const { narrow, wide } = found;
  const differences = differencesOf(features, knowledge);
  const [count, dims] = differences.shape;
  if (count === 0) return undefined;
  const rank = (narrow.getWeights()[0] as Tensor).shape[1] as number;
  const { values, vectors } = symmetricEigen(covarianceMatrix(differences).matrix, dims);
  const variance = values.reduce((sum, v) => sum + v, 0) / dims;
  if (!(variance > 0)) return undefined;
  const { mean } = moments(rowsAt(features, rowsOf(knowledge)));
  return {
    assign(strength) {
      const axes = scaledColumns(vectors, dims, rank, () => 1);
      const correction = scaledColumns(vectors, dims, rank, (axis) => {
        return 1 / Math.sqrt(1 + (strength * Math.max(0, values[axis]!)) / variance) - 1;
      });
      tidy(() => {
        const a = tensor2d(Float32Array.from(axes), [dims, rank]);
        const b = transpose(tensor2d(Float32Array.from(correction), [dims, rank]));
        const origin = tensor2d(Float32Array.from(mean), [1, dims]);
        const moved = reshape(neg(add(origin, matMul(matMul(origin, a), b))), [dims]);
        narrow.setWeights([a]);
        wide.setWeights([b, moved]);
      });
    },
  };
}

function isZero(kernel: Tensor): boolean {
  return kernel.dataSync().every((value) => value === 0);
}

/** How features that belong together differ: of one class, of anchor and positive, of pairs of more than the mean grade. */
function differencesOf(
  { data, shape: [, dims] }: EmbeddingRows,
  knowledge: Knowledge,
): EmbeddingRows {
  if (knowledge.kind === 'labels') {
    const { labels, rows } = knowledge;
    const classes = [...indicesByClass(labels).values()].filter(({ length }) => length > 1);
    const residuals = new Float32Array(dims * classes.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const members of classes) {
      for (let f = 0; f < dims; f++) {
        let sum = 0;
        for (const i of members) sum += data[rows[i]! * dims + f]!;
        members.forEach((i, m) => {
          residuals[(at + m) * dims + f] = data[rows[i]! * dims + f]! - sum / members.length;
        });
      }
      at += members.length;
    }
    return { data: residuals, shape: [at, dims] };
  }
  const [a, b] = together(knowledge);
  const differences = new Float32Array(a.length * dims);
  for (let i = 0; i < a.length; i++) {
    for (let f = 0; f < dims; f++) {
      differences[i * dims + f] = data[a[i]! * dims + f]! - data[b[i]! * dims + f]!;
    }
  }
  return { data: differences, shape: [a.length, dims] };
}

/** The features that something is known of. */
function rowsOf(knowledge: Knowledge): number[] {
  switch (knowledge.kind) {
    case 'labels':
      return [...knowledge.rows];
    case 'pairs':
      return [...new Set([...knowledge.a, ...knowledge.b])];
    case 'triplets': {
      const { anchor, positive, negative } = knowledge;
      return [...new Set([...anchor, ...positive, ...negative])];
    }
  }
}

function together(
  knowledge: Exclude<Knowledge, { kind: 'labels' }>,
): readonly [Int32Array, Int32Array] {
  if (knowledge.kind === 'triplets') return [knowledge.anchor, knowledge.positive];
  const { a, b, grades } = knowledge;
  const middle = grades.reduce((sum, grade) => sum + grade, 0) / grades.length;
  const isSimilar = (_: number, i: number): boolean => grades[i]! > middle;
  return [a.filter(isSimilar), b.filter(isSimilar)];
}
