import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';

/** What a bundle of one import takes along: our files, and the minified size in bytes. */
async function bundle(code: string): Promise<{ files: string[]; bytes: number }> {
  const { metafile, outputFiles } = await build({
    stdin: { contents: code, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    external: ['@tensorflow/*'],
  });
  const [output] = Object.values(metafile.outputs);
  const files = Object.entries(output?.inputs ?? {})
    .filter(([file, { bytesInOutput }]) => file.startsWith('src/') && bytesInOutput > 0)
    .map(([file]) => file)
    .sort();
  return { files, bytes: outputFiles[0]?.contents.length ?? 0 };
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

  test('of TripletModel needs no module of Node', async () => {
    const { bytes } = await bundle(
      "import { TripletModel } from './src/index.ts'; console.log(TripletModel);",
    );
    expect(bytes).toBeLessThan(42_000);
  });

  test('of the entry node loads, though what it does needs Node and its packages', async () => {
    const { bytes } = await bundle("import * as node from './src/node.ts'; console.log(node);");
    expect(bytes).toBeGreaterThan(1_000);
  });
});
