import { readCommandLine } from '../../shared/commandLine.js';

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

const names = ['data', 'features', 'limit', 'steps', 'seed', 'threads', 'cache'];

/**
 * The flags of a command line; `'help'` or `'version'` where that is asked for.
 *
 * @throws MetricLearningError that names the flag.
 */
export function readFlags(args: string[]): Flags | 'help' | 'version' {
  const given = readCommandLine('texts', args, names, ['query']);
  if (given === 'help' || given === 'version') return given;
  const data = given.oneOf('data', 'extract', 'apt');
  return {
    data,
    features: given.oneOf('features', 'auto', 'minilm', 'words'),
    limit: given.whole('limit', 20, data === 'apt' ? 400 : Number.POSITIVE_INFINITY),
    steps: given.whole('steps', 1, 1000),
    seed: given.whole('seed', 0, 1),
    threads: given.whole('threads', 1, undefined),
    cache: given.text('cache') ?? new URL('../.cache', import.meta.url).pathname,
    queries: given.texts('query'),
  };
}
