import { type ChildProcess, spawn } from 'node:child_process';

/** How the program of an example ended. */
export interface ExampleEnding {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

export interface ExampleOptions {
  /** The working folder. */
  readonly cwd?: string;
  /** Is told what the program wrote, each time it wrote more. */
  readonly whileRunning?: (child: ChildProcess, out: string) => void;
}

/** Runs the built program of an example, such as `mnist`, with some flags. */
export function runExample(
  example: string,
  args: readonly string[],
  { cwd, whileRunning }: ExampleOptions = {},
): Promise<ExampleEnding> {
  const cli = new URL(`../../examples/${example}/dist/cli.js`, import.meta.url).pathname;
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [cli, ...args], cwd === undefined ? {} : { cwd });
    let [out, error] = ['', ''];
    child.stdout.on('data', (text) => {
      out += text;
      whileRunning?.(child, out);
    });
    child.stderr.on('data', (text) => {
      error += text;
    });
    child.on('close', (code) => resolve({ code, out, error }));
  });
}
