import { describe, expect, test } from 'vitest';
import { BlockMemory } from '../../src/backend/blockMemory.ts';
import { MemoryFull } from '../../src/backend/memoryFull.ts';

describe('blocks of WebAssembly memory', () => {
  test('do not overlap, and are aligned for vectors', () => {
    const blocks = new BlockMemory();
    const sizes = [1, 16, 100, 4096, 70_000, 1_000_000, 0];
    const ranges = sizes
      .map((size) => ({ from: blocks.allocate(size), size }))
      .sort((a, b) => a.from - b.from);
    ranges.forEach(({ from, size }, i) => {
      expect(from % 16).toBe(0);
      const next = ranges[i + 1]?.from ?? blocks.grownBytes + 1;
      expect(from + size).toBeLessThan(next);
    });
  });

  test('are used again', () => {
    const blocks = new BlockMemory();
    const [first, second] = [blocks.allocate(1000), blocks.allocate(1000)];
    blocks.allocate(1000);
    blocks.free(first);
    blocks.free(second);
    expect([blocks.allocate(990), blocks.allocate(990)].sort()).toEqual([first, second]);
  });

  test('are no larger than needed, but for 64 bytes that kernels may read past their end', () => {
    const blocks = new BlockMemory();
    for (const size of [0, 1, 64, 5000, 33_000, 1_048_577, 7_777_777]) {
      const before = blocks.usedBytes;
      blocks.allocate(size);
      expect(blocks.usedBytes - before).toBe(64 * Math.ceil((size + 64) / 64));
    }
  });

  test('views stay valid as the memory grows', () => {
    const blocks = new BlockMemory();
    const floats = blocks.floats(blocks.allocate(40), 10).fill(7);
    blocks.allocate(100_000_000);
    expect(Array.from(floats)).toEqual(Array(10).fill(7));
  });

  test('what does not fit throws, after larger free blocks are used up', () => {
    const blocks = new BlockMemory(64);
    const large = blocks.allocate(3_000_000);
    expect(() => blocks.allocate(2_000_000)).toThrow(MemoryFull);
    blocks.free(large);
    expect(blocks.allocate(2_000_000)).toBe(large);
    blocks.free(large);
    expect(blocks.usedBytes).toBe(0);
  });
});
