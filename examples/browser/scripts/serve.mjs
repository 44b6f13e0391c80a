// Serves dist/ on this machine, with the two headers that give the page threads; `--plain` leaves them out, `--port 8080`.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
};
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** Serves the page; `url` is where. */
export async function servePage({ port = 0, isolated = true } = {}) {
  const folder = fileURLToPath(new URL('../dist/', import.meta.url));
  const server = createServer(async ({ url = '/' }, response) => {
    const name = normalize(decodeURIComponent(new URL(url, 'http://localhost').pathname));
    const file = join(folder, name.endsWith('/') ? `${name}index.html` : name);
    try {
      const body = await readFile(file);
      const type = types[extname(file)] ?? 'application/octet-stream';
      response.writeHead(200, { 'Content-Type': type, ...(isolated ? isolation : {}) }).end(body);
    } catch {
      response.writeHead(404).end('There is no such file.');
    }
  });
  await new Promise((listening, failed) => {
    server.once('error', failed);
    server.listen(port, '127.0.0.1', listening);
  });
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const at = process.argv.indexOf('--port');
  const { url } = await servePage({
    port: at < 0 ? 8080 : Number(process.argv[at + 1]),
    isolated: !process.argv.includes('--plain'),
  });
  console.log(`The page is at ${url}`);
}
