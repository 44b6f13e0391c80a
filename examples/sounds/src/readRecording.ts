import { readFile } from 'node:fs/promises';
import decodeAiff from '@audio/decode-aiff';
import { FLACDecoder } from '@wasm-audio-decoders/flac';
import { decodeWav } from 'tfjs-metric-learning';

/** The samples of a recording as one channel. */
export interface Recording {
  readonly samples: Float32Array;
  /** The number of samples of a second. */
  readonly sampleRate: number;
}

/**
 * Reads a WAV, FLAC or AIFF file. The first bytes say which it is, as names of files may be wrong.
 *
 * @throws Error if the file can't be read or decoded, or is silent.
 */
export async function readRecording(path: string): Promise<Recording> {
  const bytes = await readFile(path);
  const { samples, sampleRate } = await decode(bytes, path);
  if (!samples.some((sample) => sample !== 0)) throw new Error('it has no sound');
  return { samples, sampleRate };
}

async function decode(bytes: Uint8Array, path: string): Promise<Recording> {
  switch (String.fromCharCode(...bytes.subarray(0, 4))) {
    case 'fLaC':
      return oneChannel(await decodeFlac(bytes));
    case 'FORM':
      return oneChannel(decodeAiff(bytes));
    default:
      return decodeWav(bytes, path);
  }
}

interface Decoded {
  readonly channelData: readonly Float32Array[];
  readonly sampleRate: number;
}

async function decodeFlac(bytes: Uint8Array): Promise<Decoded> {
  const decoder = new FLACDecoder();
  await decoder.ready;
  try {
    const decoded = await decoder.decodeFile(bytes);
    const [error] = decoded.errors;
    if (error) throw new Error(`it is damaged: ${error.message}`);
    return decoded;
  } finally {
    decoder.free();
  }
}

/** The mean of all channels. */
function oneChannel({ channelData, sampleRate }: Decoded): Recording {
  const samples = Float32Array.from(channelData[0] ?? []);
  for (const channel of channelData.slice(1)) {
    for (let i = 0; i < samples.length; i++) samples[i]! += channel[i]!;
  }
  for (let i = 0; i < samples.length; i++) samples[i]! /= channelData.length;
  return { samples, sampleRate };
}
