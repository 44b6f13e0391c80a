import { describe, expect, test } from 'vitest';
import { BlockAllocator } from '../../src/backend/blockAllocator.ts';
import { createRandom } from '../../src/random/createRandom.ts';

const granule = 64;

/** The same memory as one number a granule: 0 where it is free, else the number of its block. */
class Model {
  readonly #owners: Int32Array;
  #number = 0;

  constructor(granules: number) {
    this.#owners = new Int32Array(granules);
  }

  /** Gives a range to a new block; false if part of it was taken. */
  take(from: number, size: number): boolean {
    const [first, end] = [from / granule, (from + size) / granule];
    this.#number++;
    for (let i = first; i < end; i++) {
      if (this.#owners[i] !== 0) return false;
      this.#owners[i] = this.#number;
    }
    return true;
  }

  /** Frees a range; false if it was not one block. */
  drop(from: number, size: number): boolean {
    const [first, end] = [from / granule, (from + size) / granule];
    const owner = this.#owners[first];
    for (let i = first; i < end; i++) {
      if (this.#owners[i] === 0 || this.#owners[i] !== owner) return false;
      this.#owners[i] = 0;
    }
    return true;
  }

  get usedBytes(): number {
    return granule * this.#owners.reduce((count, owner) => count + (owner === 0 ? 0 : 1), 0);
  }

  get largestFree(): number {
    let [largest, run] = [0, 0];
    for (const owner of this.#owners) {
      run = owner === 0 ? run + 1 : 0;
      largest = Math.max(largest, run);
    }
    return granule * largest;
  }
}

/** Takes and frees blocks of random sizes at random, and compares with a model all along. */
function compareWithModel(operations: number, sizeOf: (u: number) => number, granules: number) {
  const random = createRandom(operations);
  const blocks = new BlockAllocator(0);
  const model = new Model(granules);
  const held: { address: number; size: number }[] = [];
  let refused = 0;
  blocks.extend((granules / 2) * granule);
  for (let i = 0; i < operations; i++) {
    if (i === operations >> 2) blocks.extend(granules * granule); // the memory grows in between
    // Phases in which the memory fills, and in which it empties.
    const fills = Math.floor(i / 20_000) % 2 === 0;
    if (held.length === 0 || random.next() < (fills ? 0.6 : 0.4)) {
      const wanted = sizeOf(random.next());
      const address = blocks.allocate(wanted);
      if (address === undefined) {
        refused++;
        continue;
      }
      const size = blocks.sizeOf(address);
      if (size < wanted || size >= Math.max(1, wanted) + granule || !model.take(address, size)) {
        throw new Error(`operation ${i}: ${size} bytes at ${address} for ${wanted}`);
      }
      held.push({ address, size });
    } else {
      const index = random.integer(held.length);
      const { address, size } = held[index] as { address: number; size: number };
      held[index] = held.at(-1) as { address: number; size: number };
      held.pop();
      blocks.free(address);
      if (!model.drop(address, size)) throw new Error(`operation ${i}: freed ${address}`);
    }
    if (i % 100_000 === 0 && i > operations >> 2) {
      expect(blocks.usedBytes).toBe(model.usedBytes);
      expect(blocks.largestFree).toBe(model.largestFree);
    }
  }
  return { blocks, held, refused };
}

describe('a block allocator', () => {
  test.each<[string, number, (u: number) => number, number]>([
    ['small blocks', 1_200_000, (u) => 1 + Math.floor(2000 * u), 100_000],
    [
      'sizes over four powers of ten',
      1_500_000,
      (u) => Math.floor(64 * 10 ** (4 * u * u)),
      400_000,
    ],
    ['a few sizes', 1_000_000, (u) => [0, 64, 4000, 9000][Math.floor(4 * u)] as number, 200_000],
  ])('of %s: %i random operations are those of a model', (_, operations, sizeOf, granules) => {
    const { blocks, held } = compareWithModel(operations, sizeOf, granules);
    for (const { address } of held) blocks.free(address);
    expect(blocks.usedBytes).toBe(0);
    expect(blocks.largestFree).toBe(granules * granule); // all joined again
    expect([...blocks.blocks()]).toEqual([]);
  });

  test('refuses a block only where less than 3 % more is missing', () => {
    const blocks = new BlockAllocator(0);
    blocks.extend(1_000_000);
    const [largest] = [blocks.largestFree];
    expect(blocks.allocate(largest + 1)).toBeUndefined();
    expect(blocks.allocate(largest)).toBe(0);
  });

  test('addresses and sizes beyond 2 GB are right', () => {
    const blocks = new BlockAllocator(1024);
    blocks.extend(2 ** 32);
    const sizes = [2.2e9, 1.1e9, 5e8, 1e8, 1e7];
    const addresses = sizes.map((size) => blocks.allocate(size) as number);
    const ranges = sizes.map((size, i) => [
      addresses[i] as number,
      (addresses[i] as number) + size,
    ]);
    ranges.sort(([a = 0], [b = 0]) => a - b);
    ranges.reduce(([, end = 0], [start = 0, next = 0]) => {
      expect(start).toBeGreaterThanOrEqual(end);
      return [start, next];
    }, []);
    expect(blocks.allocate(1e9)).toBeUndefined();
    for (const address of addresses) blocks.free(address);
    expect(blocks.largestFree).toBe(2 ** 32 - 1024);
  });

  test('compacts: what is free lies in one piece, and what has no holder stays', () => {
    const blocks = new BlockAllocator(0);
    blocks.extend(64 * 1000);
    const pinned = 501;
    const now: number[] = [];
    const addresses = Array.from({ length: 1000 }, (_, i) => {
      const moved = (address: number): void => {
        now[i] = address;
      };
      now[i] = blocks.allocate(64, i === pinned ? undefined : { moved }) as number;
      return now[i] as number;
    });
    const contents = new Map(addresses.map((address, i) => [address, i]));
    for (let i = 0; i < 1000; i += 2) blocks.free(addresses[i] as number);
    blocks.compact((from, to, size) => {
      expect(size).toBe(64);
      expect(to).toBeLessThan(from);
      contents.set(to, contents.get(from) as number);
    });
    expect(blocks.usedBytes).toBe(64 * 500);
    for (let i = 1; i < 1000; i += 2) expect(contents.get(now[i] as number)).toBe(i);
    expect(now[pinned]).toBe(64 * pinned);
    const held = [...blocks.blocks()].map(({ address }) => address);
    expect(held).toEqual(now.filter((_, i) => i % 2 === 1));
    expect(blocks.largestFree).toBe(64 * 251);
    for (const address of held) blocks.free(address);
    expect(blocks.largestFree).toBe(64 * 1000);
  });

  test('a block that is not there cannot be freed', () => {
    const blocks = new BlockAllocator(0);
    blocks.extend(6400);
    const address = blocks.allocate(64) as number;
    blocks.free(address);
    expect(() => blocks.free(address)).toThrow('no block at 0');
  });
});
