// Builds the documentation site: `npm run docs`. Serves it, and builds it anew after every change: `npm run docs:dev`.
//
//   node scripts/docs.mjs [--out site] [--serve] [--port 5180]
//
// The generator is scripts/site/, in TypeScript; esbuild makes a program of it that Node 20 can run.
import { rmSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'site' },
    serve: { type: 'boolean', default: false },
    port: { type: 'string', default: '5180' },
  },
});

const root = fileURLToPath(new URL('../', import.meta.url));
const program = `${root}node_modules/.cache/docs-${process.pid}.mjs`;
await build({
  entryPoints: [`${root}scripts/site/main.ts`],
  outfile: program,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  logLevel: 'warning',
});
try {
  const { main } = await import(pathToFileURL(program).href);
  await main({ root, out: values.out, serve: values.serve, port: Number(values.port) });
} finally {
  rmSync(program, { force: true });
}
