import type { Tensor } from '@tensorflow/tfjs-core';
import { checkFunction } from '../internal/checkFunction.ts';
import type { Random } from '../random/createRandom.ts';

/**
 * Several augmentations as one: each changes what the one before returned.
 *
 * @throws MetricLearningError if one is no function.
 * @example
 * const augment = augmentInTurn(warpImages({ rotation: 15 }), colorImages(), eraseImages());
 * await model.fit(photos, { augment });
 */
export function augmentInTurn(
  ...augmentations: readonly ((examples: Tensor, random: Random) => Tensor)[]
): (examples: Tensor, random: Random) => Tensor {
  augmentations.forEach((each, i) => {
    checkFunction('augmentInTurn', `argument ${i + 1}`, each, '(examples, random) => examples');
  });
  return (examples, random) => {
    let changed = examples;
    for (const augment of augmentations) {
      const next = augment(changed, random);
      if (changed !== examples && next !== changed) changed.dispose();
      changed = next;
    }
    return changed;
  };
}
