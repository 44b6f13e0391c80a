import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import { text } from '../internal/optionKinds.ts';
import { type OptionTable, optional, readOptions } from '../internal/readOptions.ts';

/** A file that the reader chose. */
export interface OpenedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface OpenFileOptions {
  /** Which files are offered: endings or types, such as `.bundle` or `image/*,.png`. Default: all. */
  accept?: string;
}

export const openFileOptions: OptionTable<OpenFileOptions, 'accept'> = { accept: optional(text) };

/**
 * Saves bytes as a file in the reader's folder of downloads. Call it from a click.
 *
 * @throws MetricLearningError if the bytes are no Uint8Array, the name is empty, or this is no page.
 * @example downloadBytes(await connection.bundle(), 'digits.bundle');
 */
export function downloadBytes(bytes: Uint8Array, name: string): void {
  const where = 'downloadBytes';
  if (!(bytes instanceof Uint8Array)) {
    throw new MetricLearningError({
      where,
      expected: 'bytes to be a Uint8Array',
      got: show(bytes),
      ...((bytes as unknown) instanceof Promise && { fix: 'Await it: await encodeBundle(..).' }),
    });
  }
  if (typeof name !== 'string' || name === '') {
    throw new MetricLearningError({
      where,
      expected: 'name to be a string that is not empty',
      got: show(name),
    });
  }
  checkPage(where);
  const url = URL.createObjectURL(new Blob([bytes.slice()], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // some browsers read it after the click has returned
}

/**
 * Lets the reader choose a file, and reads it; undefined if none was chosen. Call it from a click.
 *
 * @throws MetricLearningError if an option is unknown, the file cannot be read, or this is no page.
 * @example
 * const file = await openFile({ accept: '.bundle' });
 * if (file) await connection.open(file.bytes);
 */
export async function openFile(options: OpenFileOptions = {}): Promise<OpenedFile | undefined> {
  const where = 'openFile';
  const { accept } = readOptions(where, openFileOptions, options);
  checkPage(where);
  const input = document.createElement('input');
  input.type = 'file';
  if (accept !== undefined) input.accept = accept;
  const file = await new Promise<File | undefined>((resolve) => {
    input.addEventListener('change', () => resolve(input.files?.[0]));
    input.addEventListener('cancel', () => resolve(undefined));
    input.click();
  });
  if (!file) return undefined;
  try {
    return { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
  } catch (error) {
    throw new MetricLearningError(
      { where, expected: `to read ${file.name}`, got: (error as Error).message },
      { cause: error },
    );
  }
}

function checkPage(where: string): void {
  if (globalThis.document !== undefined) return;
  throw new MetricLearningError({
    where,
    expected: 'a page',
    got: 'a worker, or Node',
    fix: 'Send the bytes to the page, and call it there.',
  });
}
