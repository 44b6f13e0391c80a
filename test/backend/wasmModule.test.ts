import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { kernelBytes } from '../../src/backend/kernelBytes.ts';
import { kernelParameters } from '../../src/backend/wasmModule.ts';

test('the whole backend adds at most 60 kB to a page, compressed', async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../../src/backend.ts', import.meta.url))],
    bundle: true,
    minify: true,
    format: 'esm',
    external: ['@tensorflow/*'],
    write: false,
  });
  expect(gzipSync(outputFiles[0]?.contents as Uint8Array).length).toBeLessThanOrEqual(60_000);
});

setFlagsFromString('--experimental-wasm-relaxed-simd'); // Node 20 has it behind a flag, later ones do without

const variants = [
  ['every engine', false],
  ['engines with relaxed SIMD', true],
] as const;

test.each(variants)(
  'both sides of a call have the same table: names of parameters, and how many a kernel takes, in %s',
  async (_, isRelaxed) => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536, shared: true });
    const module = new WebAssembly.Module(await kernelBytes(isRelaxed));
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    const table = Object.entries<readonly string[]>(kernelParameters);
    const kernels = Object.keys(exports).filter((name) => typeof exports[name] === 'function');
    expect(kernels.sort()).toEqual(table.map(([name]) => name).sort());
    for (const [name, parameters] of table) {
      expect(exports[name], name).toHaveLength(parameters.length);
      expect(parameters).toEqual(expect.arrayContaining(['from', 'to']));
      expect(new Set(parameters).size).toBe(parameters.length);
    }
  },
);

test.each(variants)(
  'a module brings no data along, which every thread would write over the tensors, in %s',
  async (_, isRelaxed) => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536, shared: true });
    const bytes = new Uint8Array(memory.buffer).fill(7);
    const module = new WebAssembly.Module(await kernelBytes(isRelaxed));
    new WebAssembly.Instance(module, { env: { memory } });
    expect(bytes.every((byte) => byte === 7)).toBe(true);
  },
);
