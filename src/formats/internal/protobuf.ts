import { joinBytes } from '../../internal/joinBytes.ts';

// Fields of protocol buffer messages, as bytes: https://protobuf.dev/programming-guides/encoding/

/** A field of type int64, for whole numbers from 0 to 2^53. */
export function varint(field: number, value: number): Uint8Array {
  return Uint8Array.from([...number(field * 8), ...number(value)]);
}

export function double(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(9);
  bytes[0] = field * 8 + 1;
  new DataView(bytes.buffer).setFloat64(1, value, true);
  return bytes;
}

export function float(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(5);
  bytes[0] = field * 8 + 5;
  new DataView(bytes.buffer).setFloat32(1, value, true);
  return bytes;
}

export function text(field: number, value: string): Uint8Array {
  return message(field, new TextEncoder().encode(value));
}

/** A message within a message. */
export function message(field: number, content: Uint8Array): Uint8Array {
  return joinBytes([
    Uint8Array.from([...number(field * 8 + 2), ...number(content.length)]),
    content,
  ]);
}

/** Seven bits a byte, lowest first; division, since bit operations end at 32 bits. */
function number(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return bytes;
}
