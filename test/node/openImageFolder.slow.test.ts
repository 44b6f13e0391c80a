import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import sharp, { type Sharp } from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { crc32 } from '../../src/formats/internal/crc32.ts';
import { applySplit, report, splitByClass, TripletModel, tripletLoss } from '../../src/index.ts';
import { createGate } from '../../src/node/images/createGate.ts';
import { type ImageFolder, openImageFolder } from '../../src/node.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'pictures-'));
});
afterEach(() => rm(root, { recursive: true }));

const red = { r: 250, g: 10, b: 20 };

/** A picture of one color. */
function picture(
  width: number,
  height: number,
  color: { r: number; g: number; b: number } = red,
): Sharp {
  return sharp({ create: { width, height, channels: 3, background: color } });
}

async function put(path: string, bytes: Buffer | string): Promise<string> {
  const file = join(root, path);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, bytes);
  return file;
}

const png = (): Promise<Buffer> => picture(8, 8).png().toBuffer();

const pixelsOf = async (folder: ImageFolder, index = 0): Promise<number[]> => [
  ...(await folder.pick(Int32Array.of(index))),
];

describe('openImageFolder', () => {
  test('takes a class from each folder, in the order of character codes', async () => {
    for (const path of ['b/2.png', 'b/10.png', 'a/x/deep.png', 'B/1.PNG', 'é/1.png']) {
      await put(path, await png());
    }
    await put('a/notes.txt', 'no picture');
    await put('a/.hidden.png', 'no picture');
    await put('.git/x.png', 'no picture');
    const folder = await openImageFolder(root, { size: 4 });
    expect(folder.names).toEqual(['B', 'a', 'b', 'é']);
    expect(folder.captions).toEqual(['B/1.PNG', 'a/x/deep.png', 'b/10.png', 'b/2.png', 'é/1.png']);
    expect([...folder.labels]).toEqual([0, 1, 2, 2, 3]);
    expect(folder.shape).toEqual([4, 4, 3]);
    expect(folder.dropped).toEqual({ bad: [], others: ['a/notes.txt'] });
    const byParent = await openImageFolder(root, { by: 'parent' });
    expect(byParent.names).toEqual(['B', 'b', 'x', 'é']);
    const byName = await openImageFolder(root, { by: (path) => path.split('/').at(-1) as string });
    expect(byName.names).toContain('10.png');
  });

  const formats: [string, (p: Sharp) => Sharp][] = [
    ['a JPEG', (p) => p.jpeg({ quality: 100, chromaSubsampling: '4:4:4' })],
    [
      'a progressive JPEG',
      (p) => p.jpeg({ quality: 100, progressive: true, chromaSubsampling: '4:4:4' }),
    ],
    ['a CMYK JPEG', (p) => p.toColourspace('cmyk').jpeg({ quality: 100 })],
    ['a PNG', (p) => p.png()],
    ['a palette PNG', (p) => p.png({ palette: true })],
    ['an interlaced PNG', (p) => p.png({ progressive: true })],
    ['a 16 bit PNG', (p) => p.toColourspace('rgb16').png()],
    ['a WebP', (p) => p.webp({ lossless: true })],
    ['an AVIF', (p) => p.avif({ quality: 100 })],
    ['a GIF', (p) => p.gif()],
    ['a TIFF', (p) => p.tiff()],
  ];
  test.each(formats)('decodes %s to the same bytes', async (name, encode) => {
    const end = /(JPEG|PNG|WebP|AVIF|GIF|TIFF)/.exec(name)?.[1]?.toLowerCase() as string;
    await put(`a/x.${end}`, await encode(picture(16, 16)).toBuffer());
    const folder = await openImageFolder(root, { size: 2 });
    const found = await pixelsOf(folder);
    const expected = [250, 10, 20];
    const near = name.includes('CMYK') ? 30 : 4;
    found.forEach((value, i) => {
      expect(Math.abs(value - (expected[i % 3] as number))).toBeLessThanOrEqual(near);
    });
  });

  test('turns a picture as its EXIF data say', async () => {
    const pixels = Uint8Array.of(255, 0, 0, 255, 0, 0, 0, 0, 255, 0, 0, 255); // red above blue
    const raw = { width: 2, height: 2, channels: 3 as const };
    const turned = await sharp(pixels, { raw }).withMetadata({ orientation: 6 }).png().toBuffer();
    await put('a/x.png', turned);
    const found = await pixelsOf(await openImageFolder(root, { size: 2 }));
    expect(found.slice(0, 6)).toEqual([0, 0, 255, 255, 0, 0]); // blue left of red
  });

  test('fits other proportions as asked, on the background asked for', async () => {
    await put('a/x.png', await picture(8, 4).png().toBuffer());
    const first = async (options: object): Promise<number[]> =>
      (await pixelsOf(await openImageFolder(root, { size: 4, ...options }))).slice(0, 4);
    expect((await first({})).slice(0, 3)).toEqual([255, 255, 255]);
    expect((await first({ background: '#000010' })).slice(0, 3)).toEqual([0, 0, 16]);
    expect((await first({ fit: 'cover' })).slice(0, 3)).toEqual([250, 10, 20]);
    expect((await first({ fit: 'fill' })).slice(0, 3)).toEqual([250, 10, 20]);
    expect(await first({ channels: 4 })).toEqual([0, 0, 0, 0]);
    const wide = await openImageFolder(root, { size: [2, 6], channels: 1 });
    expect([wide.shape, await pixelsOf(wide)].flat()).toHaveLength(3 + 12);
  });

  test('puts transparent pixels on the background', async () => {
    const clear = { width: 4, height: 4, channels: 4 as const, background: { ...red, alpha: 0 } };
    await put('a/x.png', await sharp({ create: clear }).png().toBuffer());
    const folder = await openImageFolder(root, { size: 4, background: '#00ff00' });
    expect((await pixelsOf(folder)).slice(0, 3)).toEqual([0, 255, 0]);
  });

  test('follows links, and none that leads back', async () => {
    await put('a/x.png', await png());
    await symlink(join(root, 'a/x.png'), join(root, 'a/y.png'));
    await symlink(root, join(root, 'a/again'));
    await symlink(join(root, 'a'), join(root, 'b'));
    const { captions } = await openImageFolder(root);
    expect(captions).toEqual(['a/x.png', 'a/y.png', 'b/x.png', 'b/y.png']);
  });
});

