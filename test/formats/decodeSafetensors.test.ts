import { describe, expect, test } from 'vitest';
import {
  createIndex,
  decodeSafetensors,
  encodeIndex,
  MetricLearningError,
} from '../../src/index.ts';

const bytesOf = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, 'base64'));

/** What safetensors of Python writes of arrays of all types. */
const file = bytesOf(
  'YAIAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJmb3JtYXQiOiJwdCJ9LCJpNjQiOnsiZHR5cGUiOiJJNjQiLCJzaGFwZSI6WzJdLCJkYXRhX29mZnNldHMiOlswLDE2XX0sImY2NCI6eyJkdHlwZSI6IkY2NCIsInNoYXBlIjpbMV0sImRhdGFfb2Zmc2V0cyI6WzE2LDI0XX0sImYzMiI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbMiwyXSwiZGF0YV9vZmZzZXRzIjpbMjQsNDBdfSwiaTMyIjp7ImR0eXBlIjoiSTMyIiwic2hhcGUiOlsxXSwiZGF0YV9vZmZzZXRzIjpbNDAsNDRdfSwiYmYxNiI6eyJkdHlwZSI6IkJGMTYiLCJzaGFwZSI6WzJdLCJkYXRhX29mZnNldHMiOls0NCw0OF19LCJmMTYiOnsiZHR5cGUiOiJGMTYiLCJzaGFwZSI6WzRdLCJkYXRhX29mZnNldHMiOls0OCw1Nl19LCJpMTYiOnsiZHR5cGUiOiJJMTYiLCJzaGFwZSI6WzFdLCJkYXRhX29mZnNldHMiOls1Niw1OF19LCJpOCI6eyJkdHlwZSI6Ikk4Iiwic2hhcGUiOlsxXSwiZGF0YV9vZmZzZXRzIjpbNTgsNTldfSwidTgiOnsiZHR5cGUiOiJVOCIsInNoYXBlIjpbMV0sImRhdGFfb2Zmc2V0cyI6WzU5LDYwXX0sImJvb2wiOnsiZHR5cGUiOiJCT09MIiwic2hhcGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbNjAsNjJdfX0gICAgIAcAAAAAAAAA//////////9VVVVVVVXVPwAAgD8AACBAAABAQAAAgMAFAAAAwD9i/wA+//sBAAB81P79yAEA',
);
const large = bytesOf(
  'OAAAAAAAAAB7ImJpZyI6eyJkdHlwZSI6Ikk2NCIsInNoYXBlIjpbMV0sImRhdGFfb2Zmc2V0cyI6WzAsOF19fQAAAAAAAQAA',
);

test('decodeSafetensors reads what Python writes', () => {
  const { tensors, metadata } = decodeSafetensors(file);
  expect(metadata).toEqual({ format: 'pt' });
  expect(tensors).toEqual({
    f32: { shape: [2, 2], data: Float32Array.of(1, 2.5, 3, -4) },
    f64: { shape: [1], data: Float32Array.of(1 / 3) },
    f16: { shape: [4], data: Float32Array.of(1.5, -65504, 2 ** -24, Number.POSITIVE_INFINITY) },
    bf16: { shape: [2], data: Float32Array.of(1.5, -3.00405527047391e38) },
    i64: { shape: [2], data: Int32Array.of(7, -1) },
    i32: { shape: [1], data: Int32Array.of(5) },
    i16: { shape: [1], data: Int32Array.of(-300) },
    i8: { shape: [1], data: Int32Array.of(-3) },
    u8: { shape: [1], data: Uint8Array.of(200) },
    bool: { shape: [2], data: Uint8Array.of(1, 0) },
  });
});

test('decodeSafetensors reads the vectors of an index of this library', async () => {
  const index = createIndex({ dims: 2 });
  await index.add({ data: Float32Array.of(1, 2), shape: [1, 2] }, [{ id: 'a' }]);
  const { tensors } = decodeSafetensors(await encodeIndex(index.state()));
  expect(tensors['vectors']).toEqual({ shape: [1, 2], data: Float32Array.of(1, 2) });
});

/** A file with this header and so many bytes of arrays. */
const made = (header: unknown, size = 0): Uint8Array => {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + size);
  bytes[0] = text.length;
  bytes.set(text, 8);
  return bytes;
};

describe('decodeSafetensors refuses', () => {
  test.each<[string, Uint8Array, string]>([
    ['a path', 'x.safetensors' as never, 'expected x to be a Uint8Array of bytes'],
    [
      'an empty file',
      new Uint8Array(0),
      'decodeSafetensors: expected x to be a whole safetensors file, got 0 bytes without its header.',
    ],
    ['another file', new TextEncoder().encode('PK and more bytes'), '17 bytes without its header.'],
    [
      'a header that is a list',
      made([1]),
      'expected x to begin with a header in JSON, got other bytes.',
    ],
    ['an array that is none', made({ a: null }), 'to say type, shape and place of "a", got null.'],
    [
      'a negative size',
      made({ a: { dtype: 'F32', shape: [-1], data_offsets: [0, 4] } }, 4),
      'to say type, shape and place of "a"',
    ],
    [
      'another type',
      made({ a: { dtype: 'F8_E4M3', shape: [1], data_offsets: [0, 1] } }, 1),
      'to hold "a" as one of F64, F32, F16, BF16, I64, I32, I16, U16, I8, U8, BOOL, got "F8_E4M3".',
    ],
    [
      'a file that is cut off',
      made({ a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } }, 7),
      'to hold 8 bytes of "a", of shape [2], got bytes 0 to 8 of 7. The file is truncated',
    ],
    [
      'a place of another size',
      made({ a: { dtype: 'F32', shape: [2], data_offsets: [0, 4] } }, 8),
      'to hold 8 bytes of "a", of shape [2], got bytes 0 to 4 of 8.',
    ],
    ['a large number', large, 'to hold numbers of 32 bits in "big", got 1099511627776 at index 0.'],
  ])('%s', (_, bytes, message) => {
    const decode = (): unknown => decodeSafetensors(bytes, 'x');
    expect(decode).toThrow(MetricLearningError);
    expect(decode).toThrow(message);
  });
});
