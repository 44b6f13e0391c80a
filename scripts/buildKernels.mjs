// Compiles src/backend/assembly and bundles the worker threads' code into src/backend/wasmModule.ts: the modules,
// deflated and as base64, the worker as a string, and the parameters of each kernel, read from the sources, so that both
// sides of a call know one table. `npm run generate` after every change there.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import asc from 'assemblyscript/asc';
import { build } from 'esbuild';

const path = (name) => fileURLToPath(new URL(`../src/backend/${name}`, import.meta.url));

/** `// @inline` stands for the decorator, which is no TypeScript on a function: so editors and biome read the files. */
const withDecorators = (code) => code.replaceAll(/^\/\/ @inline$/gm, '@inline');

const sources = new Map(
  readdirSync(path('assembly'))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => [name, withDecorators(readFileSync(path(`assembly/${name}`), 'utf8'))]),
);

async function compile(features) {
  let bytes;
  const { error, stderr } = await asc.main(
    [
      'index.ts',
      '--outFile=kernels.wasm',
      '-O3',
      '--noAssert',
      '--runtime=stub',
      '--importMemory',
      '--sharedMemory',
      '--initialMemory=1',
      '--maximumMemory=65536',
      '--disableWarning=112', // v128 is exchanged between kernels only, never with JavaScript
      `--enable=${features}`,
    ],
    {
      readFile: (name) => sources.get(name) ?? null,
      writeFile: (name, contents) => {
        if (name === 'kernels.wasm') bytes = contents;
      },
      listFiles: () => [],
    },
  );
  if (error) throw new Error(`${error.message}\n${stderr}`);
  if (hasData(bytes)) {
    throw new Error(
      'kernels: the module has data of its own, as Mathf does: it would lie among the tensors',
    );
  }
  return bytes;
}

/** Whether a module brings data along: each thread would write it into the memory when it starts. */
function hasData(bytes) {
  const dataSection = 11;
  let at = 8; // behind the module's header
  while (at < bytes.length) {
    const id = bytes[at++];
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      size |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    if (id === dataSection) return true;
    at += size;
  }
  return false;
}

/** The parameter names of all that index.ts exports, checked against the number the compiled function takes. */
function parametersOf(bytes) {
  const found = {};
  for (const code of sources.values()) {
    for (const [, name, list] of code.matchAll(/^export function (\w+)\(([^)]*)\): void/gm)) {
      found[name] = [...list.matchAll(/(\w+): (?:usize|i32|f32)\b/g)].map(
        ([, parameter]) => parameter,
      );
    }
  }
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  const kernels = Object.entries(exports).filter(([, value]) => typeof value === 'function');
  return Object.fromEntries(
    kernels.map(([name, { length }]) => {
      if (found[name]?.length !== length) {
        throw new Error(
          `kernel ${name} takes ${length} parameters, its source names ${found[name]}`,
        );
      }
      return [name, found[name]];
    }),
  );
}

async function bundleWorker() {
  const { outputFiles } = await build({
    entryPoints: [path('threads/worker.ts')],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    charset: 'ascii',
    write: false,
  });
  return outputFiles[0].text.trim();
}

/** A module in pieces: each function is one, and so is what lies before and after them. */
function piecesOf(bytes) {
  const pieces = [];
  let start = 0;
  let at = 8; // behind the module's header
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const codeSection = 10;
  while (at < bytes.length) {
    const id = bytes[at++];
    const size = number();
    const end = at + size;
    if (id === codeSection) {
      for (let left = number(); left > 0; left--) {
        at = number() + at;
        pieces.push(bytes.subarray(start, at));
        start = at;
      }
    }
    at = end;
  }
  pieces.push(bytes.subarray(start));
  return pieces;
}

/**
 * Both modules as one text: their pieces in turn, each after its length in two bytes. The modules differ little, and
 * side by side the second takes next to nothing. Deflated first: base64 of plain code compresses to one and a half times
 * as much on its way to a page.
 */
function packed(first, second) {
  const others = piecesOf(second);
  const pieces = piecesOf(first).flatMap((piece, i) => [piece, others[i]]);
  if (pieces.length !== 2 * others.length)
    throw new Error('kernels: the modules have unlike functions');
  const bytes = pieces.flatMap((piece) => {
    if (piece.length > 65_535)
      throw new Error('kernels: a function is too long for its length in two bytes');
    return [Buffer.from([piece.length & 255, piece.length >> 8]), piece];
  });
  return deflateRawSync(Buffer.concat(bytes), { level: 9 }).toString('base64');
}

const strict = await compile('simd,threads,bulk-memory');
const relaxed = await compile('simd,threads,bulk-memory,relaxed-simd');

writeFileSync(
  path('wasmModule.ts'),
  `// Made by scripts/buildKernels.mjs from assembly/ and threads/worker.ts: edit those.

/** The parameters of each kernel, in the order in which it takes them. */
export const kernelParameters = ${JSON.stringify(parametersOf(strict), null, 2)} as const;

/**
 * The kernels for every engine with SIMD and threads, and the same with fused multiply-add, for engines with relaxed
 * SIMD: their pieces in turn, deflated, as base64. kernelBytes.ts takes them apart.
 */
export const modules: string = '${packed(strict, relaxed)}';

/** What a worker thread runs. */
export const workerSource: string = ${JSON.stringify(await bundleWorker())};
`,
);
