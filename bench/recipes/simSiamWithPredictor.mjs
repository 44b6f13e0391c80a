import { add, mul } from '@tensorflow/tfjs-core';
import { initializers, layers, sequential } from '@tensorflow/tfjs-layers';
import { simSiamLoss } from 'tfjs-metric-learning';

/** SimSiam in both directions, with a predictor of two layers whose weights, drawn by `seed`, are the loss's. */
export function simSiamWithPredictor(seed) {
  const dense = (units, draw, rest) =>
    layers.dense({ units, kernelInitializer: initializers.glorotUniform({ seed: draw }), ...rest });
  const predictor = sequential({
    layers: [
      dense(64, 2 * seed, { inputShape: [128], activation: 'relu' }),
      dense(128, 2 * seed + 1),
    ],
  });
  const loss = simSiamLoss();
  const toward = (first, second) =>
    loss.compute(predictor.apply(first), null, { reference: { embeddings: second } });
  return {
    ...loss,
    variables: Object.fromEntries(predictor.weights.map((weight) => [weight.name, weight.read()])),
    compute: (first, _labels, _tuples, { embeddings: second }) =>
      mul(add(toward(first, second), toward(second, first)), 0.5),
    dispose: () => predictor.dispose(),
  };
}
