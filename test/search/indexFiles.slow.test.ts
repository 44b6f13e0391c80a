import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readIndexFile } from '../../src/node/readIndexFile.ts';
import { writeIndexFile } from '../../src/node/writeIndexFile.ts';
import { createIndex } from '../../src/search/exact/createIndex.ts';
import { decodeIndex, encodeIndex } from '../../src/search/indexFile.ts';
import type { IndexState } from '../../src/search/indexState.ts';
import type { IndexItem } from '../../src/search/vectorIndex.ts';
import { measures } from '../support/measures.ts';

const folder = mkdtempSync(join(tmpdir(), 'index-'));
const path = join(folder, 'index.safetensors');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function stateOf(count: number, itemOf: (i: number) => IndexItem): Promise<IndexState> {
  const index = createIndex({ dims: 3, distance: measures.cosine });
  if (count > 0) {
    const data = Float32Array.from({ length: 3 * count }, (_, i) => Math.sin(i));
    await index.add(
      { data, shape: [count, 3] },
      Array.from({ length: count }, (_, i) => itemOf(i)),
    );
  }
  return index.state();
}

const graph = { nodes: Int32Array.of(0, 1, 0), bytes: Uint8Array.of(7, 8, 9, 10, 11) };

describe('A file of an index', () => {
  test.each<[string, () => Promise<IndexState>]>([
    ['without items', () => stateOf(0, () => ({ id: '' }))],
    ['with one item', () => stateOf(1, () => ({ id: 'a', label: 1 }))],
    [
      'with more items than are read at a time, some of many letters',
      () =>
        stateOf(12_000, (i) => ({
          id: `${i},\n[`,
          label: 'ü🦊'.repeat(i % 50),
          metadata: { text: `"},\n{"${'x'.repeat(i % 900)}`, list: [i, null] },
        })),
    ],
    [
      'with an item that is longer than what is read at a time',
      () => stateOf(3, (i) => ({ id: `${i}`, metadata: { text: 'ü,\n'.repeat(i * 1_000_000) } })),
    ],
    ['with a graph', async () => ({ ...(await stateOf(3, (i) => ({ id: `${i}` }))), graph })],
  ])('comes back as it was, %s, and is read by decodeIndex too', async (_, make) => {
    const state = await make();
    await writeIndexFile(path, state);
    expect(await readIndexFile(path)).toEqual(state);
    expect(await decodeIndex(readFileSync(path))).toEqual(state);
    writeFileSync(path, await encodeIndex(state));
    expect(await readIndexFile(path)).toEqual(state);
    expect(readdirSync(folder)).toEqual(['index.safetensors']);
  });

  test('is refused when any byte is changed or missing', async () => {
    const state = { ...(await stateOf(3, (i) => ({ id: `${i}`, label: 'a' }))), graph };
    await writeIndexFile(path, state);
    const bytes = readFileSync(path);
    for (let at = 0; at < bytes.length; at++) {
      const changed = Uint8Array.from(bytes);
      changed[at] = changed[at]! ^ 0x55;
      writeFileSync(path, changed);
      const read = await readIndexFile(path).catch((error: Error) => error.message);
      // Another blank in the header's padding does no harm; every other change is an error.
      if (typeof read === 'string')
        expect(read).toMatch(/^readIndexFile: expected the bytes of a /);
      else expect(read).toEqual(state);
    }
    for (const length of [0, 7, 8, 100, bytes.length - 1]) {
      writeFileSync(path, bytes.subarray(0, length));
      await expect(readIndexFile(path)).rejects.toThrow('readIndexFile: expected the bytes of a');
    }
  });

  test('is not touched by a state that cannot be written', async () => {
    const state = await stateOf(1, () => ({ id: 'a' }));
    await writeIndexFile(path, state);
    const before = readFileSync(path);
    const bad = { ...state, items: [{ id: 'a', metadata: { at: new Date(0) as never } }] };
    await expect(writeIndexFile(path, bad)).rejects.toThrow('writeIndexFile: expected metadata');
    await expect(writeIndexFile(path, { ...state, dims: 2 })).rejects.toThrow(
      '1 vectors of 2 dims',
    );
    expect(readFileSync(path)).toEqual(before);
    expect(readdirSync(folder)).toEqual(['index.safetensors']);
  });

  test('that is missing, or no path at all, is answered by a sentence', async () => {
    await expect(readIndexFile(join(folder, 'none'))).rejects.toThrow(
      /^readIndexFile: expected .* to be a readable file, got ENOENT/,
    );
    await expect(readIndexFile(undefined as never)).rejects.toThrow('readIndexFile: expected');
    await expect(writeIndexFile(7 as never, await stateOf(1, () => ({ id: '' })))).rejects.toThrow(
      'writeIndexFile: expected',
    );
    await expect(writeIndexFile(path, undefined as never)).rejects.toThrow(
      'writeIndexFile: expected state',
    );
  });
});
