import { dispose, mul, sum, type Tensor2D, tensor2d, valueAndGrads } from '@tensorflow/tfjs-core';
import { farther, howMuchFarther, nearer } from '../../../src/distances/compareDistances.ts';
import type { Distance } from '../../../src/distances/distance.ts';
import { normalize } from '../../../src/ops/normalize.ts';
import { rowNorms } from '../../../src/ops/rowNorms.ts';
import { type DistanceSpec, distanceOf } from '../../support/referenceDistances.ts';
import { expectNear, gradientTolerance, type Numbers } from './compare.ts';

/** A case of `distances.json`. */
export interface DistanceCase {
  id: string;
  distance: DistanceSpec;
  query: number[][];
  ref?: number[][];
  upstream: number[][];
  expected: {
    matrix: number[][];
    grad_query: Numbers;
    grad_ref?: Numbers;
    pairwise_raw: Numbers;
    normalized_query: Numbers;
    get_norm_query: Numbers;
    margin_00_0last: Numbers;
    smallest_00_0last: Numbers;
    largest_00_0last: Numbers;
  };
}

/** Compares a distance with the reference: matrix and gradients, rows, norms, and the order of two entries. */
export function checkDistance(c: DistanceCase, made: Distance = distanceOf(c.distance)): void {
  checkMatrix(c, made);
  checkRows(c);
  checkNorms(c);
  checkOrder(c, made);
}

function checkMatrix({ query, ref, upstream, expected }: DistanceCase, distance: Distance): void {
  const inputs = (ref === undefined ? [query] : [query, ref]).map((rows) => tensor2d(rows));
  const matrix = distance.matrix(...(inputs as [Tensor2D]));
  const g = tensor2d(upstream);
  const { value, grads } = valueAndGrads((...x) =>
    sum(mul(g, distance.matrix(...(x as [Tensor2D])))),
  )(inputs);
  const got = [matrix, ...grads].map((tensor) => tensor.arraySync());
  dispose([inputs, matrix, g, value, grads]);
  expectNear('matrix', got[0], expected.matrix);
  expectNear('grad_query', got[1], expected.grad_query, gradientTolerance);
  if (expected.grad_ref) expectNear('grad_ref', got[2], expected.grad_ref, gradientTolerance);
}

/** The reference's rows are compared as they come, without a power: its raw cosine is the dot product. */
function checkRows({ distance: spec, query, ref, expected }: DistanceCase): void {
  const distance = distanceOf({
    type: spec.type.replace('CosineSimilarity', 'DotProductSimilarity'),
    ...(spec.p !== undefined && { p: spec.p }),
    normalize_embeddings: false,
  });
  const others = [...(ref ?? query)].reverse();
  const count = Math.min(query.length, others.length);
  const [x, y] = [tensor2d(query.slice(0, count)), tensor2d(others.slice(0, count))];
  const rows = distance.rowwise(x, y);
  const got = rows.arraySync();
  dispose([x, y, rows]);
  expectNear('pairwise_raw', got, expected.pairwise_raw);
}

function checkNorms({ distance: spec, query, expected }: DistanceCase): void {
  const x = tensor2d(query);
  const norms = rowNorms(x, spec.p);
  const unit = spec.normalize_embeddings === false ? x : normalize(x, spec.p);
  const got = [norms.dataSync(), unit.arraySync()];
  dispose([x, norms, unit]);
  expectNear('get_norm_query', got[0], expected.get_norm_query);
  expectNear('normalized_query', got[1], expected.normalized_query);
}

function checkOrder({ expected }: DistanceCase, distance: Distance): void {
  const [row = []] = expected.matrix;
  const [first, last] = [row[0], row.at(-1)].map((entry) => tensor2d([[entry as number]]));
  const inputs = [distance, first as Tensor2D, last as Tensor2D] as const;
  const found = [howMuchFarther(...inputs), nearer(...inputs), farther(...inputs)];
  const [margin, smallest, largest] = found.map((tensor) => tensor.dataSync()[0]);
  dispose([first as Tensor2D, last as Tensor2D, found]);
  expectNear('margin', margin, expected.margin_00_0last);
  expectNear('smallest', smallest, expected.smallest_00_0last);
  expectNear('largest', largest, expected.largest_00_0last);
}
