import type { Snapshot } from '../../internal/snapshot.ts';

/** The latest embeddings and their classes, as numbers: a ring in which new ones take the place of the oldest. */
export interface EmbeddingQueue {
  /** How many it holds. */
  readonly count: number;
  /** Length of an embedding; 0 while it is empty. */
  readonly dims: number;
  /** Where the next one goes. */
  readonly next: number;
  /** Adds rows of `dims` numbers each; returns where each now stands. */
  add(rows: Float32Array, labels: Int32Array): Int32Array;
  /** The numbers of all embeddings, row after row: a copy. */
  rows(): Float32Array;
  /** Their classes: a copy. */
  labels(): Int32Array;
  /** Remembers what it holds; from then on each embedding that is overwritten is kept, until that is disposed. */
  snapshot(): Snapshot;
  /** Forgets all, and starts with these. */
  reset(rows?: Float32Array, labels?: Int32Array, next?: number): void;
}

export function embeddingQueue(size: number): EmbeddingQueue {
  let values = new Float32Array(0);
  let classes = new Int32Array(size);
  let [count, dims, next] = [0, 0, 0];

  let overwritten: (() => void)[] | undefined;

  const add = (rows: Float32Array, labels: Int32Array): Int32Array => {
    if (count === 0 && labels.length > 0) {
      dims = rows.length / labels.length;
      values = new Float32Array(size * dims);
    }
    return labels.map((label, i) => {
      const place = next;
      if (overwritten !== undefined && place < count) {
        const [rowsHeld, classesHeld] = [values, classes];
        const row = values.slice(place * dims, (place + 1) * dims);
        const former = classes[place]!;
        overwritten.push(() => {
          rowsHeld.set(row, place * row.length);
          classesHeld[place] = former;
        });
      }
      values.set(rows.subarray(i * dims, (i + 1) * dims), place * dims);
      classes[place] = label;
      next = (next + 1) % size;
      count = Math.min(count + 1, size);
      return place;
    });
  };

  return {
    get count() {
      return count;
    },
    get dims() {
      return dims;
    },
    get next() {
      return next;
    },
    add,
    rows: () => values.slice(0, count * dims),
    labels: () => classes.slice(0, count),
    snapshot() {
      const [held, heldClasses, size0, width, at] = [values, classes, count, dims, next];
      const undo: (() => void)[] = [];
      overwritten = undo;
      return {
        restore() {
          overwritten = undefined;
          for (const put of undo.reverse()) put();
          values = held;
          classes = heldClasses;
          [count, dims, next] = [size0, width, at];
        },
        dispose() {
          if (overwritten === undo) overwritten = undefined;
        },
      };
    },
    reset(rows = new Float32Array(0), labels = new Int32Array(0), at = 0) {
      [count, dims, next] = [0, 0, 0];
      classes = new Int32Array(size); // a snapshot may hold the former ones
      add(rows, labels);
      next = at;
    },
  };
}