describe('Files that are no pictures', () => {
  /** A JPEG whose data are damaged in the middle: decoders give a picture, and a warning. */
  const bitrot = async (): Promise<Buffer> => {
    const noise = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 7919) % 251);
    const raw = { width: 64, height: 64, channels: 3 as const };
    const bytes = await sharp(noise, { raw }).jpeg().toBuffer();
    const middle = Math.floor(bytes.length / 2);
    bytes.fill(0xff, middle, middle + 40);
    return bytes;
  };
  /** A PNG whose header says that it has 400 million pixels. */
  const hugePng = (small: Buffer): Buffer => {
    const bytes = Buffer.from(small);
    bytes.writeUInt32BE(20_000, 16);
    bytes.writeUInt32BE(20_000, 20);
    bytes.writeUInt32BE(crc32(0xedb88320)(bytes.subarray(12, 29)), 29);
    return bytes;
  };
  const damaged: [string, () => Promise<Buffer | string>][] = [
    ['a truncated PNG', async () => (await picture(64, 64).png().toBuffer()).subarray(0, 90)],
    ['a JPEG with damaged data', bitrot],
    ['a text by the name of a picture', async () => 'hello'],
    ['an empty file', async () => ''],
    ['a PNG of 20,000 x 20,000', async () => hugePng(await png())],
  ];
  test.each(damaged)('are named and refused, or skipped: %s', async (_, make) => {
    await put('a/good.png', await png());
    await put('a/wrong.jpg', await make());
    await expect(openImageFolder(root)).rejects.toThrow(
      /^openImageFolder: expected a\/wrong\.jpg to be a picture that can be decoded, got .+\. Repair or remove the file, or leave such files out: onBad: 'skip'\.$/,
    );
    const { captions, dropped } = await openImageFolder(root, { onBad: 'skip' });
    expect(captions).toEqual(['a/good.png']);
    expect(dropped.bad.map(({ path }) => path)).toEqual(['a/wrong.jpg']);
    const seen: string[] = [];
    await openImageFolder(root, { onBad: ({ path }) => void seen.push(path) });
    expect(seen).toEqual(['a/wrong.jpg']);
  });

  test('a link that leads nowhere is one', async () => {
    await put('a/x.png', await png());
    await symlink(join(root, 'gone.png'), join(root, 'a/gone.png'));
    await expect(openImageFolder(root)).rejects.toThrow('got a link that leads nowhere.');
    expect((await openImageFolder(root, { onBad: 'skip' })).count).toBe(1);
  });

  test('a file that goes away later is named by pick', async () => {
    const file = await put('a/x.png', await png());
    const folder = await openImageFolder(root);
    await rm(file);
    await expect(folder.pick(Int32Array.of(0))).rejects.toThrow(
      'expected a/x.png to be a picture that can be decoded',
    );
  });
});

