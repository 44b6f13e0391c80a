import { watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { extname, join, normalize, resolve } from 'node:path';
import { buildSite } from './buildSite.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};

/** A page that is shown listens here, and loads itself anew after a build. */
const reload =
  '<script>new EventSource("/-/builds").onmessage=()=>location.reload()</script></body>';

/** Serves the site, and builds it anew when a file of it changes. With threads: the headers isolate each page. */
export async function serveSite(root: string, out: string, port: number): Promise<void> {
  const folder = resolve(root, out);
  const listeners = new Set<ServerResponse>();
  const server = createServer(async ({ url = '/' }, response) => {
    if (url === '/-/builds') {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
      listeners.add(response);
      response.on('close', () => listeners.delete(response));
      return;
    }
    const path = normalize(decodeURIComponent(new URL(url, 'http://localhost').pathname));
    const file = join(folder, path.endsWith('/') ? `${path}index.html` : path);
    const type = types[extname(file)] ?? 'application/octet-stream';
    try {
      const body = await readFile(file);
      response.writeHead(200, {
        'Content-Type': type,
        'Cache-Control': 'no-store',
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Embedder-Policy': 'require-corp',
      });
      response.end(file.endsWith('.html') ? String(body).replace('</body>', reload) : body);
    } catch {
      response.writeHead(404, { 'Content-Type': 'text/plain' }).end(`There is no ${path}`);
    }
  });
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
  console.log(`http://127.0.0.1:${port}/`);

  let waiting: NodeJS.Timeout | undefined;
  let building = Promise.resolve();
  const changed = (): void => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      building = building.then(() => rebuild(root, out, listeners));
    }, 100);
  };
  for (const each of ['docs', 'src', 'examples', 'scripts/site']) {
    watch(root + each, { recursive: true }, (_, file) => {
      if (!/node_modules|dist|wasmModule|pageScript/.test(file ?? '')) changed();
    });
  }
  for (const each of ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md']) {
    watch(root + each, changed);
  }
}

async function rebuild(
  root: string,
  out: string,
  listeners: ReadonlySet<ServerResponse>,
): Promise<void> {
  try {
    const { pages } = await buildSite(root, out);
    console.log(`${pages} pages`);
    for (const listener of listeners) listener.write('data: built\n\n');
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
}
