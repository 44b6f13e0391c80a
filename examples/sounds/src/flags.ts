import { readCommandLine } from '../../shared/commandLine.js';

export interface Flags {
  /** A folder of drum kits, or with a folder of recordings for each class; undefined for Debian's drum kits. */
  readonly data: string | undefined;
  readonly steps: number;
  readonly seed: number;
  /** Of the simd backend; undefined for all. */
  readonly threads: number | undefined;
  readonly out: string;
  /** Where the drum kits are kept that apt gets. */
  readonly cache: string;
  /** Recordings to find similar ones of. */
  readonly queries: readonly string[];
}

export const help = `Usage: sounds [options]

Trains on the recordings of some drum kits, and finds out what the sounds of other kits are, which training never plays.

  --data <folder>     drum kits of Hydrogen, or recordings in a folder for each class (default: Debian's kits)
  --query <file>      finds the recordings that are most like this one, may be repeated
  --steps <count>     of training (default: 300)
  --seed <seed>       decides which kits are put aside, first weights and batches (default: 1)
  --threads <count>   of the simd backend (default: all)
  --out <folder>      for the model and the pages (default: runs/sounds)
  --cache <folder>    for the drum kits, where they are not installed (default: .cache in the example)
  --version           of the example
  --help              this text`;

const names = ['data', 'steps', 'seed', 'threads', 'out', 'cache'];

/**
 * The flags of a command line; `'help'` or `'version'` where that is asked for.
 *
 * @throws MetricLearningError that names the flag.
 */
export function readFlags(args: string[]): Flags | 'help' | 'version' {
  const given = readCommandLine('sounds', args, names, ['query']);
  if (given === 'help' || given === 'version') return given;
  return {
    data: given.text('data'),
    steps: given.whole('steps', 1, 300),
    seed: given.whole('seed', 0, 1),
    threads: given.whole('threads', 1, undefined),
    out: given.text('out') ?? 'runs/sounds',
    cache: given.text('cache') ?? new URL('../.cache', import.meta.url).pathname,
    queries: given.texts('query'),
  };
}
