// Bundles the scripts of the HTML pages, src/page/client/, into the string that the library writes into them.
// `npm run generate` after every change there; a test compares with what `--print` says.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const path = (name) => fileURLToPath(new URL(`../src/page/${name}`, import.meta.url));

const { outputFiles } = await build({
  entryPoints: [path('client/startMap.ts')],
  bundle: true,
  minify: true,
  format: 'iife',
  globalName: 'page',
  target: 'es2022',
  charset: 'ascii',
  write: false,
});
const source = `// Made by scripts/buildPages.mjs from client/startMap.ts: edit that.
export const pageScript: string = ${JSON.stringify(outputFiles[0].text.trim())};
`;

if (process.argv.includes('--print')) process.stdout.write(source);
else writeFileSync(path('pageScript.ts'), source);