describe('The cache', () => {
  const cachedFiles = async (): Promise<string[]> =>
    (await readdir(join(root, '.cache'), { recursive: true })).filter((n) => n.endsWith('.pixels'));

  test('is used again for the same file, size and options, and for nothing else', async () => {
    const file = await put('a/x.png', await png());
    const cache = join(root, '.cache');
    const open = (more: object = {}): Promise<ImageFolder> =>
      openImageFolder(root, { size: 2, cache, ...more });
    const first = await pixelsOf(await open());
    const [kept] = (await cachedFiles()) as [string];
    expect(await pixelsOf(await open())).toEqual(first);
    expect(await cachedFiles()).toEqual([kept]);
    await open({ size: 3 });
    await open({ channels: 1 });
    expect(await cachedFiles()).toHaveLength(3);

    await writeFile(file, await picture(8, 8, { r: 0, g: 200, b: 0 }).png().toBuffer());
    await utimes(file, 1, 1);
    expect(await pixelsOf(await open())).not.toEqual(first);
    expect(await cachedFiles()).toHaveLength(4);
  });

  test('is not believed when it is damaged', async () => {
    await put('a/x.png', await png());
    const cache = join(root, '.cache');
    const first = await pixelsOf(await openImageFolder(root, { size: 2, cache }));
    const kept = join(cache, (await cachedFiles())[0] as string);
    const bytes = await readFile(kept);
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(kept, bytes);
    expect(await pixelsOf(await openImageFolder(root, { size: 2, cache }))).toEqual(first);
    await writeFile(kept, bytes.subarray(0, 10));
    expect(await pixelsOf(await openImageFolder(root, { size: 2, cache }))).toEqual(first);
  });

  test('that cannot be written is no fault of the pictures', async () => {
    await put('a/x.png', await png());
    await put('file', 'in the way');
    const open = openImageFolder(root, { cache: join(root, 'file'), onBad: 'skip' });
    await expect(open).rejects.toThrow('expected a cache folder that can be written, got');
  });
});

test('Training, splits and reports take a folder of pictures', async () => {
  for (const [i, name] of ['red', 'green', 'blue', 'gray'].entries()) {
    for (let k = 0; k < 4; k++) {
      const color = { r: 60 * i + k, g: 200 - 60 * i, b: 10 * k };
      await put(`${name}/${k}.png`, await picture(8, 8, color).png().toBuffer());
    }
  }
  const pictures = await openImageFolder(root, { size: 8 });
  const { train, test: held } = applySplit(pictures, splitByClass(pictures.labels, { test: 0.5 }));
  expect(held.captions).toHaveLength(8);
  const base = sequential({
    layers: [layers.flatten({ inputShape: [8, 8, 3] }), layers.dense({ units: 4 })],
  });
  const model = new TripletModel(base, { normalization: { scale: 1 / 255 } });
  model.compile({ optimizer: 'adam', loss: tripletLoss(1) });
  const { loss } = await model.fit(train, { epochs: 2, validation: held });
  expect(loss).toHaveLength(2);
  expect(model.names).toEqual(['blue', 'gray', 'green', 'red']);
  const page = await report(model, held);
  expect(page).toContain(held.captions?.[0]);
});

test('createGate lets at most so many run at once, and goes on after an error', async () => {
  const gate = createGate(3);
  let [running, most] = [0, 0];
  const work = (i: number): Promise<number> =>
    gate(async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 2));
      running--;
      if (i === 4) throw new Error('one fails');
      return i;
    });
  const results = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => work(i)));
  expect(most).toBe(3);
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(19);
});

describe('openImageFolder refuses', () => {
  test.each<[string, () => Promise<string> | string, object, string | RegExp]>([
    [
      'a folder that is missing',
      () => join(root, 'nowhere'),
      {},
      /nowhere to be a folder that can be read, got ENOENT/,
    ],
    [
      'a file in place of a folder',
      () => put('x', ''),
      {},
      /to be a folder that can be read, got ENOTDIR/,
    ],
    ['what is no path', () => 3 as never, {}, 'expected the folder to be a path'],
    ['an empty folder', () => root, {}, /expected pictures \(.jpg, .png, .* in .*, got no file\./],
    [
      'a folder of other files',
      async () => {
        await put('a/x.txt', '');
        return root;
      },
      {},
      'got 1 other files, such as a/x.txt.',
    ],
    [
      'a class without pictures',
      async () => {
        await put('a/x.png', await png());
        await put('b/x.txt', '');
        return root;
      },
      {},
      'expected at least one picture of each class, got none of b.',
    ],
    [
      'a class of damaged pictures',
      async () => {
        await put('a/x.png', await png());
        await put('b/x.png', 'no');
        return root;
      },
      { onBad: 'skip' },
      'got none of b. Remove the folders that hold none, or repair their files.',
    ],
    [
      'pictures beside the folders',
      async () => {
        await put('x.png', await png());
        return root;
      },
      {},
      'expected a folder for each class, got the picture x.png beside them.',
    ],
    [
      'a class name that is none',
      async () => {
        await put('a/x.png', await png());
        return root;
      },
      { by: () => undefined },
      'expected by to return the name of a class for a/x.png, got undefined.',
    ],
    [
      'a size of 0',
      () => root,
      { size: 0 },
      'expected size to be a whole number >= 1, or two of them, [height, width], got size: 0.',
    ],
    [
      'two channels',
      () => root,
      { channels: 2 },
      'expected channels to be one of 1, 3, 4, got channels: 2.',
    ],
    [
      'a color by name',
      () => root,
      { background: 'white' },
      'expected background to be a color of the form #rrggbb',
    ],
    [
      'a way to fit that is none',
      () => root,
      { fit: 'inside' },
      "expected fit to be one of 'contain', 'cover', 'fill'",
    ],
    ['a misspelt option', () => root, { sise: 3 }, 'It is called size.'],
  ])('%s', async (_, place, options, message) => {
    await expect(openImageFolder(await place(), options as never)).rejects.toThrow(message);
  });
});
