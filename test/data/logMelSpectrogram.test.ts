import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  type LogMelSpectrogramOptions,
  logMelSpectrogram,
  MetricLearningError,
} from '../../src/index.ts';

interface Case {
  readonly name: string;
  readonly options: LogMelSpectrogramOptions;
  readonly rows: readonly (readonly number[])[];
}

/** What spectrograms.py says. */
const { cases } = JSON.parse(readFileSync('test/data/spectrograms.json', 'utf8')) as {
  cases: Case[];
};
const samples = Float32Array.from(
  { length: 1600 },
  (_, i) => (((i * i * 7 + 13 * i) % 511) - 255) / 256,
);

describe('logMelSpectrogram has the values of other libraries', () => {
  test.each(cases)('$name', ({ options, rows }) => {
    const { data, shape } = logMelSpectrogram(samples, options);
    expect(shape).toEqual([rows.length, rows[0]?.length]);
    const far = rows
      .flat()
      .map((value, i) => Math.abs(value - data[i]!) / Math.max(1, Math.abs(value)));
    expect(Math.max(...far)).toBeLessThan(2e-5);
  });
});

const sampleRate = 16_000;
const tone = (hertz: number, count = 1600): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin((2 * Math.PI * hertz * i) / sampleRate));
const loudest = ({
  data,
  shape: [frames, bands],
}: ReturnType<typeof logMelSpectrogram>): number => {
  const row = data.subarray((frames >> 1) * bands, ((frames >> 1) + 1) * bands);
  return row.indexOf(Math.max(...row));
};

describe('logMelSpectrogram', () => {
  test('has a high tone in a high band', () => {
    const bands = [200, 1000, 4000, 7000].map((hertz) =>
      loudest(logMelSpectrogram(tone(hertz), { sampleRate })),
    );
    expect(bands).toEqual([...bands].sort((a, b) => a - b));
    expect(new Set(bands).size).toBe(4);
  });

  test('has frames of 25 ms every 10 ms, and 64 bands', () => {
    const second = tone(440, 16_000);
    expect(logMelSpectrogram(second, { sampleRate }).shape).toEqual([101, 64]);
    const explicit = { sampleRate, windowLength: 400, hopLength: 160, fftSize: 512 };
    expect(logMelSpectrogram(second, explicit)).toEqual(logMelSpectrogram(second, { sampleRate }));
  });

  test('gives recordings of any length one shape, and says what it dropped', () => {
    const take = (count: number) =>
      logMelSpectrogram(tone(440, count), { sampleRate, length: 1600 });
    expect([take(1000), take(1600), take(2000)].map(({ shape }) => shape)).toEqual(
      Array.from({ length: 3 }, () => [11, 64]),
    );
    expect([take(1000), take(1600), take(2000)].map(({ dropped }) => dropped)).toEqual([0, 0, 400]);
    const quiet = take(1000).data.subarray(-64);
    expect(new Set(quiet)).toEqual(new Set([Math.fround(Math.log(1e-10))]));
    expect(logMelSpectrogram(tone(440), { sampleRate, center: false }).dropped).toBe(128);
  });

  test('has decibels as multiples of natural logarithms, and limits both alike', () => {
    const limited = { sampleRate, topDb: 20 };
    const natural = logMelSpectrogram(samples, limited).data;
    const decibel = logMelSpectrogram(samples, { ...limited, log: 'decibel' }).data;
    decibel.forEach((value, i) => {
      expect(natural[i]).toBeCloseTo((value * Math.LN10) / 10, 4);
    });
    expect(Math.max(...decibel) - Math.min(...decibel)).toBeCloseTo(20, 4);
  });

  test('takes silence, and arrays of other kinds', () => {
    const silence = logMelSpectrogram(new Float32Array(800), { sampleRate, floor: 1e-3 }).data;
    expect(new Set(silence)).toEqual(new Set([Math.fround(Math.log(1e-3))]));
    expect(logMelSpectrogram([...samples], { sampleRate })).toEqual(
      logMelSpectrogram(samples, { sampleRate }),
    );
  });

  const bad = (value: unknown): never => value as never;
  test.each<[string, () => unknown, string]>([
    ['no samples', () => logMelSpectrogram(bad(undefined), { sampleRate }), 'got undefined.'],
    ['an empty recording', () => logMelSpectrogram([], { sampleRate }), 'got no sample.'],
    [
      'what decodeWav returns',
      () => logMelSpectrogram(bad({ samples, sampleRate }), { sampleRate }),
      'got a record with samples. Pass its samples.',
    ],
    [
      'channels',
      () => logMelSpectrogram(bad([samples, samples]), { sampleRate }),
      'expected finite samples of one channel, got Float32Array of length 1600 at index 0.',
    ],
    ['NaN', () => logMelSpectrogram([0, Number.NaN], { sampleRate }), 'got NaN at index 1.'],
    ['no options', () => logMelSpectrogram(samples, bad(undefined)), 'options to be a record'],
    ['no rate', () => logMelSpectrogram(samples, bad({})), 'sampleRate to be a whole number >= 1'],
    [
      'the name of another library',
      () => logMelSpectrogram(samples, bad({ sampleRate, n_mels: 64 })),
      'expected no options but sampleRate',
    ],
    [
      'a window longer than the transform',
      () => logMelSpectrogram(samples, { sampleRate, windowLength: 600, fftSize: 512 }),
      'expected fftSize to be at least windowLength (600), got fftSize: 512.',
    ],
    [
      'a frequency that the samples cannot have',
      () => logMelSpectrogram(samples, { sampleRate, maxFrequency: 16_000 }),
      'at most 8000 Hz, half the sample rate, got 0 to 16000 Hz.',
    ],
    [
      'bands that end before they begin',
      () => logMelSpectrogram(samples, { sampleRate, minFrequency: 500, maxFrequency: 400 }),
      'got 500 to 400 Hz.',
    ],
    [
      'bands narrower than the transform resolves',
      () => logMelSpectrogram(samples, { sampleRate, melBands: 256 }),
      'got none in band 0 of 256, with fftSize 512. Take fewer melBands, or a larger fftSize.',
    ],
    [
      'too few samples for a frame',
      () => logMelSpectrogram(tone(440, 500), { sampleRate, center: false }),
      'expected at least 512 samples, which a frame has, got 500. Pass `length`',
    ],
    [
      'too few samples to mirror',
      () => logMelSpectrogram(tone(440, 256), { sampleRate, pad: 'reflect' }),
      "expected more than 256 samples, which pad: 'reflect' mirrors, got 256.",
    ],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(MetricLearningError);
    expect(call).toThrow(message);
  });
});
