import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { show } from '../../internal/checks.ts';
import { flag, nonNegative, oneOf, positive, wholeNumber } from '../../internal/optionKinds.ts';
import {
  type OptionTable,
  type OptionValues,
  optional,
  preset,
  readOptions,
  required,
} from '../../internal/readOptions.ts';
import { createFft } from './createFft.ts';
import { type MelFilter, melFilters } from './melFilters.ts';

export interface LogMelSpectrogramOptions {
  /** The number of samples of a second. */
  sampleRate: number;
  /** The number of samples of the Hann window. Default: 25 ms. */
  windowLength?: number;
  /** The number of samples from one frame to the next. Default: 10 ms. */
  hopLength?: number;
  /** The number of samples of the Fourier transform; the window stands in its middle. Default: the next power of 2 from `windowLength` on. */
  fftSize?: number;
  /** The number of mel bands. Default 64. */
  melBands?: number;
  /** The lowest frequency of the bands, in hertz. Default 0. */
  minFrequency?: number;
  /** The highest frequency of the bands, in hertz. Default: half of `sampleRate`. */
  maxFrequency?: number;
  /** The formula of the mel scale: Slaney's, linear below 1000 Hz, or that of HTK. Default 'slaney'. */
  melScale?: 'slaney' | 'htk';
  /** The weight of a band: 'slaney' divides by its width, 'none' lets its peak be 1. Default 'slaney'. */
  melNorm?: 'slaney' | 'none';
  /** What a band sums: 2 for the power of each frequency, 1 for its magnitude. Default 2. */
  power?: 1 | 2;
  /** Whether frame i has its middle at sample i * `hopLength`; else it begins there. Default true. */
  center?: boolean;
  /** What stands before and behind the samples with `center`: zeros, or the samples mirrored. Default 'zeros'. */
  pad?: 'zeros' | 'reflect';
  /** The logarithm: 'natural', or 'decibel' for 10 times that to base 10. Default 'natural'. */
  log?: 'natural' | 'decibel';
  /** Smaller sums count as this much. Default 1e-10. */
  floor?: number;
  /** The most that a value may lie below the largest one, in decibels whatever `log` is. Default: no limit. */
  topDb?: number;
  /** The number of samples to take: longer recordings are cut, shorter ones end with silence. Default: all samples. */
  length?: number;
}

type Open = 'windowLength' | 'hopLength' | 'fftSize' | 'maxFrequency' | 'topDb' | 'length';

export const logMelSpectrogramOptions: OptionTable<LogMelSpectrogramOptions, Open> = {
  sampleRate: required(wholeNumber(1)),
  windowLength: optional(wholeNumber(2)),
  hopLength: optional(wholeNumber(1)),
  fftSize: optional(wholeNumber(2)),
  melBands: preset(64, wholeNumber(1)),
  minFrequency: preset(0, nonNegative),
  maxFrequency: optional(positive),
  melScale: preset<'slaney' | 'htk'>('slaney', oneOf('slaney', 'htk')),
  melNorm: preset<'slaney' | 'none'>('slaney', oneOf('slaney', 'none')),
  power: preset<1 | 2>(2, oneOf(1, 2)),
  center: preset(true, flag),
  pad: preset<'zeros' | 'reflect'>('zeros', oneOf('zeros', 'reflect')),
  log: preset<'natural' | 'decibel'>('natural', oneOf('natural', 'decibel')),
  floor: preset(1e-10, positive),
  topDb: optional(positive),
  length: optional(wholeNumber(1)),
};

/** The loudness of a recording by time and frequency. */
export interface Spectrogram {
  /** The values, frame by frame: an example for a network of input shape [frames, bands]. */
  readonly data: Float32Array;
  readonly shape: readonly [frames: number, bands: number];
  /** The number of samples that no frame holds: those that `length` cut off, and those behind the last frame. */
  readonly dropped: number;
}

const where = 'logMelSpectrogram';

/**
 * The log-mel spectrogram of a recording: the logarithm of its power by frames of time and by mel bands, which are
 * narrow for low frequencies and wide for high ones, as ears hear. Sounds and words are commonly given to networks so.
 *
 * `samples` are those of one channel, commonly from -1 to 1, as `decodeWav` and the browser's `decodeAudioData` give them.
 * The values are those of librosa (`feature.melspectrogram` and `power_to_db`) and of torchaudio (`MelSpectrogram`) for the
 * same settings; frames are rows here. With `length` all recordings of one sample rate have the same shape.
 *
 * @throws MetricLearningError if a sample is not finite, there are too few for a frame, a window is longer than the
 * transform, or a band lies above half the sample rate or holds no frequency of the transform.
 * @example
 * const { samples, sampleRate } = decodeWav(await readFile('yes.wav'), 'yes.wav');
 * const { data, shape } = logMelSpectrogram(samples, { sampleRate, length: sampleRate }); // one second: [101, 64]
 * @see https://doi.org/10.1109/TASSP.1980.1163420 (Davis and Mermelstein 1980)
 */
