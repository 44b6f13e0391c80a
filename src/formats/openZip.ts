import { readZip, type ZipFile } from './internal/readZip.ts';

/**
 * Opens the bytes of a ZIP file, such as an archive of pictures or a Python wheel: the paths of its files, and a function
 * that unpacks one. `name` is what errors call the file.
 *
 * Files are stored or deflated; each has its checksum tested. Encrypted files, and files over 4 GB, are refused.
 *
 * @throws MetricLearningError if the bytes are no ZIP file, or not whole.
 * @example
 * const zip = openZip(await readFile('model.zip'), 'model.zip');
 * const weights = decodeSafetensors(await zip.read('model.safetensors'));
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export function openZip(bytes: Uint8Array, name = 'the data'): ZipFile {
  return readZip('openZip', bytes, name);
}
