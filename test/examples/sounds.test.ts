import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { familyOf } from '../../examples/sounds/src/families.ts';
import { findRecordings } from '../../examples/sounds/src/recordingFiles.ts';
import { runExample } from '../support/runExample.ts';

let folder: string;
let kits: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sounds-'));
  kits = join(folder, 'kits');
  for (let kit = 0; kit < 4; kit++) await writeKit(join(kits, `Kit ${kit}`), kit);
});
afterAll(() => rm(folder, { recursive: true }));

const sounds = (...args: string[]) =>
  runExample('sounds', ['--threads', '1', '--out', join(folder, 'out'), ...args]);

const instruments = ['Kick "1"', 'Snare', 'Closed HH'];
const sampleRate = 22_050;

/** A kit of three instruments, four sounds of each, and of one whose name says nothing. */
async function writeKit(root: string, kit: number): Promise<void> {
  await mkdir(root, { recursive: true });
  const parts = instruments.map((name, i) => {
    const files = Array.from({ length: 4 }, (_, layer) => `${i}-${layer}.wav`);
    return { name: name.replaceAll('"', '&quot;'), files };
  });
  parts.push({ name: '17', files: ['0-0.wav', 'missing.wav'] });
  const xml = parts.map(
    ({ name, files }) =>
      `<instrument><name>${name}</name>${files.map((file) => `<layer><filename>${file}</filename></layer>`).join('')}</instrument>`,
  );
  await writeFile(
    join(root, 'drumkit.xml'),
    `<drumkit_info><name>Kit</name>${xml.join('')}</drumkit_info>`,
  );
  for (let i = 0; i < instruments.length; i++) {
    for (let layer = 0; layer < 4; layer++) {
      await writeFile(join(root, `${i}-${layer}.wav`), wav(hit(i, kit * 4 + layer)));
    }
  }
}

/** A low tone, a high one with noise, or noise, that dies away. */
function hit(instrument: number, take: number): Int16Array {
  let noise = 1 + take;
  return Int16Array.from({ length: 6000 }, (_, i) => {
    noise = (noise * 48_271) % 2_147_483_647;
    const hiss = noise / 2_147_483_647 - 0.5;
    const hertz = [80, 400, 0][instrument]! * (1 + take / 100);
    const tone = Math.sin((2 * Math.PI * hertz * i) / sampleRate);
    const share = [0, 0.5, 1][instrument]!;
    return 20_000 * Math.exp(-i / 2000) * ((1 - share) * tone + share * hiss);
  });
}

/** A WAV file of one channel of 16 bits. */
function wav(samples: Int16Array, rate = sampleRate): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.byteLength, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(2 * rate, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.byteLength, 40);
  return Buffer.concat([header, Buffer.from(samples.buffer)]);
}

