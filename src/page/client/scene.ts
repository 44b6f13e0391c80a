import { decodeBase64 } from '../../internal/base64.ts';

/** What the page holds as JSON: everything but the sprite's image. Numbers are base64 of little-endian bytes. */
export interface PageData {
  readonly count: number;
  readonly maps: readonly PageMap[];
  readonly classes: readonly PageClass[];
  /** Class index of each example, uint16. */
  readonly classOf: string;
  readonly sprite?: PageSprite;
  /** `each` examples a row, uint32, nearest first. */
  readonly neighbors?: { readonly each: number; readonly indices: string };
  /** A line about each example. */
  readonly captions?: readonly string[];
  /** Number of each example, uint32; its index when absent. */
  readonly ids?: string;
}

export interface PageMap {
  readonly name: string;
  readonly note: string;
  /** x0, y0, x1, y1 .. as uint16 of 0 .. 65535 over the unit square, y downwards. */
  readonly points: string;
  /** Width and height of what the points cover, of the unit square. */
  readonly extent: readonly [number, number];
}

interface PageClass {
  readonly name: string;
  readonly color: string;
  readonly count: number;
}

interface PageSprite {
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly columns: number;
}

/** A map whose points are numbers again, 0 to 1. */
interface SceneMap {
  readonly name: string;
  readonly note: string;
  readonly points: Float32Array;
  readonly extent: readonly [number, number];
}

/** The page's data, decoded. */
export interface Scene {
  readonly count: number;
  readonly maps: readonly SceneMap[];
  readonly classes: readonly PageClass[];
  readonly classOf: Uint16Array;
  readonly sprite:
    | (PageSprite & { readonly image: HTMLImageElement | HTMLCanvasElement })
    | undefined;
  readonly neighbors: { readonly each: number; readonly indices: Uint32Array } | undefined;
  readonly captions: readonly string[] | undefined;
  /** The number an example is shown with. */
  idOf(i: number): number;
}

export function readScene(data: PageData, image: HTMLImageElement | null): Scene {
  const { count, classes, maps, sprite, neighbors, captions } = data;
  const ids = data.ids === undefined ? undefined : new Uint32Array(decodeBase64(data.ids).buffer);
  return {
    count,
    classes,
    captions,
    idOf: (i) => ids?.[i] ?? i,
    maps: maps.map(({ points, ...map }) => ({
      ...map,
      points: Float32Array.from(
        new Uint16Array(decodeBase64(points).buffer),
        (value) => value / 65535,
      ),
    })),
    classOf: new Uint16Array(decodeBase64(data.classOf).buffer),
    sprite: sprite && image ? { ...sprite, image } : undefined,
    neighbors: neighbors && {
      each: neighbors.each,
      indices: new Uint32Array(decodeBase64(neighbors.indices).buffer),
    },
  };
}
