import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MetricLearningError } from 'tfjs-metric-learning';

const name = 'hydrogen-drumkits';
/** Where the kits are, in the root of a computer or of the unpacked package. */
const inside = 'usr/share/hydrogen/data/drumkits';

/**
 * The folder of Debian's drum kits for Hydrogen: where they are installed, or else in `cache`, into which apt gets the
 * package (143 MB) without installing it.
 *
 * @throws MetricLearningError if there is no apt that gets it.
 */
export async function findDrumKits(cache: string, say: (line: string) => void): Promise<string> {
  const kept = join(cache, name);
  for (const root of ['/', kept]) {
    const folder = join(root, inside);
    if (await exists(folder)) return folder;
  }
  say('Getting the drum kits with apt (143 MB, once) ..');
  await mkdir(cache, { recursive: true });
  const draft = await mkdtemp(join(cache, 'draft-'));
  try {
    await promisify(execFile)('apt-get', ['download', '--quiet', name], { cwd: draft });
    const [file = ''] = await readdir(draft);
    await promisify(execFile)('dpkg-deb', ['--extract', file, 'kits'], { cwd: draft });
    await rename(join(draft, 'kits'), kept);
  } catch (error) {
    throw new MetricLearningError({
      where: 'sounds',
      expected: `apt-get to download ${name}, which has recordings of drum kits`,
      got: (error as Error).message.trim().split('\n').at(-1) ?? '',
      fix: 'On Debian and its relatives call apt-get update first. Elsewhere name a folder of recordings with --data.',
    });
  } finally {
    await rm(draft, { recursive: true });
  }
  return join(kept, inside);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
