import { fileURLToPath } from 'node:url';
import { gzipSync, inflateRawSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { kernelParameters, strictModule } from '../../src/backend/wasmModule.ts';

test('the whole backend adds at most 70 kB to a page, compressed', async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../../src/backend.ts', import.meta.url))],
    bundle: true,
    minify: true,
    format: 'esm',
    external: ['@tensorflow/*'],
    write: false,
  });
  expect(gzipSync(outputFiles[0]?.contents as Uint8Array).length).toBeLessThanOrEqual(70_000);
});

test('both sides of a call have the same table: names of parameters, and how many a kernel takes', () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536, shared: true });
  const module = new WebAssembly.Module(inflateRawSync(Buffer.from(strictModule, 'base64')));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const table = Object.entries<readonly string[]>(kernelParameters);
  const kernels = Object.keys(exports).filter((name) => typeof exports[name] === 'function');
  expect(kernels.sort()).toEqual(table.map(([name]) => name).sort());
  for (const [name, parameters] of table) {
    expect(exports[name], name).toHaveLength(parameters.length);
    expect(parameters).toEqual(expect.arrayContaining(['from', 'to']));
    expect(new Set(parameters).size).toBe(parameters.length);
  }
});

test('a module brings no data along, which every thread would write over the tensors', () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536, shared: true });
  const bytes = new Uint8Array(memory.buffer).fill(7);
  const module = new WebAssembly.Module(inflateRawSync(Buffer.from(strictModule, 'base64')));
  new WebAssembly.Instance(module, { env: { memory } });
  expect(bytes.every((byte) => byte === 7)).toBe(true);
});
