import type { ClassNames } from '../../charts/classNames.ts';
import type { CalibrationGoal } from '../../evaluation/calibrateThreshold.ts';
import type { ReportParts } from '../../page/reportParts.ts';
import type { Random } from '../../random/createRandom.ts';
import type { SearchDistance } from '../../search/searchDistance.ts';
import type { EmbeddedSet } from '../examples/embedSet.ts';

/** What all parts of a report are made from. */
export interface ReportContext {
  readonly set: EmbeddedSet;
  /** Where the queries look for their like; undefined: among themselves. */
  readonly reference: EmbeddedSet | undefined;
  readonly names: ClassNames | undefined;
  readonly distance: SearchDistance;
  readonly goal: CalibrationGoal;
  /** Neighbours that vote in the confusion matrix. */
  readonly k: number;
  readonly random: Random;
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
  /** Tells how far the part at hand is. */
  readonly onProgress: (done: number, total: number) => void;
}

/** What one part of a report found: figures, what to draw, and how it was made. */
export interface Findings {
  readonly scores?: NonNullable<ReportParts['scores']>;
  readonly parts?: ReportParts;
  readonly notes?: readonly string[];
}

/** 10000 as 10,000. */
export function counted(count: number): string {
  return count.toLocaleString('en-US');
}

/** What a distance is called on the page. */
export const distanceNames: Readonly<Record<SearchDistance, string>> = {
  euclidean: 'Euclidean distance',
  squaredEuclidean: 'squared Euclidean distance',
  cosine: 'cosine distance',
  dot: 'negative dot product',
};
