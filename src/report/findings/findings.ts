import type { ClassNames } from '../../charts/classNames.ts';
import type { Distance } from '../../distances/distance.ts';
import type { CalibrationGoal } from '../../evaluation/calibrateThreshold.ts';
import type { ReportParts } from '../../page/reportParts.ts';
import type { Random } from '../../random/createRandom.ts';
import type { EmbeddedSet } from '../examples/embedSet.ts';

/** What each part of a report is computed from. */
export interface ReportContext {
  readonly set: EmbeddedSet;
  /** Where the queries search; undefined: among themselves. */
  readonly reference: EmbeddedSet | undefined;
  readonly names: ClassNames | undefined;
  readonly distance: Distance;
  readonly goal: CalibrationGoal;
  /** The number of neighbors that vote in the confusion matrix. */
  readonly k: number;
  readonly random: Random;
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
  /** Reports how far the part is. */
  readonly onProgress: (done: number, total: number) => void;
}

/** The result of one part of a report: scores, what to draw, and notes on how it was computed. */
export interface Findings {
  readonly scores?: NonNullable<ReportParts['scores']>;
  readonly parts?: ReportParts;
  readonly notes?: readonly string[];
}

/** 10000 as 10,000. */
export function counted(count: number): string {
  return count.toLocaleString('en-US');
}