export function logMelSpectrogram(
  samples: ArrayLike<number>,
  options: LogMelSpectrogramOptions,
): Spectrogram {
  const settings = settingsOf(options);
  const { hopLength, fftSize, melBands, center, length = samples?.length } = settings;
  checkSamples(samples);
  const pad = center ? Math.floor(fftSize / 2) : 0;
  const padded = padSamples(samples, length, pad, settings.pad);
  const frames = 1 + Math.floor((padded.length - fftSize) / hopLength);
  if (frames < 1) {
    throw wrong(
      `at least ${fftSize} samples, which a frame has`,
      `${length}`,
      'Pass `length`, which adds silence, or center: true.',
    );
  }
  const filters = filtersOf(settings);
  const window = hannWindow(settings.windowLength, fftSize);
  const fft = createFft(fftSize);
  const frame = new Float64Array(fftSize);
  const data = new Float32Array(frames * melBands);
  for (let row = 0; row < frames; row++) {
    for (let i = 0; i < fftSize; i++) frame[i] = padded[row * hopLength + i]! * window[i]!;
    fft.transform(frame);
    filters.forEach((filter, band) => {
      data[row * melBands + band] = logarithm(bandOf(filter, fft, settings.power), settings);
    });
  }
  limit(data, settings);
  const heard = (frames - 1) * hopLength + fftSize - pad;
  return {
    data,
    shape: [frames, melBands],
    dropped: Math.max(0, samples.length - Math.min(length, heard)),
  };
}

type Values = OptionValues<typeof logMelSpectrogramOptions>;
interface Settings extends Values {
  readonly windowLength: number;
  readonly hopLength: number;
  readonly fftSize: number;
  readonly maxFrequency: number;
}

/** The options with the defaults that depend on others. */
function settingsOf(options: LogMelSpectrogramOptions): Settings {
  const values = readOptions(where, logMelSpectrogramOptions, options);
  const { sampleRate, minFrequency } = values;
  const {
    windowLength = Math.max(2, Math.round(0.025 * sampleRate)),
    hopLength = Math.max(1, Math.round(0.01 * sampleRate)),
    maxFrequency = sampleRate / 2,
  } = values;
  const { fftSize = 2 ** Math.ceil(Math.log2(windowLength)) } = values;
  if (fftSize < windowLength) {
    throw wrong(`fftSize to be at least windowLength (${windowLength})`, `fftSize: ${fftSize}`);
  }
  if (maxFrequency > sampleRate / 2 || maxFrequency <= minFrequency) {
    throw wrong(
      `bands between minFrequency and maxFrequency, at most ${sampleRate / 2} Hz, half the sample rate`,
      `${minFrequency} to ${maxFrequency} Hz`,
    );
  }
  return { ...values, windowLength, hopLength, fftSize, maxFrequency };
}

function checkSamples(samples: ArrayLike<number>): void {
  const list =
    typeof samples === 'object' && samples !== null && Number.isSafeInteger(samples.length);
  if (!list || samples.length === 0) {
    const decoded = typeof samples === 'object' && samples !== null && 'samples' in samples;
    throw wrong(
      'samples to be an array of at least one number',
      list ? 'no sample' : decoded ? 'a record with samples' : show(samples),
      decoded ? 'Pass its samples.' : undefined,
    );
  }
  for (let i = 0; i < samples.length; i++) {
    if (Number.isFinite(samples[i])) continue;
    throw wrong('finite samples of one channel', `${show(samples[i])} at index ${i}`);
  }
}

function padSamples(
  samples: ArrayLike<number>,
  length: number,
  pad: number,
  how: 'zeros' | 'reflect',
): Float64Array {
  if (how === 'reflect' && pad >= length) {
    throw wrong(
      `more than ${pad} samples, which pad: 'reflect' mirrors`,
      `${length}`,
      "Take pad: 'zeros', or pass `length`, which adds silence.",
    );
  }
  const padded = new Float64Array(length + 2 * pad);
  for (let i = Math.min(length, samples.length) - 1; i >= 0; i--) padded[pad + i] = samples[i]!;
  for (let i = 1; how === 'reflect' && i <= pad; i++) {
    padded[pad - i] = padded[pad + i]!;
    padded[pad + length - 1 + i] = padded[pad + length - 1 - i]!;
  }
  return padded;
}

/** A Hann window (periodic) in the middle of a frame. */
function hannWindow(windowLength: number, fftSize: number): Float64Array {
  const window = new Float64Array(fftSize);
  const start = Math.floor((fftSize - windowLength) / 2);
  for (let i = 0; i < windowLength; i++) {
    window[start + i] = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / windowLength);
  }
  return window;
}

function filtersOf(settings: Settings): MelFilter[] {
  const filters = melFilters(settings);
  const empty = filters.findIndex(({ weights }) => weights.length === 0);
  if (empty < 0) return filters;
  throw wrong(
    'each mel band to hold a frequency of the transform',
    `none in band ${empty} of ${settings.melBands}, with fftSize ${settings.fftSize}`,
    'Take fewer melBands, or a larger fftSize.',
  );
}

function bandOf(
  { start, weights }: MelFilter,
  { real, imaginary }: { readonly real: Float64Array; readonly imaginary: Float64Array },
  power: 1 | 2,
): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    const [x, y] = [real[start + i]!, imaginary[start + i]!];
    const square = x * x + y * y;
    sum += weights[i]! * (power === 2 ? square : Math.sqrt(square));
  }
  return sum;
}

function logarithm(value: number, { floor, log }: Settings): number {
  const natural = Math.log(Math.max(floor, value));
  return log === 'natural' ? natural : natural * decibels;
}

/** Decibels of a natural logarithm of 1. */
const decibels = 10 / Math.LN10;

function limit(data: Float32Array, { topDb, log }: Settings): void {
  if (topDb === undefined) return;
  const least =
    data.reduce((a, b) => Math.max(a, b)) - (log === 'natural' ? topDb / decibels : topDb);
  for (let i = 0; i < data.length; i++) data[i] = Math.max(data[i]!, least);
}

function wrong(expected: string, got: string, fix?: string): MetricLearningError {
  return new MetricLearningError({ where, expected, got, ...(fix !== undefined && { fix }) });
}
