import { parseArgs } from 'node:util';
import { MetricLearningError } from 'tfjs-metric-learning';

export interface Flags {
  /** A folder of pictures with a folder for each class; undefined for the emoji. */
  readonly data: string | undefined;
  /** The most classes; Infinity for all. */
  readonly limit: number;
  readonly steps: number;
  readonly size: number;
  readonly seed: number;
  /** Of the simd backend; undefined for all. */
  readonly threads: number | undefined;
  readonly out: string;
}

export const help = `Usage: pictures [options]

Trains on the pictures of 70 % of the classes, and finds pictures of the others, which training never shows.

  --data <folder>     pictures in a folder for each class (default: the emoji of four vendors)
  --limit <classes>   at most so many classes, for a quick try
  --steps <count>     of training (default: 700)
  --size <pixels>     of both sides of a picture (default: 32)
  --seed <seed>       decides the split, first weights and batches (default: 1)
  --threads <count>   of the simd backend (default: all)
  --out <folder>      for the model, the pages and decoded pictures (default: runs/pictures)
  --version           of the example
  --help              this text`;

/**
 * The flags of a command line; `'help'` or `'version'` where that is asked for.
 *
 * @throws MetricLearningError that names the flag.
 */
export function readFlags(args: string[]): Flags | 'help' | 'version' {
  const text = { type: 'string' } as const;
  const options = {
    data: text,
    limit: text,
    steps: text,
    size: text,
    seed: text,
    threads: text,
    out: text,
    help: { type: 'boolean' },
    version: { type: 'boolean' },
  } as const;
  const values: Record<string, unknown> = parse(args, options);
  if (values['help']) return 'help';
  if (values['version']) return 'version';
  const whole = <T>(name: string, least: number, fallback: T): number | T => {
    const given = values[name];
    if (given === undefined) return fallback;
    const value = Number(given);
    if (given !== '' && Number.isSafeInteger(value) && value >= least) return value;
    throw wrong(`--${name} to be a whole number >= ${least}`, `${given}`);
  };
  return {
    data: values['data'] as string | undefined,
    limit: whole('limit', 8, Number.POSITIVE_INFINITY),
    steps: whole('steps', 1, 700),
    size: whole('size', 16, 32),
    seed: whole('seed', 0, 1),
    threads: whole('threads', 1, undefined),
    out: (values['out'] as string | undefined) ?? 'runs/pictures',
  };
}

function parse(
  args: string[],
  options: NonNullable<Parameters<typeof parseArgs>[0]>['options'],
): Record<string, unknown> {
  try {
    return parseArgs({ args, ...(options && { options }) }).values;
  } catch (error) {
    const got = (error as Error).message.split(/\.\s/)[0] as string;
    throw wrong('the flags that --help lists', got);
  }
}

function wrong(expected: string, got: string): MetricLearningError {
  return new MetricLearningError({ where: 'pictures', expected, got });
}
