import type { ClassNames } from '../../charts/classNames.ts';
import {
  anyText,
  colorList,
  listOfExamples,
  nameList,
  namesById,
} from '../../charts/internal/chartRules.ts';
import type { Labels } from '../../data/labels.ts';
import { nonNegative, type OptionKind, oneOf } from '../../internal/optionKinds.ts';
import { type OptionTable, optional, preset } from '../../internal/readOptions.ts';

/** Images of all examples in one image, `columns` in a row. */
export interface MapThumbnails {
  readonly image: HTMLCanvasElement | HTMLImageElement;
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly columns: number;
}

/** What a map shows of its examples. */
export interface MountedMapContent {
  /** The class id of each example. Default: all of one class. */
  labels?: Labels;
  /** Names of the classes by class id. Default: the ids. */
  names?: ClassNames;
  /** `#rrggbb` of each class, in ascending order of the ids. Default: twelve colors that are easy to tell apart. */
  colors?: readonly string[];
  /** An image of each example, in one image. Default: none. */
  thumbnails?: MapThumbnails;
  /** A line of text about each example, which `find` searches. Default: none. */
  captions?: readonly string[];
}

export interface MountEmbeddingMapOptions extends MountedMapContent {
  /** What a screen reader calls the map. Default `Map of the examples`. */
  label?: string;
  /** Milliseconds in which points go to their new places; readers who want less motion see them jump. Default 500. */
  duration?: number;
  /** Light or dark, or as the reader's system is. Default `auto`. */
  theme?: 'auto' | 'light' | 'dark';
}

const thumbnails: OptionKind<MapThumbnails> = {
  expected: 'a record, { image, tileWidth, tileHeight, columns }',
  accepts: (value) =>
    typeof (value as Partial<MapThumbnails> | null)?.image === 'object' &&
    (value as MapThumbnails).columns >= 1,
};

const content = {
  labels: optional(listOfExamples),
  names: optional(namesById),
  colors: optional(colorList),
  thumbnails: optional(thumbnails),
  captions: optional(nameList),
};

type Open = keyof MountedMapContent;

export const mountedMapContent: OptionTable<MountedMapContent, Open> = content;

export const mountEmbeddingMapOptions: OptionTable<MountEmbeddingMapOptions, Open> = {
  ...content,
  label: preset('Map of the examples', anyText),
  duration: preset(500, nonNegative),
  theme: preset<'auto' | 'light' | 'dark'>('auto', oneOf('auto', 'light', 'dark')),
};

/** A new example on the map, and the known ones it is near to. */
export interface MapQuery {
  /** Its place, in the units of the points. */
  readonly point: readonly [x: number, y: number];
  /** Indices of examples to which lines go. Default: none. */
  readonly neighbors?: readonly number[];
  /** A short text at the line to each neighbor, such as its distance. Default: none. */
  readonly texts?: readonly string[];
  /** What is shown beside its place, such as the drawing itself. Default: a ring at the place, no more. */
  readonly image?: CanvasImageSource;
  /** Whether the lines are dashed, as for an example like nothing that is known. Default false. */
  readonly faint?: boolean;
}
