import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkInteger, show } from '../internal/checks.ts';
import { joinBytes } from '../internal/joinBytes.ts';
import { crc32 } from './internal/crc32.ts';

/** Pixels in row-major order: 1 byte (gray), 3 bytes (RGB) or 4 bytes (RGBA) a pixel, each from 0 to 255. */
export type Pixels = Uint8Array | Uint8ClampedArray;

const signature = [137, 80, 78, 71, 13, 10, 26, 10];
const colorTypes: Readonly<Record<number, number>> = { 1: 0, 3: 2, 4: 6 };
const crc = crc32(0xedb88320);

/**
 * Encodes pixels as the bytes of a PNG file, without loss.
 *
 * The number of bytes a pixel says whether they are gray, RGB or RGBA. The platform compresses them (`CompressionStream`,
 * in Node and browsers), with filtered rows where that makes the file smaller.
 *
 * @throws MetricLearningError if there are not 1, 3 or 4 bytes a pixel.
 * @example
 * const png = await encodePng(Uint8Array.of(0, 255, 255, 0), 2, 2); // a gray image of 2 x 2 pixels
 * @see https://www.w3.org/TR/png-3/
 */
export async function encodePng(
  pixels: Pixels,
  width: number,
  height: number,
): Promise<Uint8Array> {
  checkInteger('encodePng', 'width', width);
  checkInteger('encodePng', 'height', height);
  if (!(pixels instanceof Uint8Array || pixels instanceof Uint8ClampedArray)) {
    throw new MetricLearningError({
      where: 'encodePng',
      expected: 'pixels to be a Uint8Array or a Uint8ClampedArray of values from 0 to 255',
      got: show(pixels),
      fix: 'Turn numbers from 0 to 1 into bytes: Uint8Array.from(values, (value) => 255 * value).',
    });
  }
  const channels = pixels.length / (width * height);
  const colorType = colorTypes[channels];
  if (colorType === undefined) {
    throw new MetricLearningError({
      where: 'encodePng',
      expected: `pixels to hold ${width} x ${height} pixels of 1, 3 or 4 bytes each`,
      got: `${pixels.length} bytes`,
    });
  }
  const [plain, filtered] = await Promise.all([
    deflate(unfilteredRows(pixels, width * channels)),
    deflate(filteredRows(pixels, width * channels, channels)),
  ]);
  const header = new Uint8Array(13);
  new DataView(header.buffer).setUint32(0, width);
  new DataView(header.buffer).setUint32(4, height);
  header.set([8, colorType, 0, 0, 0], 8);
  return joinBytes([
    Uint8Array.from(signature),
    chunk('IHDR', header),
    chunk('IDAT', plain.length <= filtered.length ? plain : filtered),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

function unfilteredRows(pixels: Pixels, stride: number): Uint8Array<ArrayBuffer> {
  const rows = new Uint8Array((pixels.length / stride) * (stride + 1));
  for (let from = 0, to = 1; from < pixels.length; from += stride, to += stride + 1) {
    rows.set(pixels.subarray(from, from + stride), to);
  }
  return rows;
}

/** Each row as differences from its neighbours, by the one of PNG's five filters with the smallest differences. */
function filteredRows(pixels: Pixels, stride: number, channels: number): Uint8Array<ArrayBuffer> {
  const rows = new Uint8Array((pixels.length / stride) * (stride + 1));
  const candidate = new Uint8Array(stride);
  for (let row = 0; row * stride < pixels.length; row++) {
    const from = row * stride;
    const to = row * (stride + 1);
    let least = Infinity;
    for (let filter = 0; filter < 5; filter++) {
      let cost = 0;
      for (let i = 0; i < stride; i++) {
        const left = i < channels ? 0 : pixels[from + i - channels]!;
        const up = row === 0 ? 0 : pixels[from + i - stride]!;
        const corner = i < channels || row === 0 ? 0 : pixels[from + i - stride - channels]!;
        const difference = (pixels[from + i]! - predicted(filter, left, up, corner)) & 255;
        candidate[i] = difference;
        cost += difference < 128 ? difference : 256 - difference;
      }
      if (cost >= least) continue;
      least = cost;
      rows[to] = filter;
      rows.set(candidate, to + 1);
    }
  }
  return rows;
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  const estimate = left + up - corner; // Paeth
  const [a, b, c] = [
    Math.abs(estimate - left),
    Math.abs(estimate - up),
    Math.abs(estimate - corner),
  ];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(
    [...type].map((letter) => letter.charCodeAt(0)),
    4,
  );
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc(bytes.subarray(4, 8 + data.length)));
  return bytes;
}
