/** A function of the WebAssembly module. */
export type Kernel = (...args: number[]) => void;

/** The WebAssembly module's functions. */
export type Kernels = Readonly<Record<string, Kernel>>;

/**
 * Where among a kernel's arguments a chunk's bounds go, its number, and the number of the thread that runs it; -1
 * for what the kernel does not take.
 */
export interface Places {
  readonly from: number;
  readonly to: number;
  readonly chunk: number;
  readonly thread: number;
}

/** A kernel's work: `count` units in `chunks` chunks, cut at multiples of `grain`. */
export interface Split {
  readonly count: number;
  readonly grain: number;
  readonly chunks: number;
}

/** A kernel with its arguments; those in which chunks differ are filled in chunk by chunk. */
export interface Job extends Split {
  /** The kernel's number: its place among the module's names. */
  readonly kernel: number;
  readonly places: Places;
  readonly args: number[];
}

/**
 * Runs one chunk. Its bounds depend on the split alone, never on the thread.
 *
 * A chunk can be run again with the same outcome: no kernel reads what it has written.
 */
export function runChunk(
  kernel: Kernel,
  args: number[],
  places: Places,
  split: Split,
  chunk: number,
  thread: number,
): void {
  args[places.from] = chunk === 0 ? 0 : chunkStart(split, chunk);
  args[places.to] = chunk + 1 === split.chunks ? split.count : chunkStart(split, chunk + 1);
  if (places.chunk >= 0) args[places.chunk] = chunk;
  if (places.thread >= 0) args[places.thread] = thread;
  kernel(...args);
}

function chunkStart({ count, grain, chunks }: Split, chunk: number): number {
  return Math.min(count, Math.floor((Math.ceil(count / grain) * chunk) / chunks) * grain);
}
