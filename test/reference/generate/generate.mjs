/**
 * Makes the reference files of this folder's parent anew, in a Python environment of its own, and says what differs
 * from the files as they are. Not part of CI: the files are committed.
 *
 *   npm run reference:generate -- [FOLDER] [--heldout] [--only losses.json ..]
 *
 * FOLDER is where the new files go, by default node_modules/.cache/tfjs-metric-learning/reference. PYTHON names the
 * interpreter, by default python3 (3.11). Where its own torch and scikit-learn can be imported (Debian 12:
 * apt-get install python3-torch python3-sklearn), those are used; else pip installs what requirements.txt lists.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const cache = fileURLToPath(
  new URL('../../../node_modules/.cache/tfjs-metric-learning/', import.meta.url),
);
const python = process.env.PYTHON ?? 'python3';
const run = (command, args) => execFileSync(command, args, { stdio: 'inherit' });

const [first = '', ...others] = process.argv.slice(2);
const given = first !== '' && !first.startsWith('--');
const folder = given ? first : join(cache, 'reference');
const options = given ? others : process.argv.slice(2);
mkdirSync(folder, { recursive: true });

const inEnvironment = environment();
run(inEnvironment, [join(here, 'generate.py'), folder, ...options]);
if (options.includes('--heldout')) console.log(`npm run test:reference -- ${folder}`);
else run(inEnvironment, [join(here, 'compare.py'), folder, join(here, '..')]);

/** The interpreter of an environment that has all packages; made at the first run. */
function environment() {
  const path = join(cache, 'reference-python');
  const inside = join(path, 'bin', 'python');
  if (existsSync(inside)) return inside;
  const torch = systemHasTorch();
  run(python, ['-m', 'venv', ...(torch ? ['--system-site-packages'] : []), path]);
  const packages = torch
    ? ['--no-deps', 'pytorch-metric-learning==2.9.0']
    : ['-r', join(here, 'requirements.txt')];
  run(inside, ['-m', 'pip', 'install', '--quiet', ...packages]);
  return inside;
}

function systemHasTorch() {
  try {
    execFileSync(python, ['-c', 'import torch, sklearn, tqdm'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
