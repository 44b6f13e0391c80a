import { sum, Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import { canReadNow, inHostMemory, readNow } from './readNow.ts';
import { withGradient } from './withGradient.ts';

/**
 * Throws unless a tensor has the shape [batch, dims] and only finite numbers. The error names the first row that has
 * others. A backend that cannot read tensors at once (webgpu) checks the shape alone.
 */
export function checkEmbeddings(where: string, name: string, embeddings: Tensor2D): void {
  const isTensor = (embeddings as unknown) instanceof Tensor;
  const { shape } = isTensor ? embeddings : { shape: [] };
  if (shape.length !== 2 || shape[0] === 0 || shape[1] === 0) {
    throw new MetricLearningError({
      where,
      expected: `${name} to be a tensor of shape [batch, dims]`,
      got: isTensor ? `shape [${shape}]` : show(embeddings),
      ...(!isTensor && { fix: 'Make a tensor with tensor2d(rows).' }),
    });
  }
  if (!canReadNow() || (inHostMemory() && isFiniteSum(where, embeddings))) return;
  const values = readNow(where, embeddings);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  throw new MetricLearningError({
    where,
    expected: `${name} to be finite`,
    got: `${values[bad]} in row ${Math.floor(bad / shape[1])}`,
    fix: 'Lower the learning rate, or look for such values in the examples.',
  });
}

/** Whether the sum is finite: then all numbers are. The sum of huge finite numbers may still be infinite. */
function isFiniteSum(where: string, x: Tensor2D): boolean {
  const total = tidy(() => withGradient([x], () => ({ value: sum(x), gradient: () => [] }))); // off the tape
  const [value] = readNow(where, total);
  total.dispose();
  return Number.isFinite(value);
}
