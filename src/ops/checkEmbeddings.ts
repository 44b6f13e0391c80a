import type { Tensor2D } from '@tensorflow/tfjs-core';
import { show } from '../base/checks.ts';
import { MetricLearningError } from '../base/errors.ts';
import { canReadNow, readNow } from './readNow.ts';

/**
 * Throws unless a tensor is of shape [batch, dims] and holds finite numbers; the first bad row is named. On a backend
 * that cannot read at once (webgpu) only the shape is looked at.
 */
export function checkEmbeddings(where: string, name: string, embeddings: Tensor2D): void {
  const shape = embeddings?.shape;
  if (shape?.length !== 2 || shape[0] === 0 || shape[1] === 0) {
    throw new MetricLearningError({
      where,
      expected: `${name} to be a tensor of shape [batch, dims]`,
      got: shape === undefined ? show(embeddings) : `shape [${shape}]`,
    });
  }
  if (!canReadNow()) return;
  const values = readNow(where, embeddings);
  let sum = 0; // of finite float32 numbers it is finite in float64
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  if (Number.isFinite(sum)) return;
  const bad = values.findIndex((value) => !Number.isFinite(value));
  throw new MetricLearningError({
    where,
    expected: `${name} to be finite`,
    got: `${values[bad]} in row ${Math.floor(bad / shape[1])}`,
    fix: 'Lower the learning rate, or look for such values in the examples.',
  });
}
