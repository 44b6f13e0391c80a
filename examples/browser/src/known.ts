import type { IdxDataset, Json } from 'tfjs-metric-learning';
import type { OpenedBundle } from 'tfjs-metric-learning/browser';
import { decodeInk, imageSize } from './digits.ts';

/** A drawing that was taught by hand. */
export interface Taught {
  readonly label: string;
  readonly pixels: Uint8Array;
  /** Of its item in the worker's index. */
  readonly id: string;
}

/** All that the network is asked about: the digits of the map, and what was taught. */
export interface Known {
  readonly digits: IdxDataset;
  taught: Taught[];
}

export const colors: readonly string[] = [
  '#1061d1',
  '#e0a000',
  '#3a941f',
  '#f5616b',
  '#986dfb',
  '#00b2ae',
  '#825100',
  '#960480',
  '#b8dc2a',
  '#8dc8ff',
  '#e0592a',
  '#6e6f8f',
  '#fcb7a6',
  '#4a7a8c',
  '#c23a6b',
  '#7a9a2e',
  '#5a4fcf',
  '#b0703a',
  '#2f9e6e',
  '#d06fc8',
];

/** Names of the taught classes, in the order in which they were taught. */
export function taughtNames({ taught }: Known): string[] {
  return [...new Set(taught.map(({ label }) => label))];
}

/** A digit has its own number, a taught class one from 10 on. */
export function classOf(known: Known, label: string): number {
  return /^\d$/.test(label) ? Number(label) : 10 + taughtNames(known).indexOf(label);
}

export function colorOf(known: Known, label: string): string {
  return colors[classOf(known, label) % colors.length]!;
}

export function labelsOf(known: Known): Int32Array {
  return Int32Array.from([
    ...known.digits.labels,
    ...known.taught.map(({ label }) => classOf(known, label)),
  ]);
}

export function pixelsOf({ digits, taught }: Known, i: number): Uint8Array {
  return i < digits.count
    ? digits.examples.subarray(i * imageSize, (i + 1) * imageSize)
    : taught[i - digits.count]!.pixels;
}

/** Where an item of the index is on the map. */
export function indexOf({ digits, taught }: Known, id: string): number {
  const digit = /^digit-(\d+)$/.exec(id)?.[1];
  return digit === undefined
    ? digits.count + taught.findIndex((one) => one.id === id)
    : Number(digit);
}

/** What was taught, as a bundle has it, and the places of the digits, where it has them. */
export function readItems({ items }: OpenedBundle): {
  taught: Taught[];
  places: Float32Array | undefined;
} {
  const digits = items.filter(({ id }) => id.startsWith('digit-'));
  const value = (
    metadata: { readonly [key: string]: Json } | undefined,
    key: string,
  ): Json | undefined => metadata?.[key];
  const placed = digits.every(({ metadata }) => typeof value(metadata, 'x') === 'number');
  return {
    taught: items.flatMap(({ id, label, metadata }) => {
      const ink = value(metadata, 'ink');
      return typeof ink === 'string' ? [{ id, label: String(label), pixels: decodeInk(ink) }] : [];
    }),
    places: placed
      ? Float32Array.from(
          digits.flatMap(({ metadata }) => [
            Number(value(metadata, 'x')),
            Number(value(metadata, 'y')),
          ]),
        )
      : undefined,
  };
}

/** Images of all that is known in one image, dark ink on white, as the map takes them. */
export function thumbnails(known: Known): {
  image: HTMLCanvasElement;
  tileWidth: number;
  tileHeight: number;
  columns: number;
} {
  const count = known.digits.count + known.taught.length;
  const columns = 40;
  const image = document.createElement('canvas');
  image.width = 28 * columns;
  image.height = 28 * Math.ceil(count / columns);
  const context = image.getContext('2d') as CanvasRenderingContext2D;
  const tile = context.createImageData(28, 28);
  for (let i = 0; i < count; i++) {
    pixelsOf(known, i).forEach((value, at) => {
      tile.data.set([255 - value, 255 - value, 255 - value, 255], 4 * at);
    });
    context.putImageData(tile, 28 * (i % columns), 28 * Math.floor(i / columns));
  }
  return { image, tileWidth: 28, tileHeight: 28, columns };
}
