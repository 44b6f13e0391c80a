import { joinBytes } from './joinBytes.ts';

/** Bytes that are hashed at a time, where the platform hashes in parts. */
const atOnce = 2 ** 26;

/**
 * The SHA-256 of bytes, which may lie in several parts, one after the other; 32 bytes. Node's own hash takes them as they
 * lie; browsers (on https or localhost) hash by WebCrypto, which needs them in one piece.
 */
export async function sha256(bytes: Uint8Array | readonly Uint8Array[]): Promise<Uint8Array> {
  const parts = bytes instanceof Uint8Array ? [bytes] : bytes;
  const node = globalThis.process?.getBuiltinModule?.('node:crypto');
  if (node === undefined) {
    const whole = joinBytes(parts) as BufferSource;
    return new Uint8Array(await crypto.subtle.digest('SHA-256', whole));
  }
  const hash = node.createHash('sha256');
  for (const part of parts) {
    for (let at = 0; at < part.length; at += atOnce) hash.update(part.subarray(at, at + atOnce));
  }
  return Uint8Array.from(hash.digest());
}

/** Bytes as hexadecimal text, two characters a byte. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