describe('The example with sounds', () => {
  test('names the sounds of kits that training never played, and finds the like of a recording', async () => {
    const query = join(kits, 'Kit 0', '1-0.wav');
    const run = await sounds('--data', kits, '--steps', '20', '--query', query);
    expect(run.error).toBe('');
    expect(run.code).toBe(0);
    expect(run.out).toMatch(/^48 recordings of 3 classes: kick, snare, closed hi-hat$/m);
    expect(run.out).toMatch(/^Train on 36 sounds of 3 kits; 12 sounds of 1 kit are put aside$/m);
    const named = /^By embeddings: +P@1 .* (\d+) % named right by 5 neighbors$/m.exec(run.out);
    expect(Number(named?.[1])).toBeGreaterThanOrEqual(90);
    expect(run.out.split(`\n${query}\n`)[1]).toMatch(/^ {2}0\.000 {2}snare +.*Kit 0: 1-0\.wav$/m);
    const report = await readFile(join(folder, 'out', 'report.html'), 'utf8');
    expect(report).toContain('test part of a split by group, seed 1');
    expect(await readFile(join(folder, 'out', 'listen.html'), 'utf8')).toContain('Search by sound');
  }, 240_000);

  test('takes a folder for each class, and names the files that it leaves out', async () => {
    const root = join(folder, 'classes');
    for (const [i, name] of ['low', 'noisy'].entries()) {
      await mkdir(join(root, name), { recursive: true });
      for (let take = 0; take < 8; take++) {
        await writeFile(join(root, name, `${take}.wav`), wav(hit(2 * i, take)));
      }
    }
    await writeFile(join(root, 'low', 'broken.flac'), 'fLaC and nothing else');
    await writeFile(join(root, 'low', 'cut.wav'), wav(hit(0, 9)).subarray(0, 30));
    await writeFile(join(root, 'low', 'silent.wav'), wav(new Int16Array(500)));
    await writeFile(join(root, 'low', 'notes.txt'), 'no recording');
    const { code, out, error } = await sounds('--data', root, '--steps', '5');
    expect(error).toBe('');
    expect(code).toBe(0);
    for (const name of ['broken.flac', 'cut.wav', 'silent.wav']) {
      expect(out).toMatch(new RegExp(`^Left out .*${name}: `, 'm'));
    }
    expect(out).toMatch(/^16 recordings of 2 classes: low, noisy$/m);
    expect(out).toMatch(/^Train on 12 sounds; 4 sounds are put aside$/m);
  }, 120_000);

  test.each<[string[], RegExp]>([
    [['--steps', 'many'], /^sounds: expected --steps to be a whole number >= 1, got many\./],
    [['--what'], /expected the flags that --help lists, got Unknown option '--what'\./],
    [['--data', 'nowhere'], /expected nowhere to be a folder that can be read, got ENOENT/],
    [['--data', 'src'], /expected src to have folders of drum kits, .* got 0 recordings of 0 /],
  ])('refuses %j in one line', async (args, message) => {
    const { code, error } = await sounds(...args);
    expect(code).toBe(1);
    expect(error).toMatch(message);
    expect(error.trim().split('\n')).toHaveLength(1);
  });

  test.each([
    ['nowhere.wav', () => 'nowhere.wav', /got ENOENT/],
    ['a text', () => join(kits, 'Kit 0', 'drumkit.xml'), /to be a WAV file/],
    ['a recording with fewer pitches', () => join(folder, 'low.wav'), /at most 4000 Hz/],
  ])('refuses %s as a query before it trains', async (_, path, message) => {
    await writeFile(join(folder, 'low.wav'), wav(hit(0, 1), 8000));
    const { code, out, error } = await sounds('--data', kits, '--query', path());
    expect(code).toBe(1);
    expect(error).toMatch(
      /^sounds: expected --query .* to be a WAV, FLAC or AIFF file with sounds/,
    );
    expect(error).toMatch(message);
    expect(out).not.toContain('Train on');
  });

  test('--help tells all flags', async () => {
    const help = await sounds('--help');
    expect(help.code).toBe(0);
    for (const flag of ['data', 'query', 'steps', 'seed', 'threads', 'out', 'cache']) {
      expect(help.out).toContain(`--${flag} <`);
    }
  });
});

describe('Recordings of drum kits', () => {
  test('a file belongs to the first instrument that names it, and a missing one to none', async () => {
    const { files, unknown } = await findRecordings(kits);
    expect(files).toHaveLength(48);
    expect(unknown).toEqual([]);
    expect(files[0]).toEqual({
      path: join(kits, 'Kit 0', '0-0.wav'),
      label: 'kick',
      group: 'Kit 0',
    });
  });

  test.each([
    ['Kick (Tama Superstar 22")', 'kick'],
    ['c3 - bass drum 1', 'kick'],
    ['Snare Rimshot (Pearl)', 'snare'],
    ['Rim Click (Pearl)', 'stick'],
    ['Pearl Tom Floor', 'tom'],
    ['Floor Tom', 'tom'],
    ['Sabian Hat Semi-Open', 'open hi-hat'],
    ['Hat Op Dirty', 'open hi-hat'],
    ['VariBreaks Hat 1 Pd', 'pedal hi-hat'],
    ['Closed HH 3', 'closed hi-hat'],
    ['Hat Closed Bs', 'closed hi-hat'],
    ['Paiste Bell', 'ride bell'],
    ['Ride Bow (Custom)', 'ride'],
    ['crash16inch', 'crash'],
    ['Crash/Ride (Paiste)', undefined],
    ['Kenkeni1 Bell Hit', undefined],
    ['17', undefined],
  ])('%s is %s', (name, family) => {
    expect(familyOf(name)).toBe(family);
  });
});
