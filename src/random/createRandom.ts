import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkList } from '../internal/checkList.ts';
import { checkInteger, show } from '../internal/checks.ts';
import { fnv1a } from '../internal/fnv1a.ts';

/** A stream of random numbers, which a seed determines. */
export interface Random {
  /** A number from 0 (included) to 1 (excluded), with 32 random bits. */
  next(): number;
  /** A whole number from 0 to `below - 1`; 0 if `below` is 0. */
  integer(below: number): number;
  /** Shuffles in place (Fisher-Yates), and returns the same array. */
  shuffle<T extends Int32Array | unknown[]>(items: T): T;
  /** A new stream for one consumer. It depends on the name: a further consumer does not change the other streams. */
  fork(name: string): Random;
  /** The state of the stream: four 32-bit words, for `restoreRandom`. */
  state(): RandomState;
}

export type RandomState = readonly [number, number, number, number];

/**
 * A stream of random numbers from a seed, a whole number >= 0: the same numbers on every machine.
 *
 * The generator is sfc32 (Doty-Humphrey, PractRand): 128 bits of state, a period of at least 2^32.
 *
 * @throws MetricLearningError if the seed is no whole number >= 0.
 * @example
 * const random = createRandom(1);
 * random.integer(10); // a whole number from 0 to 9
 */
export function createRandom(seed: number): Random {
  checkInteger('createRandom', 'seed', seed, 0);
  return fromSeeds(seed >>> 0, Math.floor(seed / 2 ** 32), 0x9e3779b9);
}

/**
 * The stream whose `state()` was kept: it goes on with the next number.
 *
 * @throws MetricLearningError if the state is not four whole numbers.
 * @example
 * const again = restoreRandom(random.state()); // gives the same numbers as `random`
 */
export function restoreRandom(state: RandomState): Random {
  checkState(state);
  let [a, b, c, counter] = state;

  const word = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  const integer = (below: number): number => Math.floor((word() / 2 ** 32) * below);

  return {
    next: () => word() / 2 ** 32,
    integer(below) {
      checkInteger('random.integer', 'below', below, 0);
      return integer(below);
    },
    shuffle(items) {
      checkList('random.shuffle', 'items', items, 'what is to be shuffled');
      for (let i = items.length - 1; i > 0; i--) {
        const j = integer(i + 1);
        const kept = items[i] as (typeof items)[number];
        items[i] = items[j] as (typeof items)[number];
        items[j] = kept;
      }
      return items;
    },
    fork(name) {
      if (typeof name !== 'string') {
        throw new MetricLearningError({
          where: 'random.fork',
          expected: 'name to be a string',
          got: show(name),
        });
      }
      return fromSeeds(hash(name) ^ a, b, c ^ counter);
    },
    state: () => [a, b, c, counter],
  };
}

function checkState(state: RandomState): void {
  const words: unknown = state;
  if (Array.isArray(words) && words.length === 4 && words.every(Number.isInteger)) return;
  throw new MetricLearningError({
    where: 'restoreRandom',
    expected: 'state to be the four whole numbers that state() gives',
    got: show(words),
  });
}

function fromSeeds(a: number, b: number, c: number): Random {
  const random = restoreRandom([a | 0, b | 0, c | 0, 1]);
  for (let i = 0; i < 15; i++) random.next(); // mixes the seed through all 128 bits
  return random;
}

function hash(name: string): number {
  return fnv1a(Uint16Array.from({ length: name.length }, (_, i) => name.charCodeAt(i)));
}
