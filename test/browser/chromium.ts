import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/**
 * Starts the Chromium of this machine, without a window: the one CHROMIUM_PATH names, or that on the PATH. It plays a
 * graphics card on the processor unless `graphics` is false, which is faster for a page that needs none.
 *
 * @throws Error that says how to install it.
 */
export function startChromium({
  graphics = true,
  camera = false,
  webgpu = false,
}: {
  readonly graphics?: boolean;
  /** Plays a camera that shows a test picture. */
  readonly camera?: boolean;
  /** Plays WebGPU on the processor. */
  readonly webgpu?: boolean;
} = {}): Promise<Browser> {
  const executablePath = process.env['CHROMIUM_PATH'] || find(['chromium', 'chromium-browser']);
  if (executablePath === undefined) {
    throw new Error(
      'The browser tests need Chromium, and none is on the PATH. Debian: apt-get install chromium. ' +
        'Elsewhere: set CHROMIUM_PATH to the executable of Chromium or Chrome.',
    );
  }
  return chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      ...(graphics
        ? ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader']
        : ['--disable-gpu']),
      ...(webgpu ? ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'] : []),
      ...(camera ? ['--use-fake-device-for-media-stream'] : []),
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

function find(names: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
