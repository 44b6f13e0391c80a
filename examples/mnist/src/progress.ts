import type { EpochEvent, StepEvent } from 'tfjs-metric-learning';

/** Where progress goes: a terminal gets a live bar, a file or a pipe gets plain lines. */
export interface Progress {
  step(event: StepEvent): void;
  epoch(event: EpochEvent): void;
  /** Long work, which reports how much of it is done. */
  task<T>(
    name: string,
    work: (report: (done: number, total: number) => void) => Promise<T>,
  ): Promise<T>;
}

type Output = Pick<NodeJS.WriteStream, 'write' | 'columns' | 'isTTY'>;

/** `batchSize` triplets or images a step of `total` an epoch. */
export function createProgress(output: Output, batchSize: number, total: number): Progress {
  const live = output.isTTY === true;
  const redrawEvery = live ? 100 : 10_000; // ms
  let drawn = Number.NEGATIVE_INFINITY;
  let epoch = 0;

  const clear = (): void => {
    if (live) output.write('\r\x1b[K');
  };
  const draw = (text: () => string): void => {
    const now = performance.now();
    if (now - drawn < redrawEvery) return;
    drawn = now;
    if (live) output.write(`\r\x1b[K${text().slice(0, (output.columns ?? 80) - 1)}`);
    else output.write(`${text()}\n`);
  };

  return {
    step(event) {
      if (event.epoch !== epoch) output.write(`Epoch ${event.epoch}/${event.epochs}\n`);
      epoch = event.epoch;
      draw(() => {
        const done = String(Math.min(event.step * batchSize, total));
        return (
          `${bar(event.step / (event.steps ?? event.step))} ${done.padStart(String(total).length)}/${total}` +
          ` loss ${event.meanLoss.toFixed(4)} · ${(1000 / event.stepsPerSecond).toFixed(1)} ms/step` +
          (event.secondsLeft === undefined ? '' : ` · ${duration(event.secondsLeft)} left`)
        );
      });
    },
    epoch(event) {
      clear();
      drawn = Number.NEGATIVE_INFINITY;
      const done = event.stopped ? Math.min(event.steps * batchSize, total) : total;
      output.write(`${done}/${total} [${'='.repeat(30)}] - ${epochScores(event)}\n`);
    },
    async task(name, work) {
      const started = performance.now();
      drawn = started;
      output.write(live ? `${name} ...` : `${name}\n`);
      const result = await work((done, all) =>
        draw(() => `${bar(done / all)} ${Math.round((100 * done) / all)} % · ${name}`),
      );
      const seconds = (performance.now() - started) / 1000;
      if (live) output.write(`\r\x1b[K${name} (${seconds.toFixed(1)} s)\n`);
      return result;
    },
  };
}

/** What an epoch gave, in Keras' form; where more than losses was measured, speed and time left, too. */
function epochScores({ seconds, steps, loss, valLoss, metrics, ...event }: EpochEvent): string {
  const each = Math.round((1000 * seconds) / Math.max(steps, 1));
  const parts = [`${seconds.toFixed(0)}s ${each}ms/step`, `loss: ${loss.toFixed(4)}`];
  if (valLoss !== undefined) parts.push(`val_loss: ${valLoss.toFixed(4)}`);
  const measured = Object.entries(metrics);
  for (const [name, value] of measured) parts.push(`val_${snakeCase(name)}: ${value.toFixed(4)}`);
  const left = event.epochs - event.epoch;
  if (measured.length > 0) parts.push(`${(steps / seconds).toFixed(1)} steps/s`);
  if (measured.length > 0 && left > 0) parts.push(`${duration(left * seconds)} left`);
  return parts.join(' - ');
}

/** precisionAt1 as precision_at_1. */
function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]|\d+/g, (part) => `_${part.toLowerCase()}`);
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
