import type { EpochEvent, StepEvent } from 'tfjs-metric-learning';

/** Where progress goes: a terminal gets a live bar, a file or a pipe gets plain lines. */
export interface Progress {
  step(event: StepEvent): void;
  epoch(event: EpochEvent): void;
  /** Long work without steps. */
  task<T>(name: string, work: () => Promise<T> | T): Promise<T>;
}

type Output = Pick<NodeJS.WriteStream, 'write' | 'columns' | 'isTTY'>;

/** `batchSize` triplets a step of `triplets` an epoch. */
export function createProgress(output: Output, batchSize: number, triplets: number): Progress {
  const live = output.isTTY === true;
  const redrawEvery = live ? 100 : 10_000; // ms
  let drawn = Number.NEGATIVE_INFINITY;

  const clear = (): void => {
    if (live) output.write('\r\x1b[K');
  };

  return {
    step(event) {
      if (event.step === 1) output.write(`Epoch ${event.epoch}/${event.epochs}\n`);
      const now = performance.now();
      if (now - drawn < redrawEvery) return;
      drawn = now;
      const done = Math.min(event.step * batchSize, triplets);
      const text =
        `${bar(event.step / (event.steps ?? event.step))} ${String(done).padStart(String(triplets).length)}/${triplets}` +
        ` loss ${event.meanLoss.toFixed(4)} · ${(1000 / event.stepsPerSecond).toFixed(1)} ms/step` +
        (event.secondsLeft === undefined ? '' : ` · ${duration(event.secondsLeft)} left`);
      if (live) output.write(`\r\x1b[K${text.slice(0, (output.columns ?? 80) - 1)}`);
      else output.write(`${text}\n`);
    },
    epoch(event) {
      clear();
      drawn = Number.NEGATIVE_INFINITY;
      const done = event.stopped ? Math.min(event.steps * batchSize, triplets) : triplets;
      const each = Math.round((1000 * event.seconds) / Math.max(event.steps, 1));
      const val = event.valLoss === undefined ? '' : ` - val_loss: ${event.valLoss.toFixed(4)}`;
      output.write(
        `${done}/${triplets} [${'='.repeat(30)}] - ${event.seconds.toFixed(0)}s ${each}ms/step - loss: ${event.loss.toFixed(4)}${val}\n`,
      );
    },
    async task(name, work) {
      output.write(live ? `${name} ...` : `${name}\n`);
      const started = performance.now();
      const result = await work();
      const seconds = (performance.now() - started) / 1000;
      if (live) output.write(`\r\x1b[K${name} (${seconds.toFixed(1)} s)\n`);
      return result;
    },
  };
}

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

function bar(share: number, width = 24): string {
  const cells = share * width;
  const whole = Math.floor(cells);
  const part = whole < width ? eighths[Math.floor((cells - whole) * 8)] : '';
  return `▕${('█'.repeat(whole) + part).padEnd(width)}▏`;
}

/** Seconds as a person says them: `42 s`, `3 min 05 s`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor(whole / 60) % 60).padStart(2, '0')} min`;
}
