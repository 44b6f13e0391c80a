import type { ClassNames } from '../charts/classNames.ts';
import type { EmbeddingMap } from '../charts/mapPoints.ts';
import type { Labels } from '../data/labels.ts';
import type { Sprite } from '../formats/spriteSheet.ts';

/** What an interactive map shows. */
export interface MapContent {
  /** Maps of the same examples: before, after. */
  readonly maps: readonly EmbeddingMap[];
  /** The class id of each example. */
  readonly labels: Labels;
  /** Names of the classes by class id. Default: the ids. */
  readonly names?: ClassNames;
  /** `#rrggbb` of each class, in ascending order of the ids. Default: twelve colors that are easy to tell apart. */
  readonly colors?: readonly string[];
  /** An image of each example, from `spriteSheet`. Default: none. */
  readonly thumbnails?: Sprite;
  /** Indices of the nearest neighbors of each example, [count, k], nearest first. Default: none. */
  readonly neighbors?: { readonly indices: ArrayLike<number>; readonly k: number };
  /** A line of text about each example. Default: none. */
  readonly captions?: readonly string[];
  /** The number of each example, whole and >= 0, shown after #. Default: its index. */
  readonly ids?: ArrayLike<number>;
}
