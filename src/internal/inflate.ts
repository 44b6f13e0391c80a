/** Unpacks bytes by the platform's DecompressionStream: in Node and in browsers. */
export async function inflate(
  bytes: Uint8Array,
  format: 'gzip' | 'deflate-raw',
): Promise<Uint8Array> {
  const packed = new Blob([bytes as BlobPart]).stream();
  const whole = new Response(packed.pipeThrough(new DecompressionStream(format)));
  return new Uint8Array(await whole.arrayBuffer());
}
