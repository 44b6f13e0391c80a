/** The bytes of a typed array, little-endian as every platform of today has them. */
export function bytesOf(values: Uint16Array | Uint32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
