import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import { joinBytes } from '../internal/joinBytes.ts';
import { crc32 } from './internal/crc32.ts';
import { double, float, message, text, varint } from './internal/protobuf.ts';

/** One value of one curve in TensorBoard. */
export interface ScalarEvent {
  /** Name of the curve, e.g. `loss`; a slash groups curves, e.g. `epoch/val_loss`. */
  readonly tag: string;
  /** Position on the x axis: a whole number >= 0. */
  readonly step: number;
  /** Time at which the value was measured, in seconds since 1970. */
  readonly wallTime: number;
  /** The value; NaN and Infinity are allowed. */
  readonly value: number;
}

const crc = crc32(0x82f63b78);

/**
 * Encodes scalars as the bytes of a TensorBoard event file. Write them to a file whose name holds `tfevents`, e.g.
 * `events.out.tfevents.1700000000.run`, and point `tensorboard --logdir` at its folder.
 *
 * NaN and Infinity are values a curve may have, and are written as they are.
 *
 * @throws MetricLearningError if a tag is empty, a step is not a whole number >= 0, or a time is not finite.
 * @example
 * const events = history.loss.map((value, step) => ({ tag: 'loss', step, wallTime: start + step, value }));
 * await writeFile('runs/a/events.out.tfevents.1', scalarEvents(events));
 * @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/event.proto
 */
export function scalarEvents(events: readonly ScalarEvent[]): Uint8Array {
  if (!Array.isArray(events)) {
    throw new MetricLearningError({
      where: 'scalarEvents',
      expected: 'an array of events, { tag, step, wallTime, value }',
      got: show(events),
    });
  }
  events.forEach(checkEvent);
  // Fields of Event: 1 wall_time, 2 step, 3 file_version, 5 summary; of Summary: 1 value; of its Value: 1 tag,
  // 2 simple_value.
  const first = joinBytes([double(1, events[0]?.wallTime ?? 0), text(3, 'brain.Event:2')]);
  const others = events.map(({ tag, step, wallTime, value }) =>
    joinBytes([
      double(1, wallTime),
      varint(2, step),
      message(5, message(1, joinBytes([text(1, tag), float(2, value)]))),
    ]),
  );
  return joinBytes([first, ...others].map(record));
}

/** A TFRecord: length, checksum of the length, data, checksum of the data; all little-endian. */
function record(data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(16 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length, true);
  view.setUint32(8, masked(crc(bytes.subarray(0, 8))), true);
  bytes.set(data, 12);
  view.setUint32(12 + data.length, masked(crc(data)), true);
  return bytes;
}

/** Rotated and shifted, as TFRecord wants it: the checksum of data that holds checksums is weak. */
function masked(value: number): number {
  return (((value >>> 15) | (value << 17)) + 0xa282ead8) >>> 0;
}

function checkEvent(event: ScalarEvent, i: number): void {
  const { tag, step, wallTime, value } = event ?? {};
  const fail = (expected: string, got: unknown): never => {
    throw new MetricLearningError({
      where: 'scalarEvents',
      expected,
      got: `${show(got)} in event ${i}`,
    });
  };
  if (typeof tag !== 'string' || tag === '') fail('tag to be a string that is not empty', tag);
  if (!Number.isSafeInteger(step) || step < 0) fail('step to be a whole number >= 0', step);
  if (!Number.isFinite(wallTime)) fail('wallTime to be seconds since 1970', wallTime);
  if (typeof value !== 'number') fail('value to be a number', value);
}
