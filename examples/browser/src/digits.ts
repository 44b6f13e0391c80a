import { fetchIdxDataset, type IdxDataset } from 'tfjs-metric-learning';

/** Values of an image. */
export const imageSize = 784;

/** One of the two sets of digits beside the page: those of the map, or those to learn from. */
export function fetchDigits(name: 'map' | 'train'): Promise<IdxDataset> {
  const [images, labels] = ['images', 'labels'].map(
    (part) => new URL(`./${name}-${part}.gz`, import.meta.url),
  ) as [URL, URL];
  return fetchIdxDataset(images, labels);
}

/** An image as text, for the metadata of an item. */
export function encodeInk(pixels: Uint8Array): string {
  return btoa(String.fromCharCode(...pixels));
}

export function decodeInk(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
