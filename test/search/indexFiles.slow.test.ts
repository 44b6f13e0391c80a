import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openIndexVectors } from '../../src/node/openIndexVectors.ts';
import { readIndexFile } from '../../src/node/readIndexFile.ts';
import { writeIndexFile } from '../../src/node/writeIndexFile.ts';
import { createIndex, restoreIndex } from '../../src/search/exact/createIndex.ts';
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

describe('The vectors in a file of an index', () => {
  test('are read by their ids, and rank what an index of rounded ones finds', async () => {
    const [vectors, other] = await writtenIndex(500);
    const state = await readIndexFile(path);
    const index = restoreIndex(state, { storage: 'int8', originals: vectors.read });
    const query = { data: Float32Array.of(0.3, -0.2, 0.9), shape: [1, 3] as const };
    expect(await index.search(query, 20)).toEqual(await other.search(query, 20));
    expect(await vectors.read(['7', 'nobody'])).toEqual([state.vectors.slice(21, 24), undefined]);
    expect([vectors.dims, vectors.count]).toEqual([3, 500]);
    await vectors.close();
    await expect(vectors.read(['7'])).rejects.toThrow('a file that is open');
  });

  test('stay those of the file that was opened, also where another takes its place', async () => {
    const [vectors] = await writtenIndex(20);
    const before = await vectors.read(['3']);
    await writeIndexFile(path, await stateOf(2, (i) => ({ id: `other ${i}` })));
    expect(await vectors.read(['3'])).toEqual(before);
    await vectors.close();
  });

  test.each<[string, () => Uint8Array, string]>([
    ['text', () => new TextEncoder().encode('no file of an index'), 'bytes of another kind'],
    ['half a file', () => readFileSync(path).subarray(0, 1500), 'bytes of arrays'],
    ['damaged items', () => damagedEnd(), 'items that are no JSON'],
  ])('are refused: %s', async (_, bytes, message) => {
    await writeIndexFile(path, await stateOf(100, (i) => ({ id: `${i}` })));
    const bad = join(folder, 'bad');
    writeFileSync(bad, bytes());
    await expect(openIndexVectors(bad)).rejects.toThrow(message);
    rmSync(bad);
  });

  test('are refused where there is no file', async () => {
    await expect(openIndexVectors('nowhere')).rejects.toThrow('nowhere to be a readable file');
    await expect(openIndexVectors('')).rejects.toThrow('a string that is not empty');
  });

  function damagedEnd(): Uint8Array {
    const bytes = readFileSync(path);
    bytes.subarray(-40).fill(1);
    return bytes;
  }

  async function writtenIndex(count: number) {
    const state = await stateOf(count, (i) => ({ id: `${i}` }));
    await writeIndexFile(path, state);
    return [await openIndexVectors(path), restoreIndex(state)] as const;
  }
});
