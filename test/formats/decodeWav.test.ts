import { describe, expect, test } from 'vitest';
import { decodeWav, MetricLearningError } from '../../src/index.ts';

const bytesOf = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, 'base64'));

/** What libsndfile 1.2 writes of [0.5, -1, 0.125] at 8000 Hz, with [-0.5, 0.25, 0] as the second channel where there is one. */
const files = {
  '8 bits': 'UklGRigAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQMAAADAAJAA',
  '16 bits': 'UklGRioAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQYAAAAAQACAABA=',
  '24 bits, stereo':
    'UklGRjYAAABXQVZFZm10IBAAAAABAAIAQB8AAIC7AAAGABgAZGF0YRIAAAAAAEAAAMAAAIAAACAAABAAAAA=',
  '32 bits': 'UklGRjAAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAAEACAAZGF0YQwAAAAAAABAAAAAgAAAABA=',
  'floats, stereo':
    'UklGRmgAAABXQVZFZm10IBAAAAADAAIAQB8AAAD6AAAIACAAZmFjdAQAAAADAAAAUEVBSxgAAAABAAAAl+4NawAAgD8BAAAAAAAAPwAAAABkYXRhGAAAAAAAAD8AAAC/AACAvwAAgD4AAAA+AAAAAA==',
  'floats of 64 bits':
    'UklGRmAAAABXQVZFZm10IBAAAAADAAEAQB8AAAD6AAAIAEAAZmFjdAQAAAADAAAAUEVBSxAAAAABAAAAl+4NawAAgD8BAAAAZGF0YRgAAAAAAAAAAADgPwAAAAAAAPC/AAAAAAAAwD8=',
  'the extensible header, stereo':
    'UklGRlQAAABXQVZFZm10ICgAAAD+/wIAQB8AAAB9AAAEABAAFgAQAAMAAAABAAAAAAAQAIAAAKoAOJtxZmFjdAQAAAADAAAAZGF0YQwAAAAAQADAAIAAIAAQAAA=',
  'the extensible header, floats':
    'UklGRmwAAABXQVZFZm10ICgAAAD+/wEAQB8AAAB9AAAEACAAFgAgAAQAAAADAAAAAAAQAIAAAKoAOJtxZmFjdAQAAAADAAAAUEVBSxAAAAABAAAAl+4NawAAgD8BAAAAZGF0YQwAAAAAAAA/AACAvwAAAD4=',
} as const;
const muLaw =
  'UklGRjYAAABXQVZFZm10IBIAAAAHAAEAQB8AAEAfAAABAAgAAABmYWN0BAAAAAMAAABkYXRhAwAAAI8ArwA=';

test.each(Object.entries(files))('decodeWav reads %s', (what, base64) => {
  const { sampleRate, samples, channels } = decodeWav(bytesOf(base64));
  const [left, right] = [Float32Array.of(0.5, -1, 0.125), Float32Array.of(-0.5, 0.25, 0)];
  const stereo = what.includes('stereo');
  expect(sampleRate).toBe(8000);
  expect(channels).toEqual(stereo ? [left, right] : [left]);
  expect(samples).toEqual(stereo ? Float32Array.of(0, -0.375, 0.0625) : left);
});

const plain = bytesOf(files['16 bits']);
const withBytes = (at: number, ...values: number[]): Uint8Array => {
  const changed = plain.slice();
  changed.set(values, at);
  return changed;
};

test('decodeWav reads a file of unknown length to its end, and a view into a larger buffer', () => {
  const piped = withBytes(40, 255, 255, 255, 255);
  expect(decodeWav(piped).samples).toEqual(Float32Array.of(0.5, -1, 0.125));
  const larger = new Uint8Array([1, 2, 3, ...plain, 9]);
  expect(decodeWav(larger.subarray(3, -1))).toEqual(decodeWav(plain));
});

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

