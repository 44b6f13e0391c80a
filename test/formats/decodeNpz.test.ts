import { describe, expect, test } from 'vitest';
import { decodeNpz } from '../../src/index.ts';

const bytesOf = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, 'base64'));

/** What NumPy 2.4 writes of x = [[1, 2.5], [3, -4]] of float32 and y = [7, -1] of int64. */
const stored = bytesOf(
  'UEsDBC0AAAAAAAAAIQC+e8XX//////////8FABQAeC5ucHkBABAAkAAAAAAAAACQAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzogJzxmNCcsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgyLCAyKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAACAPwAAIEAAAEBAAACAwFBLAwQtAAAAAAAAACEA4JLOvP//////////BQAUAHkubnB5AQAQAJAAAAAAAAAAkAAAAAAAAACTTlVNUFkBAHYAeydkZXNjcic6ICc8aTgnLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMiwpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgCgcAAAAAAAAA//////////9QSwECLQMtAAAAAAAAACEAvnvF15AAAACQAAAABQAAAAAAAAAAAAAAgAEAAAAAeC5ucHlQSwECLQMtAAAAAAAAACEA4JLOvJAAAACQAAAABQAAAAAAAAAAAAAAgAHHAAAAeS5ucHlQSwUGAAAAAAIAAgBmAAAAjgEAAAAA',
);
const compressed = bytesOf(
  'UEsDBC0AAAAIAAAAIQC+e8XX//////////8FABQAeC5ucHkBABAAkAAAAAAAAABVAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6CkaaOgq1CmQDLgaGBnsGBgUHBgYHIG44AABQSwMELQAAAAgAAAAhAOCSzrz//////////wUAFAB5Lm5weQEAEACQAAAAAAAAAEoAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgbpNpoa6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaRjqaOgq1ChQALnYGCPgPBQBQSwECLQMtAAAACAAAACEAvnvF11UAAACQAAAABQAAAAAAAAAAAAAAgAEAAAAAeC5ucHlQSwECLQMtAAAACAAAACEA4JLOvEoAAACQAAAABQAAAAAAAAAAAAAAgAGMAAAAeS5ucHlQSwUGAAAAAAIAAgBmAAAADQEAAAAA',
);

test.each([
  ['numpy.savez', stored],
  ['numpy.savez_compressed', compressed],
])('decodeNpz reads what %s writes', async (_, bytes) => {
  expect(await decodeNpz(bytes)).toEqual({
    x: { shape: [2, 2], data: Float32Array.of(1, 2.5, 3, -4) },
    y: { shape: [2], data: Int32Array.of(7, -1) },
  });
});

describe('decodeNpz refuses', () => {
  const withByte = (bytes: Uint8Array, at: number, value: number): Uint8Array => {
    const changed = bytes.slice();
    changed[at] = value;
    return changed;
  };
  test.each<[string, Uint8Array, string]>([
    [
      'no bytes',
      'text' as never,
      'decodeNpz: expected x.npz to be a Uint8Array of bytes, got "text".',
    ],
    [
      'an empty file',
      new Uint8Array(0),
      'expected x.npz to be a whole ZIP file, got 0 bytes without its end.',
    ],
    ['a truncated file', stored.subarray(0, -5), 'to be a whole ZIP file'],
    [
      'a file that lacks its beginning',
      stored.subarray(100),
      'to have a directory of its files, got none at byte 398.',
    ],
    [
      'a changed value',
      withByte(stored, 190, 1),
      'to hold x.npy whole, got bytes of another checksum. The file is truncated or damaged: fetch it again.',
    ],
    ['damaged compressed data', withByte(compressed, 60, 255), 'to hold x.npy whole, got '],
    [
      'files that are no arrays',
      stored.map((byte) => (byte === 0x70 ? 0x71 : byte)),
      'to hold .npy files, got none among 2 files.',
    ],
  ])('%s', async (_, bytes, message) => {
    await expect(decodeNpz(bytes, 'x.npz')).rejects.toThrow(message);
  });
});
