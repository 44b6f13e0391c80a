// Bundles the scripts of the HTML pages, src/visualization/page/, into the string that the library writes into them.
// `node scripts/buildPages.mjs` after every change there; a test compares.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const path = (name) => fileURLToPath(new URL(`../src/visualization/${name}`, import.meta.url));

export async function pageScriptSource() {
  const { outputFiles } = await build({
    entryPoints: [path('page/startMap.ts')],
    bundle: true,
    minify: true,
    format: 'iife',
    globalName: 'page',
    target: 'es2022',
    charset: 'ascii',
    write: false,
  });
  const code = outputFiles[0].text.trim();
  return `// Made by scripts/buildPages.mjs from page/startMap.ts: edit that.
// biome-ignore format: one line, as it was made
// biome-ignore lint/suspicious/noTemplateCurlyInString: it is code
export const pageScript: string = ${JSON.stringify(code)};
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(path('pageScript.ts'), await pageScriptSource());
}
