import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { UserError } from './userError.ts';

const schema = z.strictObject({
  /** Names the run's folder. */
  name: z.string().regex(/^[\w][\w.-]*$/, 'letters, digits, dot, dash and underscore only'),
  learningRate: z.number().positive(),
  /** Constant, or falling to zero by half a cosine over the whole run. */
  schedule: z.enum(['constant', 'cosine']),
  /** A constant rate is learningRate / (1 + decay * t) at step t. */
  decay: z.number().nonnegative(),
  epochs: z.int().min(1),
  /** Triplets in a batch: three times as many images. */
  batchSize: z.int().min(1),
  margin: z.number().nonnegative(),
  seed: z.int().min(0),
  backend: z.enum(['simd', 'cpu']),
  threads: z.union([z.int().min(1), z.literal('all')]),
  sampler: z.enum(['consecutive', 'random']),
  /** Each pixel, 0 to 255, is multiplied by it. */
  pixelScale: z.number().positive(),
});

/** All that decides a run; the same config gives the same weights. */
export type Config = z.infer<typeof schema>;

export const defaults: Config = {
  name: 'mnist',
  learningRate: 0.001,
  schedule: 'constant',
  decay: 0,
  epochs: 2,
  batchSize: 32,
  margin: 1,
  seed: 10,
  backend: 'simd',
  threads: 'all',
  sampler: 'consecutive',
  pixelScale: 1,
};

/** The defaults, overridden by a config file's fields, overridden by flags. */
export async function readConfig(
  path: string | undefined,
  flags: Partial<Config>,
): Promise<Config> {
  const fromFile = path === undefined ? {} : await readJson(path);
  const checked = schema.partial().safeParse(fromFile);
  if (!checked.success) throw new UserError(`${path}: ${explain(checked.error)}`);
  const whole = schema.safeParse({ ...defaults, ...checked.data, ...flags });
  if (!whole.success) throw new UserError(explain(whole.error));
  return whole.data;
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new UserError(`config file ${path}: ${(error as Error).message}`);
  }
}

function explain(error: z.ZodError): string {
  const known = Object.keys(defaults).join(', ');
  return error.issues
    .map((issue) =>
      issue.code === 'unrecognized_keys'
        ? `unknown field ${issue.keys.join(', ')} (known: ${known})`
        : `${issue.path.join('.') || 'the config'}: ${issue.message}`,
    )
    .join('; ');
}
