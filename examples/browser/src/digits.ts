import { parseIdx } from 'tfjs-metric-learning';

/** Values of an image. */
export const imageSize = 784;

export interface Digits {
  /** Pixels from 0 to 255, [count, 28, 28]. */
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
  readonly count: number;
}

/** One of the two sets of digits beside the page: those of the map, or those to learn from. */
export async function fetchDigits(name: 'map' | 'train'): Promise<Digits> {
  const [images, labels] = await Promise.all(
    ['images', 'labels'].map((part) => fetchIdx(`./${name}-${part}.gz`)),
  );
  return { pixels: images!, labels: labels!, count: labels!.length };
}

async function fetchIdx(address: string): Promise<Uint8Array> {
  const response = await fetch(new URL(address, import.meta.url));
  if (!response.ok || !response.body) throw new Error(`${address}: ${response.status}`);
  const unpacked = response.body.pipeThrough(new DecompressionStream('gzip'));
  const bytes = new Uint8Array(await new Response(unpacked).arrayBuffer());
  return parseIdx(bytes, address).data as Uint8Array;
}

/** An image as text, for the metadata of an item. */
export function encodeInk(pixels: Uint8Array): string {
  return btoa(String.fromCharCode(...pixels));
}

export function decodeInk(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
