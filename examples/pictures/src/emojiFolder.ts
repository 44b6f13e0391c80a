import { existsSync } from 'node:fs';
import { copyFile, link, mkdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/** The package of each vendor's pictures. */
const packages: Readonly<Record<string, string>> = {
  apple: dirname(require.resolve('emoji-datasource-apple/emoji.json')),
  facebook: dirname(require.resolve('emoji-datasource-facebook/emoji.json')),
  google: dirname(require.resolve('emoji-datasource-google/emoji.json')),
  twitter: dirname(require.resolve('emoji-datasource-twitter/emoji.json')),
};

interface Emoji {
  readonly image: string;
  readonly short_name: string;
}

/**
 * Lays the emoji of four vendors out as a folder of pictures: a folder for each emoji, a picture for each vendor that
 * draws it. Files are linked, or copied where the disk has no links.
 */
export async function emojiFolder(root: string, limit: number): Promise<string> {
  const text = await readFile(join(packages['google'] as string, 'emoji.json'), 'utf8');
  const all = (JSON.parse(text) as Emoji[]).slice().sort((a, b) => (a.image < b.image ? -1 : 1));
  const step = Math.max(1, all.length / limit); // a limit takes emoji from everywhere in the list
  const some = all.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
  await rm(root, { recursive: true, force: true });
  for (const { image, short_name } of some) {
    const folder = join(root, short_name);
    await mkdir(folder, { recursive: true });
    for (const [vendor, source] of Object.entries(packages)) {
      const from = join(source, 'img', vendor, '64', image);
      if (!existsSync(from)) continue;
      const to = join(folder, `${vendor}.png`);
      await link(from, to).catch(() => copyFile(from, to));
    }
  }
  return root;
}
