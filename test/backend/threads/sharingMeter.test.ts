import { expect, test } from 'vitest';
import { type SharingMeter, sharingMeter } from '../../../src/backend/threads/sharingMeter.ts';

/** Notes jobs of 8 chunks of 1 ms that took `ms`, one after the other; the time at the end. */
function work(meter: SharingMeter, ms: number, jobs: number, from: number): number {
  let now = from;
  for (let i = 0; i < jobs; i++) {
    now += ms;
    meter.note({ chunks: 8, ownChunks: 4, ownMs: 4, ms }, now);
  }
  return now;
}

test('work is shared for as long as that takes less time than the calling thread alone', () => {
  const meter = sharingMeter();
  const now = work(meter, 4.5, 1000, 0);
  expect(meter.shares(now)).toBe(true);
});

test('it is not where all wait for a worker; after a pause it is tried again', () => {
  const meter = sharingMeter();
  const now = work(meter, 9, 32, 0);
  expect(meter.shares(now)).toBe(false);
  expect(meter.shares(now + 49)).toBe(false);
  expect(meter.shares(now + 50)).toBe(true);
});

test('pauses grow to two seconds, and are short again once sharing paid', () => {
  const meter = sharingMeter();
  let now = 0;
  for (const pause of [50, 100, 200, 400, 800, 1600, 2000, 2000]) {
    now = work(meter, 9, 32, now);
    expect(meter.shares(now + pause - 1)).toBe(false);
    now += pause;
    expect(meter.shares(now)).toBe(true);
  }
  now = work(meter, 4.5, 32, now);
  now = work(meter, 9, 32, now);
  expect(meter.shares(now + 50)).toBe(true);
});

test('a few slow jobs among many, or jobs too short to measure, change nothing', () => {
  const meter = sharingMeter();
  let now = 0;
  for (let i = 0; i < 10; i++) {
    now = work(meter, 4.5, 31, now);
    now = work(meter, 30, 1, now);
  }
  expect(meter.shares(now)).toBe(true);
  for (let i = 0; i < 32; i++) {
    meter.note({ chunks: 2, ownChunks: 1, ownMs: 0.01, ms: 0.03 }, now);
  }
  expect(meter.shares(now)).toBe(true);
});
