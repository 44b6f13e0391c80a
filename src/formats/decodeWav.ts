import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkBytes } from './internal/checkBytes.ts';

/** A recording. */
export interface WavAudio {
  /** The number of samples of a second. */
  readonly sampleRate: number;
  /** The samples as one channel: the mean of all channels. */
  readonly samples: Float32Array;
  /** The samples of each channel. */
  readonly channels: readonly Float32Array[];
}

const where = 'decodeWav';

/**
 * Decodes the bytes of a WAV file: PCM of 8, 16, 24 and 32 bits, and floats of 32 and 64 bits, of any number of channels,
 * with the plain header or the extensible one. Whole numbers become numbers from -1 to 1. `name` is what errors call the
 * file.
 *
 * A file that was written to a pipe, whose header says no length, is read to its end. Chunks other than those of the format
 * and of the samples are passed over.
 *
 * @throws MetricLearningError if the bytes are of another format, compressed (A-law, ADPCM, MP3 ..), not whole, without a
 * sample, or a sample is not finite.
 * @example
 * const { samples, sampleRate } = decodeWav(await readFile('yes.wav'), 'yes.wav');
 * @see https://www.mmsp.ece.mcgill.ca/Documents/AudioFormats/WAVE/WAVE.html
 */
export function decodeWav(bytes: Uint8Array, name = 'the data'): WavAudio {
  checkBytes(where, name, bytes);
  if (textAt(bytes, 0) !== 'RIFF' || textAt(bytes, 8) !== 'WAVE') {
    throw wrong(name, 'be a WAV file', kindOf(bytes), howToDecode);
  }
  const chunks = chunksOf(bytes, name);
  const format = formatOf(chunks.get('fmt '), name);
  const body = chunks.get('data');
  if (body === undefined) throw wrong(name, 'have a data chunk with samples', 'none', again);
  return samplesOf(body, format, name);
}

const again = 'The file is truncated or damaged: fetch it again.';
const howToDecode =
  'Convert it (ffmpeg -i FILE FILE.wav), or decode it with decodeAudioData in a browser.';

/** What the first bytes of a file that is no WAV file say. */
function kindOf(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'an empty file';
  const first = textAt(bytes, 0);
  if (first.startsWith('ID3') || (bytes[0] === 0xff && (bytes[1]! & 0xe0) === 0xe0)) {
    return 'an MP3 file';
  }
  if (textAt(bytes, 4) === 'ftyp') return 'an MP4 file';
  const known: Record<string, string> = {
    OggS: 'an Ogg file',
    fLaC: 'a FLAC file',
    FORM: 'an AIFF file',
    RIFX: 'a big-endian WAV file',
    RF64: 'a WAV file of the 64-bit kind (RF64)',
    RIFF: `a RIFF file of the kind ${JSON.stringify(textAt(bytes, 8))}`,
  };
  return known[first] ?? `bytes that begin with ${JSON.stringify(first)}`;
}

/** The chunks of a file by their names, the first of each name. */
function chunksOf(bytes: Uint8Array, name: string): Map<string, Uint8Array> {
  const view = viewOf(bytes);
  const chunks = new Map<string, Uint8Array>();
  for (let at = 12; at + 8 <= bytes.length && !chunks.has('data'); ) {
    const kind = textAt(bytes, at);
    const said = view.getUint32(at + 4, true);
    const left = bytes.length - at - 8;
    const size = kind === 'data' && said === 0xffffffff ? left : said;
    if (size > left) {
      throw wrong(
        name,
        `have ${size} bytes in its chunk ${JSON.stringify(kind)}`,
        `${left}`,
        again,
      );
    }
    if (!chunks.has(kind)) chunks.set(kind, bytes.subarray(at + 8, at + 8 + size));
    at += 8 + size + (size % 2);
  }
  return chunks;
}

interface Format {
  readonly float: boolean;
  readonly channels: number;
  readonly sampleRate: number;
  /** Bytes of a sample. */
  readonly width: number;
}

const pcm = 1;
const float = 3;
const extensible = 0xfffe;
/** What follows the tag in the extensible header's name of a format. */
const tail = '000000001000800000aa00389b71';
const compressions: Readonly<Record<number, string>> = {
  2: 'Microsoft ADPCM',
  6: 'A-law',
  7: 'mu-law',
  17: 'IMA ADPCM',
  49: 'GSM',
  85: 'MP3',
};

