import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EmbeddingRows } from 'tfjs-metric-learning';
import type { TextExtractor } from './miniLm.ts';

const textsAtOnce = 512;

/**
 * The features of texts, from a file in `folder` where an earlier run left them there. The file belongs to these texts
 * and this extractor: others have another name.
 */
export async function featuresOf(
  texts: readonly string[],
  extractor: TextExtractor,
  folder: string,
  onProgress: (done: number) => void,
): Promise<EmbeddingRows> {
  const shape = [texts.length, extractor.dims] as const;
  const key = createHash('sha256')
    .update(JSON.stringify([extractor.id, texts]))
    .digest('hex');
  const file = join(folder, `features-${key.slice(0, 16)}.f32`);
  const kept = await readFile(file).catch(() => undefined);
  if (kept?.length === 4 * shape[0] * shape[1]) {
    return { data: new Float32Array(new Uint8Array(kept).buffer), shape };
  }
  const data = new Float32Array(shape[0] * shape[1]);
  for (let start = 0; start < texts.length; start += textsAtOnce) {
    const rows = await extractor.embed(texts.slice(start, start + textsAtOnce));
    data.set(rows.data, start * extractor.dims);
    onProgress(Math.min(texts.length, start + textsAtOnce));
  }
  await mkdir(folder, { recursive: true });
  await writeFile(`${file}.part`, new Uint8Array(data.buffer));
  await rename(`${file}.part`, file);
  return { data, shape };
}
