import { describe, expect, test } from 'vitest';
import { MetricLearningError, openZip } from '../../src/index.ts';

/** What Python's zipfile writes of a deflated text and three stored bytes. */
const file = Uint8Array.from(
  Buffer.from(
    'UEsDBBQAAAAIAOSzfl3jUT2NCgAAABcAAAALAAAAYS9oZWxsby50eHTLSM3JyVfIQCcBUEsDBBQAAAAAAOSzfl0dgLxVAwAAAAMAAAAKAAAAc3RvcmVkLmJpbgECA1BLAQIUAxQAAAAIAOSzfl3jUT2NCgAAABcAAAALAAAAAAAAAAAAAACAAQAAAABhL2hlbGxvLnR4dFBLAQIUAxQAAAAAAOSzfl0dgLxVAwAAAAMAAAAKAAAAAAAAAAAAAACAATMAAABzdG9yZWQuYmluUEsFBgAAAAACAAIAcQAAAF4AAAAAAA==',
    'base64',
  ),
);
const withByte = (at: number, value: number): Uint8Array => {
  const changed = file.slice();
  changed[at] = value;
  return changed;
};
/** The first entry of the directory. */
const entry = file.findIndex((_, i) => file[i] === 0x50 && file[i + 2] === 1 && file[i + 3] === 2);

test('openZip reads files that are deflated or stored', async () => {
  const zip = openZip(file);
  expect(zip.paths).toEqual(['a/hello.txt', 'stored.bin']);
  expect(new TextDecoder().decode(await zip.read('a/hello.txt'))).toBe('hello hello hello hello');
  expect(await zip.read('stored.bin')).toEqual(Uint8Array.of(1, 2, 3));
});

describe('openZip refuses', () => {
  test.each<[string, Uint8Array, string, string]>([
    [
      'a path',
      'x.zip' as never,
      '',
      'openZip: expected x.zip to be a Uint8Array of bytes, got "x.zip".',
    ],
    [
      'an empty file',
      new Uint8Array(0),
      '',
      'to be a whole ZIP file, got 0 bytes without its end.',
    ],
    ['a file that is cut off', file.subarray(0, -1), '', 'to be a whole ZIP file'],
    [
      'a path that is not there',
      file,
      'hello.txt',
      'expected x.zip to hold "hello.txt", got 2 other files.',
    ],
    ['a misspelt path', file, 'stored.bim', 'It is called stored.bin.'],
    ['what is no path', file, 3 as never, 'to hold 3, got 2 other files.'],
    [
      'an encrypted file',
      withByte(entry + 8, 1),
      'a/hello.txt',
      'to hold a/hello.txt without a password, got an encrypted file.',
    ],
    [
      'another compression',
      withByte(entry + 10, 12),
      'a/hello.txt',
      'to hold a/hello.txt whole, got the compression method 12.',
    ],
    [
      'another checksum',
      withByte(entry + 16, 0),
      'a/hello.txt',
      'got bytes of another checksum. The file is truncated or damaged: fetch it again.',
    ],
  ])('%s', async (_, bytes, path, message) => {
    const read = async (): Promise<unknown> => openZip(bytes, 'x.zip').read(path);
    await expect(read()).rejects.toThrow(MetricLearningError);
    await expect(read()).rejects.toThrow(message);
  });
});
