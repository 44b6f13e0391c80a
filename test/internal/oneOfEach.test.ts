import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { decodeBase64, encodeBase64 } from '../../src/internal/base64.ts';
import { firstIndex } from '../../src/internal/firstIndex.ts';
import { sha256, toHex } from '../../src/internal/sha256.ts';
import { squaredDistance } from '../../src/internal/squaredDistance.ts';

const bytes = Uint8Array.from({ length: 20_003 }, (_, i) => (i * 7919) & 255);

describe('base64', () => {
  test.each([0, 1, 2, 3, 8192, 20_003])('of %i bytes is what Node makes, and back', (length) => {
    const some = bytes.subarray(0, length);
    expect(encodeBase64(some)).toBe(Buffer.from(some).toString('base64'));
    expect(decodeBase64(encodeBase64(some))).toEqual(Uint8Array.from(some));
  });
});

test.each([0, 1, 64, 20_003])('sha256 of %i bytes is what Node makes', async (length) => {
  const some = bytes.subarray(0, length);
  expect(toHex(await sha256(some))).toBe(createHash('sha256').update(some).digest('hex'));
});

describe('firstIndex', () => {
  const sorted = [1, 3, 3, 3, 8];
  test.each([
    [0, 0],
    [1, 1],
    [3, 4],
    [8, 5],
  ])('of the first value above %i', (limit, index) => {
    expect(firstIndex(sorted.length, (i) => (sorted[i] as number) > limit)).toBe(index);
  });

  test('of nothing is 0', () => {
    expect(firstIndex(0, () => true)).toBe(0);
  });
});

test('squaredDistance is of two rows, each scaled first', () => {
  const x = [0, 0, 1, 2];
  const y = [4, 6];
  expect(squaredDistance(x, 1, y, 0, 2)).toBe(9 + 16);
  expect(squaredDistance(x, 1, y, 0, 2, 2, 0.5)).toBe(0 + 1);
});
