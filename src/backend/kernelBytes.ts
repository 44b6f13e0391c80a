import { decodeBase64 } from '../internal/base64.ts';
import { inflate } from '../internal/inflate.ts';
import { modules } from './wasmModule.ts';

/**
 * The bytes of the kernels' module, with fused multiply-add where `relaxed`: every second piece of what
 * scripts/buildKernels.mjs has packed. Each piece comes after its length in two bytes.
 */
export async function kernelBytes(relaxed: boolean): Promise<Uint8Array<ArrayBuffer>> {
  const both = await inflate(decodeBase64(modules), 'deflate-raw');
  const bytes = new Uint8Array(both.length);
  let size = 0;
  let isWanted = !relaxed;
  for (let at = 0; at < both.length; isWanted = !isWanted) {
    const end = at + 2 + both[at]! + 256 * both[at + 1]!;
    if (isWanted) {
      bytes.set(both.subarray(at + 2, end), size);
      size += end - at - 2;
    }
    at = end;
  }
  return bytes.slice(0, size);
}
