/**
 * Measures the service of `examples/service` on this machine: 64 clients search 7,580 items, some 20,000 times; then the
 * processes are killed while clients enroll, and the items that were acknowledged are counted after a new start. Build the
 * library and the examples first.
 *
 *   node bench/service.mjs [--clients 64] [--requests 20000] [--items 7580] [--workers 2]
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { machine } from './machine.mjs';
import { figure } from './tables.mjs';

const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '64' },
    requests: { type: 'string', default: '20000' },
    items: { type: 'string', default: '7580' },
    workers: { type: 'string', default: '2' },
  },
});
const [clients, requests, items] = ['clients', 'requests', 'items'].map((name) =>
  Number(values[name]),
);
const cli = fileURLToPath(new URL('../examples/service/dist/cli.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'service-'));
const agent = new Agent({ keepAlive: true, maxSockets: clients });
let service;

try {
  console.log(`${machine()}\n`);
  service = await start();
  const { dims, width } = await ask('GET', '/health');
  const row = (length) => Array.from({ length }, () => Math.random() - 0.5);
  for (let done = 0; done < items; done += 64) {
    const embeddings = Array.from({ length: Math.min(64, items - done) }, () => row(dims));
    await ask('POST', '/enrol', { label: done % 1916, embeddings });
  }
  await held(items);
  const bodies = {
    'searches by embedding': Array.from({ length: 100 }, () => ({
      embeddings: [row(dims)],
      k: 10,
      threshold: null,
    })),
    'searches by input, embedded first': Array.from({ length: 100 }, () => ({
      inputs: [row(width).map((value) => Number(value.toFixed(3)))],
      k: 10,
      threshold: null,
    })),
  };
  for (const [name, some] of Object.entries(bodies)) {
    await load(some, 2000); // warms up
    const before = await memoryOf();
    const cpuBefore = await processorOf();
    const { seconds, times } = await load(some, requests);
    const cpu = ((await processorOf()) - cpuBefore) / requests;
    const after = await memoryOf();
    times.sort((a, b) => a - b);
    console.log(
      `${requests} ${name}, ${clients} clients, ${values.workers} workers, ${items} items: ${figure(requests / seconds)} a second, ` +
        `p50 ${figure(times[times.length >> 1])} ms, p99 ${figure(times[Math.floor(times.length * 0.99)])} ms; ` +
        `${figure(1000 * cpu)} ms of a processor each in the service; memory of a worker ${figure(before)} -> ${figure(after)} MB`,
    );
  }

  const acknowledged = [];
  let killed = false;
  const enrolling = Promise.all(
    Array.from({ length: 8 }, async () => {
      while (!killed) {
        const answer = await ask('POST', '/enrol', { label: 'new', embeddings: [row(dims)] }).catch(
          () => undefined,
        );
        if (answer) acknowledged.push(...answer.ids);
      }
    }),
  );
  await new Promise((resolve) => setTimeout(resolve, 3000));
  killed = true;
  process.kill(-service.child.pid, 'SIGKILL');
  await enrolling;
  service = await start();
  await held(items + acknowledged.length);
  let lost = 0;
  for (const id of acknowledged) {
    const { hits } = await ask('POST', '/search', {
      embeddings: [row(dims)],
      k: 1,
      threshold: null,
      filter: { ids: [id] },
    });
    if (hits[0].length === 0) lost++;
  }
  console.log(
    `kill -9 while 8 clients enrolled: ${acknowledged.length} acknowledged, ${lost} lost`,
  );
} finally {
  agent.destroy();
  if (service) process.kill(-service.child.pid, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

/** Starts the service, in a process group of its own. */
function start() {
  const args = ['--data', folder, '--port', '0', '--workers', values.workers, '--rate', '1000000'];
  const child = spawn(process.execPath, [cli, ...args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    let out = '';
    child.stdout.on('data', (text) => {
      out += text;
      const [, port] = /Listening on http:\/\/[^:]+:(\d+)/.exec(out) ?? [];
      if (port) resolve({ child, port: Number(port) });
    });
    child.on('exit', () => reject(new Error(`the service ended: ${out}`)));
  });
}

/** Waits until each worker holds so many items at least. */
async function held(count) {
  for (let right = 0; right < 20; ) {
    const { items: now } = await ask('GET', '/health');
    right = now >= count ? right + 1 : 0;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Sends so many requests, as many at a time as there are clients; the milliseconds that each took. */
async function load(bodies, count) {
  const texts = bodies.map((body) => JSON.stringify(body));
  const times = [];
  let sent = 0;
  const begin = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (sent < count) {
        const text = texts[sent++ % texts.length];
        const at = performance.now();
        await send('POST', '/search', text);
        times.push(performance.now() - at);
      }
    }),
  );
  return { seconds: (performance.now() - begin) / 1000, times };
}

/** The seconds of a processor that all workers have used. */
async function processorOf() {
  const used = new Map();
  while (used.size < Number(values.workers)) {
    const response = await fetch(`http://127.0.0.1:${service.port}/metrics`, {
      headers: { connection: 'close' }, // so that each worker is asked in its turn
    });
    const [, seconds] = /^process_cpu_seconds_total ([\d.]+)/m.exec(await response.text());
    used.set(response.headers.get('x-worker'), Number(seconds));
  }
  return [...used.values()].reduce((sum, seconds) => sum + seconds, 0);
}

/** The memory of a worker in MB. */
async function memoryOf() {
  const text = await send('GET', '/metrics');
  return Number(/^process_resident_memory_bytes (\d+)/m.exec(text)[1]) / 2 ** 20;
}

async function ask(method, path, body) {
  return JSON.parse(
    await send(method, path, body === undefined ? undefined : JSON.stringify(body)),
  );
}

function send(method, path, text) {
  return new Promise((resolve, reject) => {
    const headers =
      text === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    const sent = request({ agent, port: service.port, method, path, headers }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const answer = Buffer.concat(parts).toString();
        if (response.statusCode === 200) resolve(answer);
        else reject(new Error(`${response.statusCode}: ${answer}`));
      });
    });
    sent.on('error', reject);
    sent.end(text);
  });
}
