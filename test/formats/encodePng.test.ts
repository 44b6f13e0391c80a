import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tileImage } from '../../src/charts/internal/tileImage.ts';
import { encodePng } from '../../src/formats/encodePng.ts';
import { crc32 } from '../../src/formats/internal/crc32.ts';
import { spriteSheet } from '../../src/formats/spriteSheet.ts';
import { mnist } from '../charts/mnist.ts';

interface Decoded {
  width: number;
  height: number;
  colorType: number;
  pixels: number[];
  filters: Set<number>;
}

/** A PNG decoder of its own, on Node's zlib, for files of one IDAT chunk. */
function decodePng(png: Uint8Array): Decoded {
  const crc = crc32(0xedb88320);
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  expect([...png.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
  const chunks = new Map<string, Uint8Array>();
  for (let at = 8; at < png.length; ) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...png.subarray(at + 4, at + 8));
    expect(view.getUint32(at + 8 + length), `CRC of ${type}`).toBe(
      crc(png.subarray(at + 4, at + 8 + length)),
    );
    chunks.set(type, png.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  expect([...chunks.keys()]).toEqual(['IHDR', 'IDAT', 'IEND']);
  const header = chunks.get('IHDR') as Uint8Array;
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const colorType = header[9] as number;
  expect([...header.subarray(8)]).toEqual([8, colorType, 0, 0, 0]);
  const channels = { 0: 1, 2: 3, 6: 4 }[colorType] as number;
  const raw = inflateSync(chunks.get('IDAT') as Uint8Array);
  const stride = width * channels;
  const out = new Uint8Array(height * stride);
  const filters = new Set<number>();
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)] as number;
    filters.add(filter);
    for (let i = 0; i < stride; i++) {
      const a = i < channels ? 0 : (out[y * stride + i - channels] as number);
      const b = y === 0 ? 0 : (out[(y - 1) * stride + i] as number);
      const c = i < channels || y === 0 ? 0 : (out[(y - 1) * stride + i - channels] as number);
      const p = a + b - c;
      const near = [a, b, c].reduce((best, v) => (Math.abs(p - v) < Math.abs(p - best) ? v : best));
      const predicted = [0, a, b, Math.floor((a + b) / 2), near][filter] as number;
      out[y * stride + i] = (raw[y * (stride + 1) + 1 + i] as number) + predicted;
    }
  }
  return { width, height, colorType, pixels: [...out], filters };
}

describe('crc32', () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

  test('PNG’s, as its specification gives it for IEND', () => {
    expect(crc32(0xedb88320)(bytes('IEND'))).toBe(0xae426082);
    expect(crc32(0xedb88320)(bytes('123456789'))).toBe(0xcbf43926);
  });

  test('Castagnoli’s, as RFC 3720 gives it', () => {
    const crc32c = crc32(0x82f63b78);
    expect(crc32c(bytes('123456789'))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => 31 - i))).toBe(0x113fdb5c);
  });
});

describe('encodePng', () => {
  test.each([
    [1, 0],
    [3, 2],
    [4, 6],
  ])('keeps every pixel of %d channels', async (channels, colorType) => {
    const size = fc.integer({ min: 1, max: 12 });
    await fc.assert(
      fc.asyncProperty(
        size,
        size,
        fc.infiniteStream(fc.nat(255)),
        async (width, height, values) => {
          const pixels = Uint8Array.from([...values.take(width * height * channels)]);
          const decoded = decodePng(await encodePng(pixels, width, height));
          expect(decoded).toMatchObject({ width, height, colorType, pixels: [...pixels] });
        },
      ),
      { numRuns: 40 },
    );
  });

  test('filters rows where that makes the file smaller', async () => {
    const side = 64;
    const slope = Uint8Array.from(
      { length: side * side },
      (_, i) => (i % side) * 2 + (i / side) * 2,
    );
    const decoded = decodePng(await encodePng(slope, side, side));
    expect(decoded.pixels).toEqual([...slope]);
    expect(decoded.filters.has(0)).toBe(false);
  });

  test.each([
    [
      5,
      2,
      2,
      'encodePng: expected pixels to hold 2 x 2 pixels of 1, 3 or 4 bytes each, got 5 bytes.',
    ],
    [
      8,
      2,
      2,
      'encodePng: expected pixels to hold 2 x 2 pixels of 1, 3 or 4 bytes each, got 8 bytes.',
    ],
    [0, 0, 1, 'encodePng: expected width to be a whole number >= 1, got width: 0.'],
  ])('rejects %d bytes as %d x %d', async (length, width, height, message) => {
    await expect(encodePng(new Uint8Array(length), width, height)).rejects.toThrow(message);
  });
});

describe('spriteSheet', () => {
  test('lays images out row by row, the rest black', async () => {
    const images = Uint8Array.of(1, 2, 3, 4, 11, 12, 13, 14, 21, 22, 23, 24);
    const sprite = await spriteSheet(images, { shape: [2, 2] });
    expect(sprite).toMatchObject({ width: 4, height: 4, tileWidth: 2, columns: 2, count: 3 });
    expect(decodePng(sprite.png).pixels).toEqual([
      1, 2, 11, 12, 3, 4, 13, 14, 21, 22, 0, 0, 23, 24, 0, 0,
    ]);
  });

  test('scales to white, and clips', async () => {
    const images = Float32Array.of(0, 0.5, 1, 2, -1, 0.2);
    const { png } = await spriteSheet(images, { shape: [1, 2, 3], white: 1 });
    expect(decodePng(png)).toMatchObject({ colorType: 2, pixels: [0, 128, 255, 255, 0, 51] });
  });

  test('holds the images of MNIST as they are', async () => {
    const { pixels } = mnist(10);
    const sprite = await spriteSheet(pixels, { shape: [28, 28, 1] });
    expect(sprite).toMatchObject({ width: 112, height: 112, columns: 4 });
    const url = await tileImage(sprite, 5);
    const tile = decodePng(Uint8Array.from(Buffer.from(url.split(',')[1] as string, 'base64')));
    expect(tile.pixels).toEqual([...pixels.subarray(5 * 784, 6 * 784)]);
  });

  test.each([
    [
      new Uint8Array(5),
      { shape: [2, 2] },
      'spriteSheet: expected images of 2 * 2 * 1 values each, at least one, got 5 values.',
    ],
    [
      new Uint8Array(0),
      { shape: [2, 2] },
      'spriteSheet: expected images of 2 * 2 * 1 values each, at least one, got 0 values.',
    ],
    [
      new Uint8Array(8),
      { shape: [2, 2, 2] },
      'spriteSheet: expected shape to be [height, width] or [height, width, 1, 3 or 4], got [2,2,2].',
    ],
    [
      new Uint8Array(5 * 4000 * 4000),
      { shape: [4000, 4000] },
      'spriteSheet: expected a sprite of at most 8192 x 8192 pixels, got 12000 x 12000 for 5 images. ' +
        'Show at most 4 images of this size, or make them smaller.',
    ],
    [
      Float32Array.of(1, Number.NaN),
      { shape: [1, 1] },
      'spriteSheet: expected images to be finite, got NaN in image 1.',
    ],
    [
      new Uint8Array(4),
      { shape: [2, 2], white: 0 },
      'spriteSheet: expected white to be a finite number > 0, got white: 0.',
    ],
  ])('rejects bad input: %#', async (images, options, message) => {
    await expect(spriteSheet(images, options)).rejects.toThrow(message);
  });
});
