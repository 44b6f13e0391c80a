/**
 * A cyclic redundancy check of 32 bits, for a reversed polynomial: 0xedb88320 is that of PNG and gzip, 0x82f63b78
 * that of TFRecord files (CRC-32C, Castagnoli).
 *
 * Four bytes at a time, by a table for each of them (slicing by 4).
 */
export function crc32(polynomial: number): (bytes: Uint8Array) => number {
  const [t0, t1, t2, t3] = tablesOf(polynomial);
  return (bytes) => {
    let crc = -1;
    let at = 0;
    for (const end = bytes.length - 3; at < end; at += 4) {
      crc ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
      crc = t3[crc & 255]! ^ t2[(crc >>> 8) & 255]! ^ t1[(crc >>> 16) & 255]! ^ t0[crc >>> 24]!;
    }
    for (; at < bytes.length; at++) crc = (crc >>> 8) ^ t0[(crc ^ bytes[at]!) & 255]!;
    return ~crc >>> 0;
  };
}

/** What a byte changes: the last one, and those one, two and three bytes before. */
function tablesOf(polynomial: number): [Int32Array, Int32Array, Int32Array, Int32Array] {
  const last = Int32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
    return value;
  });
  const before = (table: Int32Array): Int32Array =>
    table.map((value) => (value >>> 8) ^ last[value & 255]!);
  const second = before(last);
  const third = before(second);
  return [last, second, third, before(third)];
}
