import { engine } from '@tensorflow/tfjs-core';

/** Releases what tfjs has kept for gradients that will not be computed. */
export interface FailedTape {
  /** Takes note of the gradients being recorded, as a kernel fails. */
  note(): void;
  /** Disposes of what was kept for them, as soon as the failure has left them. */
  release(): void;
}

/**
 * tfjs keeps the tensors that gradients need until they are computed. Where a kernel fails half-way it never lets go
 * of them, so that a step that did not fit into the memory would fill it for all that follow.
 */
export function failedTape(): FailedTape {
  let failed: ReturnType<typeof engine>['state']['activeTape'] | undefined;
  const release = (): void => {
    if (failed === undefined) return;
    const { gradientDepth, activeTape } = engine().state;
    if (gradientDepth > 0 && activeTape === failed) return;
    const tape = failed;
    failed = undefined;
    for (const { saved = [] } of tape) for (const tensor of saved) tensor.dispose();
  };
  return {
    note() {
      const { gradientDepth, activeTape } = engine().state;
      if (gradientDepth === 0) return;
      failed = activeTape;
      queueMicrotask(release);
    },
    release,
  };
}
