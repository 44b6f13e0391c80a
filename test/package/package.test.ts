import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const run = promisify(execFile);

const strictest = [
  '--strict',
  '--exactOptionalPropertyTypes',
  '--noUncheckedIndexedAccess',
  '--module',
  'nodenext',
  '--target',
  'es2022',
];

/** What npm says of a package that it has packed. */
interface Packed {
  readonly files: readonly { readonly path: string; readonly size: number }[];
  readonly size: number;
}

/** A project of somebody else's: the packed library, its peers, TypeScript, and nothing of this repository. */
describe('The packed library in an empty project', () => {
  let folder = '';
  const npm = (...args: string[]) => run('npm', args, { cwd: folder });
  const packed = async (): Promise<Packed> => {
    const { stdout } = await run('npm', ['pack', '--json', '--dry-run', '--ignore-scripts']);
    return (JSON.parse(stdout) as [Packed])[0];
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'consumer-'));
    const { stdout } = await run('npm', [
      'pack',
      '--json',
      '--ignore-scripts', // it is built before the tests
      '--pack-destination',
      folder,
    ]);
    const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
    await writeFile(
      join(folder, 'package.json'),
      JSON.stringify({ type: 'module', private: true }),
    );
    await npm(
      'install',
      '--prefer-offline',
      `./${filename}`,
      'typescript@7.0.2',
      '@types/node@20.19.43',
    );
    await cp(new URL('./consumer.ts.txt', import.meta.url), join(folder, 'consumer.ts'));
  }, 240_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('holds built files, types, documentation and licence, and no sources of ours', async () => {
    const { files, size } = await packed();
    const paths = files.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining([
        'dist/index.js',
        'dist/index.d.ts',
        'dist/node.js',
        'dist/backend.js',
        'docs/README.md',
        'examples/mnist/README.md',
        'LICENSE',
        'README.md',
        'CHANGELOG.md',
        'package.json',
      ]),
    );
    const expected =
      /^(dist\/.*\.(js|d\.ts|js\.map)|(docs\/|examples\/[\w-]+\/|)[\w/-]*\.md|docs\/images\/.*|docs\/contributing\/.*\.ts|docs\/order\.json|LICENSE|package\.json)$/;
    expect(paths.filter((path) => !expected.test(path))).toEqual([]);
    expect(size).toBeLessThan(2_200_000);
    const pictures = files.filter(({ path }) => /\.(png|svg|jpg|html)$/.test(path));
    expect(pictures.filter((picture) => picture.size > 100_000)).toEqual([]);
  });

  test('has links that work inside node_modules', async () => {
    const { files } = await packed();
    const installed = new URL(`file://${join(folder, 'node_modules', 'tfjs-metric-learning')}/`);
    const broken: string[] = [];
    for (const { path } of files.filter((file) => file.path.endsWith('.md'))) {
      const page = new URL(path, installed);
      const text = await readFile(page, 'utf8');
      for (const [, target = ''] of text.matchAll(/\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)/g)) {
        if (!existsSync(new URL(target, page))) broken.push(`${path} links to ${target}`);
      }
    }
    expect(broken).toEqual([]);
  });

  const tsc = (...options: string[]) =>
    run('npx', ['tsc', ...strictest, ...options, 'consumer.ts'], { cwd: folder });

  test('type-checks under the strictest settings', async () => {
    await expect(tsc('--skipLibCheck', '--outDir', 'out')).resolves.toBeDefined();
    await expect(readFile(join(folder, 'out/consumer.js'), 'utf8')).resolves.toContain(
      'tfjs-metric-learning',
    );
  });

  test("has sound declarations, checked themselves (TensorFlow.js's are not under TypeScript 7)", async () => {
    const { stdout } = await tsc('--noEmit').catch((error: { stdout: string }) => error);
    expect(
      stdout.match(/^(consumer\.ts|node_modules\/tfjs-metric-learning\/).* error .*$/gm) ?? [],
    ).toEqual([]);
  });

  test('trains, saves, loads and embeds', async () => {
    const { stdout, stderr } = await run('node', ['out/consumer.js'], { cwd: folder });
    expect(stderr).toBe('');
    expect(stdout.trim().split('\n').at(-1)).toBe('works on simd');
  });

  test('has no runtime dependency and no install script', async () => {
    const text = await readFile(
      join(folder, 'node_modules/tfjs-metric-learning/package.json'),
      'utf8',
    );
    const manifest = JSON.parse(text) as Record<string, Record<string, string>>;
    expect(manifest['dependencies']).toBeUndefined();
    const optional = manifest['peerDependenciesMeta'] ?? {};
    const peers = Object.keys(manifest['peerDependencies'] ?? {});
    expect(peers.filter((name) => optional[name] === undefined)).toEqual([
      '@tensorflow/tfjs-backend-cpu',
      '@tensorflow/tfjs-core',
      '@tensorflow/tfjs-layers',
    ]);
    expect(Object.keys(optional)).toEqual([
      '@lancedb/lancedb',
      'hyparquet',
      'hyparquet-writer',
      'sharp',
      'umap-js',
      'usearch',
    ]);
    expect(
      Object.keys(manifest['scripts'] ?? {}).filter((name) => /install|prepare/.test(name)),
    ).toEqual([]);
  });
});
