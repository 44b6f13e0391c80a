import type { LayersModel } from '@tensorflow/tfjs-layers';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkBase } from '../networks/checkBase.ts';

/** The width of the features that an adapter takes; throws if its input is not [batch, dims]. */
export function widthOf(where: string, adapter: LayersModel): number {
  const { input } = checkBase(where, adapter);
  const [width] = input;
  if (input.length === 1 && width !== null && width !== undefined) return width;
  throw new MetricLearningError({
    where,
    expected: 'an adapter with an input of shape [batch, dims]',
    got: `[batch, ${input.map((size) => size ?? 'any').join(', ')}]`,
    fix: 'Make one with createAdapter({ dims }).',
  });
}
