import { describe, expect, test } from 'vitest';
import { crc32 } from '../../src/formats/internal/crc32.ts';
import { scalarEvents } from '../../src/formats/scalarEvents.ts';

const crc = crc32(0x82f63b78);
const masked = (value: number): number => (((value >>> 15) | (value << 17)) + 0xa282ead8) >>> 0;

/** The data of each TFRecord, lengths and checksums verified. */
function records(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const found: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = Number(view.getBigUint64(at, true));
    expect(view.getUint32(at + 8, true)).toBe(masked(crc(bytes.subarray(at, at + 8))));
    const data = bytes.subarray(at + 12, at + 12 + length);
    expect(view.getUint32(at + 12 + length, true)).toBe(masked(crc(data)));
    found.push(data);
    at += 16 + length;
  }
  return found;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('scalarEvents', () => {
  test('begins with the file version, and holds an event a scalar', () => {
    const [first, second, third] = records(
      scalarEvents([
        { tag: 'loss', step: 1, wallTime: 1.5, value: 0.5 },
        { tag: 'é', step: 300, wallTime: 2, value: -2 },
      ]),
    ) as [Uint8Array, Uint8Array, Uint8Array];
    // 09 wall_time, 1a file_version
    expect(hex(first)).toBe(
      `09${'000000000000f83f'}1a0d${Buffer.from('brain.Event:2').toString('hex')}`,
    );
    // 09 wall_time, 10 step, 2a summary { 0a value { 0a tag, 15 simple_value } }
    expect(hex(second)).toBe('09000000000000f83f10012a0d0a0b0a046c6f7373150000003f');
    expect(hex(third)).toBe('09000000000000004010ac022a0b0a090a02c3a915000000c0');
  });

  test('steps beyond 32 bits keep their value', () => {
    const [, event] = records(
      scalarEvents([{ tag: 'a', step: 2 ** 40 + 1, wallTime: 0, value: 1 }]),
    ) as [Uint8Array, Uint8Array];
    expect(hex(event.subarray(9, 16))).toBe('10818080808020');
  });

  test('is byte for byte what tensorboard 2.21 writes', () => {
    const bytes = scalarEvents([{ tag: 'loss', step: 1, wallTime: 1.5, value: 0.5 }]);
    expect(hex(bytes)).toBe(
      '1800000000000000a37f4b2209000000000000f83f1a0d627261696e2e4576656e743a322a28646c' +
        '1a00000000000000129bd82d09000000000000f83f10012a0d0a0b0a046c6f7373150000003f18a4433d',
    );
  });

  test('an empty list is a file without scalars', () => {
    expect(records(scalarEvents([])).length).toBe(1);
  });

  test.each([
    [
      { tag: '', step: 0, wallTime: 0, value: 0 },
      'expected tag to be a string that is not empty, got "" in event 0.',
    ],
    [
      { tag: 'a', step: -1, wallTime: 0, value: 0 },
      'expected step to be a whole number >= 0, got -1 in event 0.',
    ],
    [
      { tag: 'a', step: 0, wallTime: Number.NaN, value: 0 },
      'expected wallTime to be seconds since 1970, got NaN in event 0.',
    ],
  ])('rejects %o', (event, message) => {
    expect(() => scalarEvents([event])).toThrow(`scalarEvents: ${message}`);
  });
});
