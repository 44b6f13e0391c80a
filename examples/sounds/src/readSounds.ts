import { type Dataset, encodeLabels, MetricLearningError } from 'tfjs-metric-learning';
import { readRecording } from './readRecording.ts';
import type { RecordingFile } from './recordingFiles.ts';
import { spectrogramOf, spectrogramShape } from './spectrogram.ts';

/** Spectrograms of recordings, with their classes and files. */
export interface Sounds extends Dataset {
  readonly examples: Float32Array;
  readonly labels: Int32Array;
  readonly names: readonly string[];
  readonly files: readonly RecordingFile[];
  /** The highest frequency of the spectrograms, in hertz. */
  readonly highest: number;
}

/** The highest pitch that is looked at, in hertz; recordings of a low sample rate have less. */
const most = 11_000;

/**
 * Reads recordings and makes their spectrograms. A file that can't be read or decoded is left out and told.
 *
 * @throws MetricLearningError if fewer than two recordings are left.
 */
export async function readSounds(
  candidates: readonly RecordingFile[],
  onBad: (path: string, reason: string) => void,
): Promise<Sounds> {
  const read = [];
  for (const file of candidates) {
    try {
      read.push({ file, recording: await readRecording(file.path) });
    } catch (error) {
      onBad(file.path, (error as Error).message);
    }
  }
  const files = read.map(({ file }) => file);
  const { labels, names } = encodeLabels(files.map(({ label }) => label));
  if (names.length < 2) {
    throw new MetricLearningError({
      where: 'sounds',
      expected: 'recordings of at least two classes that can be decoded',
      got: `${files.length} recordings of ${names.length} classes`,
    });
  }
  const rates = read.map(({ recording }) => recording.sampleRate);
  const highest = Math.min(most, ...rates.map((rate) => rate / 2));
  const size = spectrogramShape.reduce((a, b) => a * b);
  const examples = new Float32Array(read.length * size);
  read.forEach(({ recording }, i) => {
    examples.set(spectrogramOf(recording, highest), i * size);
  });
  return { examples, labels, names, files, highest };
}
