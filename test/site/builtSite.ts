import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import { buildSite } from '../../scripts/site/buildSite.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

export interface BuiltSite {
  readonly folder: string;
  /** The addresses of all pages, from the root of the site. */
  readonly pages: readonly string[];
  /** Where a server has the site: in a subfolder, as hosts of projects have it, without any header of its own. */
  readonly url: string;
  read(page: string): string;
  exists(file: string): boolean;
  close(): void;
}

/** Builds the site into a folder that is removed at the end, and serves it. */
export async function builtSite(): Promise<BuiltSite> {
  const folder = mkdtempSync(join(tmpdir(), 'site-'));
  await buildSite(root, folder);
  const pages = globSync('**/*.html', { cwd: folder, ignore: 'live/**' }).sort();
  const server = createServer(async ({ url = '/' }, response) => {
    const path = new URL(url, 'http://localhost').pathname;
    try {
      if (!path.startsWith('/some/project/')) throw new Error('outside of the site');
      const body = await readFile(join(folder, path.slice('/some/project/'.length)));
      response.writeHead(200, {
        'Content-Type': types[extname(path)] ?? 'application/octet-stream',
      });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    folder,
    pages,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/some/project/`,
    read: (page) => readFileSync(join(folder, page), 'utf8'),
    exists: (file) => existsSync(join(folder, file)),
    close() {
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
