/**
 * A cyclic redundancy check of 32 bits, for a reversed polynomial: 0xedb88320 is that of PNG and gzip, 0x82f63b78
 * that of TFRecord files (CRC-32C, Castagnoli).
 */
export function crc32(polynomial: number): (bytes: Uint8Array) => number {
  const table = Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
    return value;
  });
  return (bytes) => {
    let crc = 0xffffffff;
    for (const byte of bytes) crc = (crc >>> 8) ^ table[(crc ^ byte) & 255]!;
    return ~crc >>> 0;
  };
}
