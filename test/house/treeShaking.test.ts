import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';

/** What a bundle holds: files of `src`, the minified size in bytes, and the modules of Node that it imports. */
interface Bundle {
  readonly files: string[];
  readonly bytes: number;
  readonly nodeModules: string[];
}

/** The bundle of a program for the browser. Modules of Node stay imports, so that they can be seen; sharp is for Node alone. */
async function bundle(code: string): Promise<Bundle> {
  const { metafile, outputFiles } = await build({
    stdin: { contents: code, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    external: ['@tensorflow/*', 'node:*', 'sharp'],
  });
  const [output] = Object.values(metafile.outputs);
  const files = Object.entries(output?.inputs ?? {})
    .filter(([file, { bytesInOutput }]) => file.startsWith('src/') && bytesInOutput > 0)
    .map(([file]) => file)
    .sort();
  const nodeModules = (output?.imports ?? [])
    .filter(({ path, kind }) => path.startsWith('node:') && kind === 'import-statement')
    .map(({ path }) => path);
  return { files, bytes: outputFiles[0]?.contents.length ?? 0, nodeModules };
}

describe('A bundle for the browser', () => {
  test('of one loss takes that loss and what it stands on', async () => {
    const { files, bytes } = await bundle(
      "import { tripletLoss } from './src/index.ts'; console.log(tripletLoss(1));",
    );
    expect(files).toEqual([
      'src/errors/metricLearningError.ts',
      'src/internal/checks.ts',
      'src/losses/triplet/tripletLoss.ts',
    ]);
    expect(bytes).toBeLessThan(2_500);
  });

  test('of an import that is not used is empty', async () => {
    const { files } = await bundle("import { TripletModel } from './src/index.ts';");
    expect(files).toEqual([]);
  });

  test('of TripletModel stays small', async () => {
    const { bytes } = await bundle(
      "import { TripletModel } from './src/index.ts'; console.log(TripletModel);",
    );
    expect(bytes).toBeLessThan(108_000);
  });

  test.each(['index.ts', 'node.ts', 'backend.ts', 'browser.ts'])(
    'of all that %s exports imports no module of Node, and nothing is lost',
    async (entry) => {
      const { bytes, nodeModules } = await bundle(
        `import * as all from './src/${entry}'; console.log(all);`,
      );
      expect(nodeModules).toEqual([]);
      expect(bytes).toBeGreaterThan(1_000);
    },
  );

  test('with a module of Node in it is found out', async () => {
    const { nodeModules } = await bundle(
      "import { readFile } from 'node:fs/promises'; console.log(readFile);",
    );
    expect(nodeModules).toEqual(['node:fs/promises']);
  });
});
