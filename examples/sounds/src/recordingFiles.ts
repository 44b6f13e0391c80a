import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MetricLearningError } from 'tfjs-metric-learning';
import { familyOf } from './families.ts';

/** A file with the recording of a sound. */
export interface RecordingFile {
  readonly path: string;
  /** The class of the sound. */
  readonly label: string;
  /** What the sound was recorded with: files of one group are never in both parts of a split. */
  readonly group: string;
}

/** The folder and the file of a recording, for people: "Kit: kick.wav". */
export function nameOf({ path }: RecordingFile): string {
  return path.split(/[/\\]/).slice(-2).join(': ');
}

/** The recordings of a folder. */
export interface RecordingFiles {
  readonly files: readonly RecordingFile[];
  /** The names of instruments that are none of the known families, with their kits. */
  readonly unknown: readonly string[];
}

const recording = /\.(wav|flac|aiff?)$/i;

/**
 * The recordings of a folder: drum kits of Hydrogen, or a folder for each class. In drum kits the group of a file is its
 * kit; in folders of classes each file is a group by itself.
 *
 * @throws MetricLearningError if the folder can't be read, or has fewer than two classes.
 */
export async function findRecordings(root: string): Promise<RecordingFiles> {
  const folders = (await entriesOf(root)).filter((entry) => entry.isDirectory());
  const names = folders.map(({ name }) => name).sort();
  const found = { files: [] as RecordingFile[], unknown: [] as string[] };
  for (const name of names) {
    const entries = (await entriesOf(join(root, name))).map((entry) => entry.name).sort();
    if (entries.includes('drumkit.xml')) await addKit(join(root, name), name, entries, found);
    else {
      for (const entry of entries.filter((one) => recording.test(one))) {
        const path = join(root, name, entry);
        found.files.push({ path, label: name, group: path });
      }
    }
  }
  const classes = new Set(found.files.map(({ label }) => label)).size;
  if (classes >= 2) return found;
  throw new MetricLearningError({
    where: 'sounds',
    expected: `${root} to have folders of drum kits, or a folder with recordings (.wav, .flac, .aiff) for each of two classes or more`,
    got: `${found.files.length} recordings of ${classes} classes`,
  });
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    throw new MetricLearningError({
      where: 'sounds',
      expected: `${folder} to be a folder that can be read`,
      got: (error as Error).message,
      fix: 'Name the folder with --data.',
    });
  }
}

/** Adds the recordings of a kit by the instruments that its drumkit.xml names. */
async function addKit(
  folder: string,
  kit: string,
  entries: readonly string[],
  { files, unknown }: { files: RecordingFile[]; unknown: string[] },
): Promise<void> {
  const text = await readFile(join(folder, 'drumkit.xml'), 'utf8');
  const rest = new Set(entries); // a file may be the sound of several instruments: the first one has it
  for (const instrument of text.split('<instrument>').slice(1)) {
    const layers = textsOf('filename', instrument).filter((name) => rest.delete(name));
    if (layers.length === 0) continue;
    const [name = ''] = textsOf('name', instrument);
    const label = familyOf(name);
    if (label === undefined) unknown.push(`${kit}: ${name}`);
    else {
      for (const layer of layers) files.push({ path: join(folder, layer), label, group: kit });
    }
  }
}

/** The texts between the tags of a name. The files of kits have no attributes there, and nothing nested. */
function textsOf(tag: string, xml: string): string[] {
  const found = xml.matchAll(new RegExp(`<${tag}>([^<]*)</${tag}>`, 'g'));
  return Array.from(found, ([, text = '']) =>
    text
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&apos;', "'")
      .replaceAll('&amp;', '&'),
  );
}