function formatOf(chunk: Uint8Array | undefined, name: string): Format {
  if (chunk === undefined || chunk.length < 16) {
    const got = chunk === undefined ? 'none' : `one of ${chunk.length} bytes`;
    throw wrong(name, 'have a format chunk of at least 16 bytes before its samples', got, again);
  }
  const view = viewOf(chunk);
  const tag = tagOf(chunk, name);
  if (tag !== pcm && tag !== float) {
    const compression = compressions[tag] ?? `the format ${tag}`;
    throw wrong(name, 'hold PCM or floats', compression, howToDecode);
  }
  const [channels, sampleRate] = [view.getUint16(2, true), view.getUint32(4, true)];
  const [block, bits] = [view.getUint16(12, true), view.getUint16(14, true)];
  const widths = tag === pcm ? [8, 16, 24, 32] : [32, 64];
  if (!widths.includes(bits)) {
    const kinds = `samples of ${widths.slice(0, -1).join(', ')} or ${widths.at(-1)} bits`;
    throw wrong(name, `have ${kinds}`, `${bits} bits`, howToDecode);
  }
  if (channels === 0 || sampleRate === 0 || block !== (channels * bits) / 8) {
    throw wrong(
      name,
      'have channels, a sample rate, and blocks of a sample of each channel',
      `${channels} channels, ${sampleRate} Hz, blocks of ${block} bytes with ${bits} bits a sample`,
      again,
    );
  }
  return { float: tag === float, channels, sampleRate, width: bits / 8 };
}

/** The number of a format; the extensible header has it in the format's long name. */
function tagOf(chunk: Uint8Array, name: string): number {
  const view = viewOf(chunk);
  const tag = view.getUint16(0, true);
  if (tag !== extensible) return tag;
  if (chunk.length < 40) {
    throw wrong(name, 'have an extensible header of 40 bytes', `${chunk.length}`, again);
  }
  const rest = Array.from(chunk.subarray(26, 40), (byte) => byte.toString(16).padStart(2, '0'));
  if (rest.join('') !== tail) {
    throw wrong(name, 'hold PCM or floats', 'a format of its own', howToDecode);
  }
  return view.getUint16(24, true);
}

function samplesOf(body: Uint8Array, format: Format, name: string): WavAudio {
  const { channels: count, sampleRate, width } = format;
  const block = count * width;
  if (body.length === 0 || body.length % block !== 0) {
    const got = body.length === 0 ? 'none' : `${body.length} bytes for blocks of ${block}`;
    throw wrong(name, 'have at least one sample of each channel, and whole ones', got, again);
  }
  const read = readerOf(viewOf(body), format);
  const frames = body.length / block;
  const channels = Array.from({ length: count }, (_, channel) => {
    const samples = new Float32Array(frames);
    for (let i = 0; i < frames; i++) samples[i] = read(i * block + channel * width);
    return samples;
  });
  channels.forEach((samples, channel) => {
    const odd = samples.findIndex((sample) => !Number.isFinite(sample));
    if (odd < 0) return;
    throw wrong(
      name,
      'have finite samples',
      `${samples[odd]} at index ${odd} of channel ${channel}`,
    );
  });
  return { sampleRate, samples: count === 1 ? channels[0]! : meanOf(channels), channels };
}

function meanOf(channels: readonly Float32Array[]): Float32Array {
  const mean = new Float32Array(channels[0]!.length);
  for (let i = 0; i < mean.length; i++) {
    let sum = 0;
    for (const samples of channels) sum += samples[i]!;
    mean[i] = sum / channels.length;
  }
  return mean;
}

/** A function that reads the sample at a byte. */
function readerOf(view: DataView, format: Format): (at: number) => number {
  if (format.float) {
    return format.width === 4
      ? (at) => view.getFloat32(at, true)
      : (at) => view.getFloat64(at, true);
  }
  switch (format.width) {
    case 1:
      return (at) => (view.getUint8(at) - 2 ** 7) / 2 ** 7;
    case 2:
      return (at) => view.getInt16(at, true) / 2 ** 15;
    case 3:
      return (at) => (view.getInt8(at + 2) * 2 ** 16 + view.getUint16(at, true)) / 2 ** 23;
    default:
      return (at) => view.getInt32(at, true) / 2 ** 31;
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Four bytes as text. */
function textAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

function wrong(name: string, expected: string, got: string, fix?: string): MetricLearningError {
  return new MetricLearningError({
    where,
    expected: `${name} to ${expected}`,
    got,
    ...(fix !== undefined && { fix }),
  });
}
