import type { ClassNames } from '../charts/classNames.ts';
import type { EmbeddingMap } from '../charts/mapPoints.ts';
import type { Labels } from '../data/labels.ts';
import type { Sprite } from '../formats/spriteSheet.ts';

/** What an interactive map shows. */
export interface MapContent {
  /** Views of the same examples: before, after .. */
  readonly maps: readonly EmbeddingMap[];
  /** One class id an example. */
  readonly labels: Labels;
  /** Names of the classes. Default: their ids. */
  readonly names?: ClassNames;
  /** `#rrggbb` of each class, in ascending order of the ids. Default: `classColors`. */
  readonly colors?: readonly string[];
  /** An image of each example, from `spriteSheet`. */
  readonly thumbnails?: Sprite;
  /** Indices of each example's nearest others, [count, k], nearest first. */
  readonly neighbors?: { readonly indices: ArrayLike<number>; readonly k: number };
  /** A line of text about each example. */
  readonly captions?: readonly string[];
  /** Numbers of the examples, whole and >= 0, shown after #. Default: their indices. */
  readonly ids?: ArrayLike<number>;
}
