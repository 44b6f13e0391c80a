import { readCommandLine } from '../../shared/commandLine.js';

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
  --steps <count>     of training (default: 800)
  --size <pixels>     of both sides of a picture (default: 64)
  --seed <seed>       decides the split, first weights and batches (default: 1)
  --threads <count>   of the simd backend (default: all)
  --out <folder>      for the model, the pages and decoded pictures (default: runs/pictures)
  --version           of the example
  --help              this text`;

const names = ['data', 'limit', 'steps', 'size', 'seed', 'threads', 'out'];

/**
 * The flags of a command line; `'help'` or `'version'` where that is asked for.
 *
 * @throws MetricLearningError that names the flag.
 */
export function readFlags(args: string[]): Flags | 'help' | 'version' {
  const given = readCommandLine('pictures', args, names);
  if (given === 'help' || given === 'version') return given;
  return {
    data: given.text('data'),
    limit: given.whole('limit', 8, Number.POSITIVE_INFINITY),
    steps: given.whole('steps', 1, 800),
    size: given.whole('size', 16, 64),
    seed: given.whole('seed', 0, 1),
    threads: given.whole('threads', 1, undefined),
    out: given.text('out') ?? 'runs/pictures',
  };
}
