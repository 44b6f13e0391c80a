import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

/** How a program ended. */
export interface Ending {
  /** Undefined where it had to be stopped. */
  readonly code: number | undefined;
  readonly output: string;
}

const root = new URL('../../', import.meta.url).pathname;
const folder = `${root}node_modules/.cache/tfjs-metric-learning`;

/**
 * Runs TypeScript code, which imports from the root of the repository (`./src/..`), as a Node program of its own.
 * It is stopped after `seconds`.
 */
export async function runProgram(code: string, seconds = 60): Promise<Ending> {
  mkdirSync(folder, { recursive: true });
  const file = `${folder}/program-${process.pid}-${Math.random().toString(36).slice(2)}.mjs`;
  await build({
    stdin: { contents: code, resolveDir: root, loader: 'ts' },
    outfile: file,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  try {
    return await run(file, seconds);
  } finally {
    rmSync(file);
  }
}

function run(file: string, seconds: number): Promise<Ending> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (text: Buffer): void => {
      output += text;
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const timer = setTimeout(() => child.kill('SIGKILL'), 1000 * seconds);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? undefined, output });
    });
  });
}
