import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { UserError } from './userError.ts';

const shared = {
  /** Names the run's folder. */
  name: z.string().regex(/^[\w][\w.-]*$/, 'letters, digits, dot, dash and underscore only'),
  learningRate: z.number().positive(),
  seed: z.int().min(0),
  backend: z.enum(['simd', 'cpu']),
  threads: z.union([z.int().min(1), z.literal('all')]),
  /** Each pixel, 0 to 255, is multiplied by it. */
  pixelScale: z.number().positive(),
};

/** The triplet network of 2018. */
const triplet = z.strictObject({
  recipe: z.literal('triplet'),
  ...shared,
  epochs: z.int().min(1),
  /** Constant, or falling to zero by half a cosine over the whole run. */
  schedule: z.enum(['constant', 'cosine']),
  /** A constant rate is learningRate / (1 + decay * t) at step t. */
  decay: z.number().nonnegative(),
  /** Triplets in a batch: three times as many images. */
  batchSize: z.int().min(1),
  margin: z.number().nonnegative(),
  sampler: z.enum(['consecutive', 'random']),
});

/** Unit-length embeddings, pairs mined in each batch, training ended by held-out retrieval. */
const best = z.strictObject({
  recipe: z.literal('best'),
  ...shared,
  /** Passes over the images; auto: as many as `steps` needs, three at least and forty at most. */
  epochs: z.union([z.int().min(1), z.literal('auto')]),
  steps: z.int().min(1),
  /** Images in a batch, as many of each class: rounded down to what classes share evenly. */
  batchSize: z.int().min(4),
  /** Filters of the three convolutions. */
  filters: z.tuple([z.int().min(1), z.int().min(1), z.int().min(1)]),
  /** Epochs without a better MAP@R on held-out images after which training ends; auto: a quarter of them, three at least. */
  patience: z.union([z.int().min(1), z.literal('auto')]),
  /** The share of the training images that is held out. */
  heldOut: z.number().min(0.001).max(0.5),
  /** Training images are warped at random: auto takes no more of the amounts below than suits the images. */
  augmentation: z.enum(['auto', 'given']),
  /** They are rotated by up to so many degrees. */
  rotation: z.number().min(0).max(180),
  /** They are scaled along each axis by up to this share. */
  scale: z.number().min(0).max(0.9),
  /** They are slanted by up to this share of their height. */
  shear: z.number().min(0).max(1),
  /** They are moved by up to so many pixels. */
  shift: z.number().min(0).max(8),
  /** They are distorted by up to so many pixels. */
  elastic: z.number().min(0).max(8),
  /** Half of them are mirrored, left to right. */
  mirror: z.boolean(),
});

export type TripletConfig = z.infer<typeof triplet>;
export type BestConfig = z.infer<typeof best>;

/** All that decides a run; the same config gives the same weights. */
export type Config = TripletConfig | BestConfig;

/** Any fields of a config, from a file or from flags. */
export type ConfigFields = Partial<
  Omit<TripletConfig, 'recipe' | 'epochs'> & Omit<BestConfig, 'recipe'>
> & {
  recipe?: Config['recipe'];
};

export const defaults: TripletConfig = {
  recipe: 'triplet',
  name: 'mnist',
  learningRate: 0.001,
  schedule: 'constant',
  decay: 0,
  epochs: 2,
  batchSize: 32,
  margin: 1,
  seed: 0,
  backend: 'simd',
  threads: 'all',
  sampler: 'consecutive',
  pixelScale: 1,
};

export const bestDefaults: BestConfig = {
  recipe: 'best',
  name: 'mnist-best',
  learningRate: 0.002,
  epochs: 'auto',
  steps: 1200,
  batchSize: 120,
  filters: [32, 64, 64],
  patience: 'auto',
  heldOut: 1 / 12,
  augmentation: 'auto',
  rotation: 12,
  scale: 0.12,
  shear: 0.1,
  shift: 1.5,
  elastic: 0,
  mirror: true,
  seed: 0,
  backend: 'simd',
  threads: 'all',
  pixelScale: 1 / 255,
};

const recipes = {
  triplet: { schema: triplet, defaults },
  best: { schema: best, defaults: bestDefaults },
};

/** A recipe's defaults, overridden by `fields`, overridden by a config file's fields, overridden by flags. */
export async function readConfig(
  path: string | undefined,
  flags: ConfigFields,
  fields: ConfigFields = {},
): Promise<Config> {
  const fromFile = path === undefined ? {} : await readJson(path);
  const recipe = flags.recipe ?? recipeOf(fromFile) ?? fields.recipe ?? 'triplet';
  const { schema, defaults } = recipes[recipe];
  const checked = schema.partial().safeParse({ ...fromFile, recipe });
  if (!checked.success) throw new UserError(`${path}: ${explain(checked.error, recipe)}`);
  const whole = schema.safeParse({ ...defaults, ...fields, ...checked.data, ...flags });
  if (!whole.success) throw new UserError(explain(whole.error, recipe));
  return whole.data;
}

async function readJson(path: string): Promise<object> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new UserError(`config file ${path}: ${(error as Error).message}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new UserError(`${path}: the config: expected an object, got ${JSON.stringify(value)}`);
}

function recipeOf(fields: object): Config['recipe'] | undefined {
  if (!('recipe' in fields)) return undefined;
  const checked = z.enum(['triplet', 'best']).safeParse(fields.recipe);
  if (checked.success) return checked.data;
  throw new UserError(
    `recipe: expected one of triplet, best, got ${JSON.stringify(fields.recipe)}`,
  );
}

function explain(error: z.ZodError, recipe: Config['recipe']): string {
  const known = Object.keys(recipes[recipe].defaults).join(', ');
  return error.issues
    .map((issue) =>
      issue.code === 'unrecognized_keys'
        ? `unknown field ${issue.keys.join(', ')} (the recipe ${recipe} knows: ${known})`
        : `${issue.path.join('.') || 'the config'}: ${issue.message}`,
    )
    .join('; ');
}
