import { logMelSpectrogram } from 'tfjs-metric-learning';
import type { Recording } from './readRecording.ts';

const frames = 64;
const bands = 64;
/** What lies so many decibels below the loudest part of a sound is silence. */
const range = 80;

/** A spectrogram as an image: high pitches are at the top, time runs to the right. */
export const spectrogramShape: readonly [number, number, number] = [bands, frames, 1];

/**
 * The first 0.63 seconds of a sound from its beginning on, as loudness by pitch and time: 64 mel bands up to `highest`
 * hertz, 64 frames of 10 ms. 1 is the loudest part, 0 is silence, so that a sound played more softly looks the same.
 *
 * Windows are as long in seconds at every sample rate: recordings of different rates need no resampling.
 */
export function spectrogramOf({ samples, sampleRate }: Recording, highest: number): Float32Array {
  const hopLength = Math.round(sampleRate / 100);
  const length = (frames - 1) * hopLength;
  const start = beginning(samples, sampleRate);
  const { data } = logMelSpectrogram(samples.subarray(start, start + length), {
    sampleRate,
    hopLength,
    windowLength: Math.round(sampleRate / 40),
    melBands: bands,
    maxFrequency: highest,
    length,
    log: 'decibel',
    topDb: range,
  });
  let loudest = Number.NEGATIVE_INFINITY;
  for (const value of data) loudest = Math.max(loudest, value);
  return Float32Array.from(data, (_, i) => {
    const [row, frame] = [Math.floor(i / frames), i % frames];
    const value = data[frame * bands + bands - 1 - row] as number;
    return (value - loudest + range) / range;
  });
}

/** Where a sound begins: 2 ms before it has a twentieth of its peak. */
function beginning(samples: Float32Array, sampleRate: number): number {
  let peak = 0;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  const first = samples.findIndex((sample) => Math.abs(sample) >= peak / 20);
  return Math.max(0, first - Math.round(sampleRate / 500));
}
