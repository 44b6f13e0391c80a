import { dispose, type Variable } from '@tensorflow/tfjs-core';

/** Something remembered as it is now. */
export interface Snapshot {
  /** Puts it back; may be called once. */
  restore(): void;
  /** Frees what was kept for that. */
  dispose(): void;
}

/** Nothing to remember. */
export const noSnapshot: Snapshot = { restore() {}, dispose() {} };

/** Several snapshots as one. */
export function joinSnapshots(parts: readonly Snapshot[]): Snapshot {
  return {
    restore() {
      for (const part of parts) part.restore();
    },
    dispose() {
      for (const part of parts) part.dispose();
    },
  };
}

/** Remembers the values of variables. Nothing is copied: a variable that changes gets other memory. */
export function snapshotVariables(variables: readonly Variable[]): Snapshot {
  const kept = variables.map((variable) => variable.clone());
  return {
    restore() {
      variables.forEach((variable, i) => {
        variable.assign(kept[i]!);
      });
    },
    dispose: () => dispose(kept),
  };
}
