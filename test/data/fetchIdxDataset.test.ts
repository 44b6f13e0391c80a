import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fetchIdxDataset } from '../../src/index.ts';

const images = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4);
const labels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 7, 9);
const files: Record<string, Uint8Array> = {
  '/images': images,
  '/images.gz': gzipSync(images),
  '/labels': labels,
  '/labels.gz': gzipSync(labels),
  '/torn.gz': gzipSync(labels).subarray(0, 15),
  '/three': Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 7, 9, 1),
  '/page': new TextEncoder().encode('<html>'),
};

let server: Server;
let at: string;
beforeAll(async () => {
  server = createServer(({ url = '' }, response) => {
    const file = files[url];
    response.statusCode = file ? 200 : 404;
    response.end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

test.each(['', '.gz'])('fetchIdxDataset reads a pair of files: %j', async (ending) => {
  expect(await fetchIdxDataset(`${at}/images${ending}`, new URL(`${at}/labels${ending}`))).toEqual({
    examples: Uint8Array.of(1, 2, 3, 4),
    labels: Int32Array.of(7, 9),
    count: 2,
    height: 1,
    width: 2,
  });
});

test.each<[string, string, RegExp]>([
  ['/images', '/none', /none to be an IDX file, got the status 404 Not Found\./],
  ['/images', '/torn.gz', /torn\.gz to be an IDX file, got damaged gzip data \(.+\)\./],
  ['/images', '/page', /page to begin with an IDX magic number .* got 3c 68 74 6d\./],
  ['/images', '/three', /one label for each of the 2 images of .*images, got 3 labels in .*three/],
  ['/labels', '/images', /labels to hold images of bytes, .* The images come first/],
  ['/images', '/images', /images to hold labels of bytes, \[count\]/],
])('fetchIdxDataset refuses %s with %s', async (first, second, message) => {
  await expect(fetchIdxDataset(at + first, at + second)).rejects.toThrow(message);
});

test('fetchIdxDataset says that a server does not answer', async () => {
  await expect(fetchIdxDataset('http://127.0.0.1:1/x', `${at}/labels`)).rejects.toThrow(
    /^fetchIdxDataset: expected http:\/\/127\.0\.0\.1:1\/x to be an IDX file, got .+/,
  );
});
