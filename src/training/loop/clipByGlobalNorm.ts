import {
  add,
  mul,
  type NamedTensorMap,
  type Scalar,
  square,
  sum,
  tidy,
} from '@tensorflow/tfjs-core';

/**
 * Scales gradients down together so that their joint Euclidean length is at most `limit`, and replaces the map's
 * entries by them; returns the joint length before scaling.
 *
 * @see Pascanu, Mikolov, Bengio: On the difficulty of training recurrent neural networks, ICML 2013. https://arxiv.org/abs/1211.5063
 */
export async function clipByGlobalNorm(grads: NamedTensorMap, limit: number): Promise<number> {
  const squares = tidy(() =>
    Object.values(grads)
      .map((grad) => sum<Scalar>(square(grad)))
      .reduce((total, one) => add<Scalar>(total, one)),
  );
  const [total = Number.NaN] = await squares.data();
  squares.dispose();
  const length = Math.sqrt(total);
  if (length > limit) {
    for (const [name, grad] of Object.entries(grads)) {
      grads[name] = mul(grad, limit / length);
      grad.dispose();
    }
  }
  return length;
}