test.each<[string, Uint8Array, string]>([
  ['a path', 'yes.wav' as never, 'expected yes.wav to be a Uint8Array of bytes, got "yes.wav".'],
  ['an ArrayBuffer', plain.buffer as never, 'Wrap it: new Uint8Array(buffer).'],
  ['an empty file', new Uint8Array(0), 'expected yes.wav to be a WAV file, got an empty file.'],
  ['an MP3 file', ascii('ID3\u0004'), 'got an MP3 file. Convert it (ffmpeg -i FILE FILE.wav)'],
  ['an MP3 file without tags', Uint8Array.of(0xff, 0xfb, 0x90, 0), 'got an MP3 file.'],
  ['an MP3 file of one byte', Uint8Array.of(0xff), 'got bytes that begin with "ÿ".'],
  ['a FLAC file', ascii('fLaC....'), 'got a FLAC file.'],
  ['an Ogg file', ascii('OggS....'), 'got an Ogg file.'],
  ['an MP4 file', ascii('....ftypM4A '), 'got an MP4 file.'],
  ['an AIFF file', ascii('FORM....AIFF'), 'got an AIFF file.'],
  ['a big-endian file', withBytes(3, 0x58), 'got a big-endian WAV file.'],
  ['another RIFF file', withBytes(8, ...ascii('AVI ')), 'got a RIFF file of the kind "AVI ".'],
  ['a text', ascii('hello world'), 'got bytes that begin with "hell".'],
  ['a file that ends early', plain.subarray(0, -1), 'to have 6 bytes in its chunk "data", got 5.'],
  ['a header alone', plain.subarray(0, 36), 'to have a data chunk with samples, got none.'],
  ['no format', withBytes(12, ...ascii('fmt2')), 'to have a format chunk of at least 16 bytes'],
  ['no chunk at all', plain.subarray(0, 12), 'to have a format chunk'],
  ['mu-law', bytesOf(muLaw), 'to hold PCM or floats, got mu-law.'],
  ['an unknown compression', withBytes(20, 99), 'to hold PCM or floats, got the format 99.'],
  ['12 bits', withBytes(34, 12), 'to have samples of 8, 16, 24 or 32 bits, got 12 bits.'],
  ['floats of 16 bits', withBytes(20, 3), 'to have samples of 32 or 64 bits, got 16 bits.'],
  ['no channel', withBytes(22, 0), 'got 0 channels, 8000 Hz, blocks of 2 bytes with 16 bits'],
  ['no sample rate', withBytes(24, 0, 0), 'got 1 channels, 0 Hz'],
  ['blocks of another size', withBytes(32, 4), 'blocks of 4 bytes with 16 bits a sample'],
  ['half a sample', withBytes(40, 5), 'and whole ones, got 5 bytes for blocks of 2.'],
  ['no sample', withBytes(40, 0), 'to have at least one sample of each channel'],
  [
    'an extensible header that is short',
    withBytes(20, 0xfe, 0xff),
    'to have an extensible header of 40 bytes, got 16.',
  ],
  [
    'an extensible header of a format of its own',
    bytesOf(files['the extensible header, stereo']).map((byte, i) => (i === 50 ? 7 : byte)),
    'to hold PCM or floats, got a format of its own.',
  ],
  [
    'NaN',
    bytesOf(files['the extensible header, floats']).map((byte, i, all) =>
      i >= all.length - 4 ? 255 : byte,
    ),
    'to have finite samples, got NaN at index 2 of channel 0.',
  ],
])('decodeWav refuses %s', (_, bytes, message) => {
  const decode = (): unknown => decodeWav(bytes, 'yes.wav');
  expect(decode).toThrow(MetricLearningError);
  expect(decode).toThrow(message);
});

describe('decodeWav of damaged files', () => {
  test.each(Object.entries(files))('%s: decodes or refuses in its own words', (_, base64) => {
    const whole = bytesOf(base64);
    for (let i = 0; i < whole.length; i++) {
      for (const damaged of [
        whole.subarray(0, i),
        whole.map((byte, k) => (k === i ? 255 : byte)),
      ]) {
        try {
          decodeWav(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(MetricLearningError);
        }
      }
    }
  });
});
