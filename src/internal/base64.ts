/** Bytes as base64 text, in Node and browsers. */
export function encodeBase64(bytes: Uint8Array): string {
  let binary = '';
  // In parts: one call accepts no more than some ten thousand arguments.
  for (let at = 0; at < bytes.length; at += 0x2000) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x2000));
  }
  return btoa(binary);
}

/** The bytes of a base64 text. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
