import { Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';

/** Throws unless query and reference, where it is given, are tensors of rows of one width. */
export function checkMatrix(name: string, query: Tensor2D, reference: Tensor2D | undefined): void {
  const where = `${name}.matrix`;
  checkRows(where, 'query', query);
  if (reference === undefined) return;
  checkRows(where, 'reference', reference);
  if (query.shape[1] === reference.shape[1]) return;
  throw new MetricLearningError({
    where,
    expected: `reference to be as wide as query: [rows, ${query.shape[1]}]`,
    got: `shape [${reference.shape}]`,
  });
}

/** Throws unless query and reference are tensors of one shape [rows, dims]. */
export function checkRowwise(name: string, query: Tensor2D, reference: Tensor2D): void {
  const where = `${name}.rowwise`;
  checkRows(where, 'query', query);
  checkRows(where, 'reference', reference);
  if (`${query.shape}` === `${reference.shape}`) return;
  throw new MetricLearningError({
    where,
    expected: `reference to have the shape of query, [${query.shape}]`,
    got: `shape [${reference.shape}]`,
  });
}

function checkRows(where: string, name: string, rows: Tensor2D): void {
  if (rows instanceof Tensor && rows.shape.length === 2) return;
  throw new MetricLearningError({
    where,
    expected: `${name} to be a tensor of shape [rows, dims]`,
    got: (rows as unknown) instanceof Tensor ? `shape [${(rows as Tensor).shape}]` : show(rows),
    ...(!((rows as unknown) instanceof Tensor) && { fix: 'Make a tensor with tensor2d(rows).' }),
  });
}
