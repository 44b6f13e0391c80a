import { dispose, mul, sum, type Tensor2D, tensor2d, valueAndGrads } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { batchedDistance } from '../../src/distances/batchedDistance.ts';
import { farther, gap, nearer } from '../../src/distances/gap.ts';
import { normalize } from '../../src/ops/normalize.ts';
import { rowNorms } from '../../src/ops/rowNorms.ts';
import { expectClose } from '../support/expectClose.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';
import { reference } from '../support/reference.ts';
import { type DistanceSpec, distanceOf } from '../support/referenceDistances.ts';

interface DistanceCase {
  id: string;
  distance: DistanceSpec & { normalize_embeddings: boolean; p: number };
  query: number[][];
  ref?: number[][];
  upstream: number[][];
  expected: {
    matrix: number[][];
    grad_query: number[][];
    grad_ref?: number[][];
    pairwise_raw: number[];
    normalized_query: number[][];
    get_norm_query: number[];
    margin_00_0last: number;
    smallest_00_0last: number;
    largest_00_0last: number;
  };
}

const cases = reference<DistanceCase>('distances');
const gradient = { relative: 1e-3 };

describe('distances agree with the reference', () => {
  test.each(cases)('$id', ({ distance: spec, query, ref, upstream, expected }) => {
    const plain = distanceOf(spec);
    for (const distance of [plain, batchedDistance(plain, { batchSize: 2 })]) {
      expectNoLeak(() => {
        const inputs = (ref === undefined ? [query] : [query, ref]).map((rows) => tensor2d(rows));
        const matrix = distance.matrix(...(inputs as [Tensor2D]));
        expectClose(matrix.dataSync(), expected.matrix.flat());

        const g = tensor2d(upstream);
        const { value, grads } = valueAndGrads((...x) =>
          sum(mul(g, distance.matrix(...(x as [Tensor2D])))),
        )(inputs);
        expectRows(grads[0] as Tensor2D, expected.grad_query);
        if (expected.grad_ref) expectRows(grads[1] as Tensor2D, expected.grad_ref);
        dispose([inputs, matrix, g, value, grads]);
      });
    }
  });

  test.each(cases)('row by row: $id', ({ distance: spec, query, ref, expected }) => {
    // The reference's rows are as they come, without a power: its raw cosine is the dot product.
    const type = spec.type.replace('CosineSimilarity', 'DotProductSimilarity');
    const distance = distanceOf({ type, p: spec.p, normalize_embeddings: false });
    expectNoLeak(() => {
      const y = [...(ref ?? query)].reverse();
      const count = Math.min(query.length, y.length);
      const [x, z] = [tensor2d(query.slice(0, count)), tensor2d(y.slice(0, count))];
      const got = distance.rowwise(x, z);
      expectClose(got.dataSync(), expected.pairwise_raw);
      dispose([x, z, got]);
    });
  });

  test.each(cases)('lengths and order: $id', ({ distance: spec, query, expected }) => {
    const distance = distanceOf(spec);
    const { matrix, margin_00_0last, smallest_00_0last, largest_00_0last } = expected;
    expectNoLeak(() => {
      const x = tensor2d(query);
      const norms = rowNorms(x, spec.p);
      expectClose(norms.dataSync(), expected.get_norm_query);
      const unit = spec.normalize_embeddings ? normalize(x, spec.p) : x;
      expectClose(unit.dataSync(), expected.normalized_query.flat());

      const [first, last] = [matrix[0]?.[0], matrix[0]?.at(-1)].map((v) =>
        tensor2d([[v as number]]),
      );
      const order = [gap, nearer, farther].map((f) =>
        f(distance, first as Tensor2D, last as Tensor2D),
      );
      expectClose(
        order.map((t) => t.dataSync()[0] as number),
        [margin_00_0last, smallest_00_0last, largest_00_0last],
      );
      dispose([x, norms, unit, first as Tensor2D, last as Tensor2D, order]);
    });
  });
});

/** Row by row: one zero embedding has a gradient so large that the others would vanish in its scale. */
function expectRows(got: Tensor2D, expected: number[][]): void {
  const rows = got.arraySync();
  expect(rows.length).toBe(expected.length);
  rows.forEach((row, i) => {
    expectClose(row, expected[i] as number[], gradient);
  });
}
