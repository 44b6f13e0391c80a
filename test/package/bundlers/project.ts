import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../', import.meta.url));
const programs = fileURLToPath(new URL('programs/', import.meta.url));

/** The programs that each bundler bundles, by name. */
export const programNames: readonly string[] = (await readdir(programs)).map((file) =>
  file.replace(/\.js$/, ''),
);

/** A project of somebody else's, on disk. */
export interface Project {
  readonly folder: string;
  /** Paths of the programs, by name. */
  readonly entries: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/**
 * A project that has installed the library as `npm pack` packs it, with the required peers and with `optional` ones.
 *
 * The library is unpacked for real, so that it resolves packages from the project; the peers are links to those of this
 * repository.
 */
export async function createProject(optional: readonly string[]): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), 'bundled-'));
  const { stdout } = await run(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', folder],
    { cwd: root },
  );
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  const modules = join(folder, 'node_modules');
  const library = join(modules, 'tfjs-metric-learning');
  await mkdir(library, { recursive: true });
  await run('tar', ['-xzf', join(folder, filename), '-C', library, '--strip-components=1']);
  for (const name of ['core', 'layers', 'backend-cpu'].map((part) => `@tensorflow/tfjs-${part}`)) {
    await link(name, modules);
  }
  for (const name of optional) await link(name, modules);
  await writeFile(join(folder, 'package.json'), '{ "type": "module", "private": true }');
  await cp(programs, join(folder, 'src'), { recursive: true });
  const entries = programNames.map((name) => [name, join(folder, 'src', `${name}.js`)] as const);
  return {
    folder,
    entries: Object.fromEntries(entries),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function link(name: string, modules: string): Promise<void> {
  const path = join(modules, name);
  await mkdir(dirname(path), { recursive: true });
  await symlink(join(root, 'node_modules', name), path);
}
