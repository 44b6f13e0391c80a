import { add, mul, type Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import { type LayersModel, models } from '@tensorflow/tfjs-layers';
import { between } from '../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../internal/readOptions.ts';
import { checkBase } from './checkBase.ts';
import { allLayers } from './frozenLayers.ts';

export interface CreateMomentumEncoderOptions {
  /** The share of the old values in each update: the nearer to 1, the slower the copy. 0.99 to 0.9999. Default 0.999. */
  momentum?: number;
}

export const createMomentumEncoderOptions: OptionTable<CreateMomentumEncoderOptions> = {
  momentum: preset(0.999, between(0, 1)),
};

/** A copy of a base network whose weights follow those of the base network slowly. */
export interface MomentumEncoder {
  /** The copy. Save it, or read its weights; do not train it. */
  readonly model: LayersModel;
  /** Embeddings of examples, [batch, dims]: no gradient flows through the copy. The caller disposes the result. */
  embed(examples: Tensor | Tensor[]): Tensor2D;
  /** Moves each weight of the copy: `momentum * copy + (1 - momentum) * base`. Call it after each step of training. */
  update(): void;
  /** Frees the copy; the base network stays. */
  dispose(): void;
}

const where = 'createMomentumEncoder';

/**
 * A momentum encoder (MoCo): a copy of a base network that follows it slowly, so that the embeddings of many batches in
 * a memory stay comparable.
 *
 * The copy starts equal to the base network. Keys of the memory come from the copy, queries from the base network. All
 * weights follow, moving statistics of batch normalization included. `embed` runs the copy in inference mode.
 *
 * @throws MetricLearningError if `base` is no network from [batch, ...] to [batch, dims], or an option is unknown or
 * out of its range.
 * @example
 * const encoder = await createMomentumEncoder(base, { momentum: 0.99 });
 * const keys = encoder.embed(otherViews); // [batch, dims]
 * // .. a step of training: memory.computeMasked(concat([queries, keys]), labels, areKeys) ..
 * encoder.update();
 * @see He et al.: Momentum Contrast, CVPR 2020. https://arxiv.org/abs/1911.05722
 */
export async function createMomentumEncoder(
  base: LayersModel,
  options: CreateMomentumEncoderOptions = {},
): Promise<MomentumEncoder> {
  checkBase(where, base);
  const { momentum } = readOptions(where, createMomentumEncoderOptions, options);
  const copy = await models.modelFromJSON(
    base.toJSON(null, false) as Parameters<typeof models.modelFromJSON>[0],
  );
  const pairs = weightPairs(base, copy);
  for (const [leader, follower] of pairs) follower.write(leader.read());
  const variables = pairs.map(([, follower]) => follower.read());
  copy.trainable = false;
  for (const [, follower] of pairs) follower.trainable = false; // also inside of nested networks
  return {
    model: copy,
    embed: (examples) => tidy(() => copy.predict(examples) as Tensor2D),
    update() {
      tidy(() => {
        for (const [leader, follower] of pairs) {
          follower.write(add(mul(follower.read(), momentum), mul(leader.read(), 1 - momentum)));
        }
      });
    },
    dispose() {
      copy.dispose();
      // a nested network keeps its own weights
      for (const variable of variables) if (!variable.isDisposed) variable.dispose();
    },
  };
}

type Weight = LayersModel['weights'][number];

/**
 * Each weight of a network with that of its copy. Layers are paired, as networks with frozen layers and networks inside of
 * them list their weights in another order.
 */
function weightPairs(base: LayersModel, copy: LayersModel): (readonly [Weight, Weight])[] {
  const followers = allLayers(copy).map(({ layer }) => layer);
  const pairs = new Map<Weight, Weight>(); // a wrapper lists the weights of the layer inside once more
  allLayers(base).forEach(({ layer }, i) => {
    layer.weights.forEach((leader, at) => {
      if (!pairs.has(leader)) pairs.set(leader, followers[i]!.weights[at]!);
    });
  });
  return [...pairs];
}
