/** Jobs after which it is decided anew. */
const window = 32;
/** Milliseconds the jobs of a window must have taken to say something. */
const fewestMs = 2;
/** Sharing pays where it takes less than this share of the time alone. */
const enough = 0.9;
const [firstPause, longestPause] = [50, 2000];

/** How a job that was shared went. */
export interface SharedJob {
  readonly chunks: number;
  /** Chunks that the calling thread did, and how long they took it. */
  readonly ownChunks: number;
  readonly ownMs: number;
  /** Until all chunks were done. */
  readonly ms: number;
}

/** Tells whether to share work with other threads. */
export interface SharingMeter {
  /** Whether to share a job that begins at `now`. */
  shares(now: number): boolean;
  /** Takes note of a job that was shared and ended at `now`. */
  note(job: SharedJob, now: number): void;
}

/**
 * Where other programs keep the cores busy, a worker thread may be put aside with a chunk in hand, and all wait for it.
 * The meter compares the time of shared jobs with what the calling thread alone would have taken, by its own chunks.
 * Where sharing does not pay, it pauses, for longer each time, up to 2 seconds.
 */
export function sharingMeter(): SharingMeter {
  let [jobs, shared, alone] = [0, 0, 0];
  let pause = firstPause;
  let resumes = 0;
  return {
    shares: (now) => now >= resumes,
    note({ chunks, ownChunks, ownMs, ms }, now) {
      if (ownChunks === 0) return;
      jobs++;
      shared += ms;
      alone += (ownMs / ownChunks) * chunks;
      if (jobs < window || shared < fewestMs) return;
      if (shared > enough * alone) {
        resumes = now + pause;
        pause = Math.min(2 * pause, longestPause);
      } else {
        pause = firstPause;
      }
      [jobs, shared, alone] = [0, 0, 0];
    },
  };
}
