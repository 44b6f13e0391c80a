import { expect, test } from 'vitest';
import { kernelParameters, relaxedModule, strictModule } from '../../src/backend/wasmModule.ts';

const modules = [
  ['strict', strictModule],
  ['relaxed', relaxedModule],
] as const;

test.each(modules)('the %s module stays under 40 kB', (_, base64) => {
  expect(Buffer.from(base64, 'base64').length).toBeLessThan(40_000);
});

test('both sides of a call have the same table: names of parameters, and how many a kernel takes', () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536, shared: true });
  const module = new WebAssembly.Module(Buffer.from(strictModule, 'base64'));
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
  const module = new WebAssembly.Module(Buffer.from(strictModule, 'base64'));
  new WebAssembly.Instance(module, { env: { memory } });
  expect(bytes.every((byte) => byte === 7)).toBe(true);
});
