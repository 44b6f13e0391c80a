// Runs `npm run generate` if a generated file is missing, or older than what it is made from. The inner loop of
// development (npm run test:fast) needs no more.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';

const root = fileURLToPath(new URL('../', import.meta.url));
const generated = {
  'src/backend/wasmModule.ts': [
    'scripts/buildKernels.mjs',
    'src/backend/assembly/**/*.ts',
    'src/backend/threads/*.ts',
  ],
  'src/page/pageScript.ts': ['scripts/buildPages.mjs', 'src/page/client/**/*.ts'],
};

const changed = (file) => statSync(`${root}${file}`).mtimeMs;
const isOld = ([file, sources]) =>
  !existsSync(`${root}${file}`) ||
  globSync(sources, { cwd: root }).some((source) => changed(source) > changed(file));

if (Object.entries(generated).some(isOld)) {
  const { status } = spawnSync('npm', ['run', '-s', 'generate'], { cwd: root, stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
