import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { UserError } from './userError.ts';

const shared = {
  /** Names the run's folder. */
  name: z.string().regex(/^[\w][\w.-]*$/, 'letters, digits, dot, dash and underscore only'),
  learningRate: z.number().positive(),
  epochs: z.int().min(1),
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
  /** Constant, or falling to zero by half a cosine over the whole run. */
  schedule: z.enum(['constant', 'cosine']),
  /** A constant rate is learningRate / (1 + decay * t) at step t. */
  decay: z.number().nonnegative(),
  /** Triplets in a batch: three times as many images. */
  batchSize: z.int().min(1),
  margin: z.number().nonnegative(),
  sampler: z.enum(['consecutive', 'random']),
});

/** Unit-length embeddings, pairs mined in each batch. */
const best = z.strictObject({
  recipe: z.literal('best'),
  ...shared,
  /** Images in a batch, as many of each class. */
  batchSize: z.int().min(4),
  /** Training images are moved at random by up to so many pixels. */
  shift: z.int().min(0).max(8),
});

export type TripletConfig = z.infer<typeof triplet>;
export type BestConfig = z.infer<typeof best>;

/** All that decides a run; the same config gives the same weights. */
export type Config = TripletConfig | BestConfig;

/** Any fields of a config, from a file or from flags. */
export type ConfigFields = Partial<Omit<TripletConfig, 'recipe'> & Omit<BestConfig, 'recipe'>> & {
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
  epochs: 3,
  batchSize: 120,
  shift: 1,
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
