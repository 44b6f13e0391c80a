import { existsSync } from 'node:fs';
import { copyFile, link, mkdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const vendors = ['apple', 'facebook', 'google', 'twitter'];

interface Emoji {
  readonly image: string;
  readonly short_name: string;
}

/**
 * Lays the emoji of four vendors out as a folder of pictures: a folder for each emoji, a picture for each vendor that
 * draws it. Files are linked, or copied where the disk has no links.
 */
export async function emojiFolder(root: string, limit: number): Promise<string> {
  const require = createRequire(import.meta.url);
  const folderOf = (vendor: string): string =>
    dirname(require.resolve(`emoji-datasource-${vendor}/emoji.json`));
  const text = await readFile(join(folderOf('google'), 'emoji.json'), 'utf8');
  const all = (JSON.parse(text) as Emoji[]).slice().sort((a, b) => (a.image < b.image ? -1 : 1));
  const step = Math.max(1, all.length / limit); // a limit takes emoji from everywhere in the list
  const some = all.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
  await rm(root, { recursive: true, force: true });
  for (const { image, short_name } of some) {
    const folder = join(root, short_name);
    await mkdir(folder, { recursive: true });
    for (const vendor of vendors) {
      const from = join(folderOf(vendor), 'img', vendor, '64', image);
      if (!existsSync(from)) continue;
      const to = join(folder, `${vendor}.png`);
      await link(from, to).catch(() => copyFile(from, to));
    }
  }
  return root;
}
