import { backend_util } from '@tensorflow/tfjs-core';
import type { EpochEvent, StepEvent, TrainingEvent } from './events.ts';

/** The part of a terminal that is used. */
interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const width = 24;

/**
 * Prints the events of a run as Keras does: a bar that moves on a terminal (`verbose` 1 or true), or a line for each
 * epoch (2, and wherever there is no terminal, or `print` is given).
 */
export function createProgress(
  verbose: boolean | 0 | 1 | 2,
  print: ((line: string) => void) | undefined,
): (event: TrainingEvent) => void {
  if (verbose === false || verbose === 0) return () => {};
  const terminal = (globalThis.process as { stdout?: Terminal } | undefined)?.stdout;
  if (verbose === 2 || print !== undefined || !terminal?.isTTY) {
    const write = print ?? ((line: string) => backend_util.log(line));
    return (event) => {
      if (event.kind === 'epoch') write(epochLine(event));
    };
  }
  const clear = '\r\u001b[K';
  return (event) => {
    if (event.kind === 'step') terminal.write(`${clear}${bar(event)}`);
    else terminal.write(`${clear}${epochLine(event)}\n`);
  };
}

function epochLine(event: EpochEvent): string {
  const { epoch, epochs, steps, loss, valLoss, metrics, seconds, stopped } = event;
  const values = { loss, ...(valLoss !== undefined && { valLoss }), ...metrics };
  const numbers = Object.entries(values).map(([name, value]) => `${name} ${shortened(value)}`);
  const count = `${steps} ${steps === 1 ? 'step' : 'steps'}`;
  const end = stopped ? ', stopped' : '';
  return `epoch ${of(epoch, epochs)}: ${numbers.join(', ')}, ${count}, ${seconds.toFixed(1)} s${end}`;
}

function bar({ epoch, epochs, step, steps, meanLoss, secondsLeft }: StepEvent): string {
  const done = steps === undefined ? 0 : Math.round((width * step) / steps);
  const drawn = steps === undefined ? '' : ` [${'='.repeat(done)}${' '.repeat(width - done)}]`;
  const left = secondsLeft === undefined ? '' : `, ${Math.ceil(secondsLeft)} s left`;
  const count = steps === undefined ? `${step}` : of(step, steps);
  return `epoch ${of(epoch, epochs)}${drawn} ${count}, loss ${shortened(meanLoss)}${left}`;
}

function of(count: number, all: number): string {
  return Number.isFinite(all) ? `${count}/${all}` : `${count}`;
}

function shortened(value: number): string {
  return Number.isFinite(value) ? `${Number(value.toPrecision(4))}` : `${value}`;
}
