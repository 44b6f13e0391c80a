import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const cli = new URL('../../examples/service/dist/cli.js', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'service-'));
const trained = join(folder, 'data', 'bundle.safetensors');
const bundle = join(folder, 'bundle.safetensors');

interface Service {
  readonly child: ChildProcess;
  readonly address: string;
  /** What it wrote to stdout and stderr. */
  out(): string;
}

const services: Service[] = [];

function start(...args: string[]): Promise<Service> {
  const data = ['--data', join(folder, 'data'), '--port', '0', '--limit', '500'];
  const child = spawn(process.execPath, [cli, ...data, ...args], { detached: true });
  let out = '';
  return new Promise((resolve, reject) => {
    const listen = (text: Buffer): void => {
      out += text;
      const [, address] = /Listening on (\S+),/.exec(out) ?? [];
      if (address === undefined || services.some((each) => each.child === child)) return;
      services.push({ child, address, out: () => out });
      resolve(services.at(-1)!);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.on('exit', () => reject(new Error(out)));
  });
}

function ended({ child }: Service): Promise<number | null> {
  return new Promise((resolve) => child.on('exit', (code) => resolve(code)));
}

function killAll({ child }: Service): void {
  const runs = child.exitCode === null && child.signalCode === null;
  if (runs && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
}

/** The answers have these parts. */
interface Answer {
  readonly status: number;
  readonly worker: string | null;
  readonly body: {
    readonly error?: string;
    readonly ids?: string[];
    readonly removed?: number;
    readonly embeddings?: number[][];
    readonly hits?: { id: string; label: string; distance: number }[][];
    readonly items?: number;
    readonly dims?: number;
  };
}

async function post({ address }: Service, path: string, body: unknown): Promise<Answer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(address + path, { method: 'POST', headers, body: text });
  return {
    status: answer.status,
    worker: answer.headers.get('x-worker'),
    body: (await answer.json()) as Answer['body'],
  };
}

/** Sends a body to `/embed`, on a connection of its own where `agent` is false; `sent` is when all of it is on its way. */
function send(
  { address }: Service,
  body: string,
  agent: Agent | false,
): { sent: Promise<unknown>; answer: Promise<number | string> } {
  const headers = { 'content-type': 'application/json' };
  const sending = request(`${address}/embed`, { method: 'POST', headers, agent });
  const sent = new Promise((resolve) => {
    sending.on('finish', resolve);
    sending.on('error', resolve);
  });
  const answer = new Promise<number | string>((resolve) => {
    sending.on('error', ({ message }) => resolve(message));
    sending.on('response', (response) => {
      response.on('error', ({ message }) => resolve(message));
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.resume();
    });
  });
  sending.end(body);
  return { sent, answer };
}

/** A picture of 28 x 28 that is unlike those of other numbers. */
const picture = (seed: number): number[] =>
  Array.from({ length: 784 }, (_, i) => (Math.sin(seed * 7 + i * (seed + 1)) > 0.3 ? 1 : 0));

/** Waits until both workers answer as `right` has it. Requests at the same time go to both. */
async function fromBoth(
  ask: () => Promise<Answer>,
  right: (answer: Answer) => boolean,
): Promise<void> {
  const until = performance.now() + 20_000;
  for (;;) {
    const answers = await Promise.all([ask(), ask(), ask(), ask()]);
    const workers = new Set(answers.filter(right).map(({ worker }) => worker));
    if (workers.size === 2 && answers.every(right)) return;
    if (performance.now() > until) throw new Error(`not from both: ${JSON.stringify(answers)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('The service', () => {
  let service: Service;
  beforeAll(async () => {
    service = await start('--body', '300000');
    copyFileSync(trained, bundle);
  });
  afterAll(() => {
    for (const each of services) killAll(each);
    rmSync(folder, { recursive: true, force: true });
  });

  test('embeds, enrolls, finds and forgets, and both workers see what one has written', async () => {
    const embedded = await post(service, '/embed', { inputs: [picture(1), picture(2)] });
    expect(embedded.status).toBe(200);
    expect(embedded.body.embeddings?.map((row) => row.length)).toEqual([64, 64]);

    const enrolled = await post(service, '/enrol', {
      inputs: [picture(1)],
      label: 'Anna',
      metadata: { room: 3 },
    });
    expect(enrolled).toMatchObject({ status: 200, body: { ids: [expect.any(String)] } });
    const search = (more: object): Promise<Answer> =>
      post(service, '/search', { inputs: [picture(1)], k: 1, ...more });
    const hit = { id: enrolled.body.ids?.[0], label: 'Anna', metadata: { room: 3 } };
    await fromBoth(
      () => search({ filter: { metadata: { room: 3 } } }),
      ({ body }) => body.hits?.[0]?.[0]?.id === hit.id,
    );
    const [found] = (await search({})).body.hits ?? [];
    expect(found).toEqual([{ ...hit, distance: expect.closeTo(0, 5) }]);
    expect((await search({ filter: { label: 'Ben' } })).body.hits).toEqual([[]]);
    const byEmbedding = { embeddings: embedded.body.embeddings, k: 1, threshold: null };
    expect((await post(service, '/search', byEmbedding)).body.hits?.length).toBe(2);

    expect((await post(service, '/forget', { label: 'Anna' })).body).toEqual({ removed: 1 });
    await fromBoth(
      () => search({}),
      ({ body }) => body.hits?.[0]?.length === 0,
    );
  });

  test('tells how it is, in JSON and in the format of Prometheus', async () => {
    const health = await fetch(`${service.address}/health`);
    expect(await health.json()).toEqual({
      status: 'ready',
      items: expect.any(Number),
      dims: 64,
      width: 784,
    });
    const metrics = await (await fetch(`${service.address}/metrics`)).text();
    expect(metrics).toMatch(/^service_requests_total\{route="[^"]+",status="200"\} \d+$/m);
    expect(metrics).toMatch(/^service_items \d+$/m);
  });

  test.each<[string, string, unknown, number, string | RegExp]>([
    ['no JSON', '/search', '{"inputs": [[1,', 400, /JSON/],
    ['no record', '/search', '[1]', 400, 'service: expected a JSON record as the body, got [1].'],
    ['text for a row', '/search', { embeddings: ['a'] }, 400, 'to have 64 numbers, got "a".'],
    ['an address that no one can read', '/%ff', {}, 400, /not a valid url component/],
    ['a wrong key', '/search', { input: [[1]] }, 400, 'got "input".'],
    [
      'no rows',
      '/search',
      { inputs: [] },
      400,
      'expected inputs to be an array of 1 to 64 rows, got 0.',
    ],
    ['too many rows', '/embed', { inputs: Array(65).fill([1]) }, 400, 'got 65.'],
    [
      'another width',
      '/embed',
      { inputs: [[1, 2]] },
      400,
      'row 0 of inputs to have 784 numbers, got 2 values.',
    ],
    [
      'other dims',
      '/search',
      { embeddings: [[1]] },
      400,
      'row 0 of embeddings to have 64 numbers, got 1 values.',
    ],
    [
      'null among the numbers',
      '/search',
      { embeddings: [[null, ...Array(63).fill(0)]] },
      400,
      'row 0 of embeddings to hold numbers from -1e30 to 1e30, got null.',
    ],
    [
      'a number beyond float32',
      '/search',
      { embeddings: [[1e300, ...Array(63).fill(0)]] },
      400,
      'got 1e+300.',
    ],
    ['no label', '/enrol', { inputs: [picture(1)] }, 400, 'expected label to be'],
    [
      'metadata that are a list',
      '/enrol',
      { inputs: [picture(1)], label: 'a', metadata: [1] },
      400,
      'expected metadata to be',
    ],
    [
      'too many hits',
      '/search',
      { inputs: [picture(1)], k: 1e9 },
      400,
      'expected k to be a whole number from 1 to 1000',
    ],
    [
      'a filter with a slip',
      '/search',
      { inputs: [picture(1)], filter: { lable: 1 } },
      400,
      'got lable: 1.',
    ],
    ['nothing to forget', '/forget', {}, 400, 'expected a filter that picks items'],
    ['ids that are none', '/forget', { ids: 'a' }, 400, 'expected ids to be an array of strings'],
    ['a body that is too long', '/embed', `"${'x'.repeat(300_001)}"`, 413, /too large/],
    ['another address', '/else', {}, 404, 'no such address'],
  ])('answers %s by a sentence', async (_, path, body, status, message) => {
    const answer = await post(service, path, body);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toEqual(
      message instanceof RegExp ? expect.stringMatching(message) : expect.stringContaining(message),
    );
    expect(JSON.stringify(answer.body)).not.toMatch(/\bat .*\.[jt]s|node_modules/);
  });

  test('loads its bundle again without losing a request, and keeps it if the new one is none', async () => {
    const other = await start('--bundle', bundle, '--data', join(folder, 'other'));
    let ending = false;
    const statuses = new Set<number>();
    const asking = Array.from({ length: 2 }, async (__, i) => {
      while (!ending) statuses.add((await post(other, '/embed', { inputs: [picture(i)] })).status);
    });
    const reload = async (text: RegExp): Promise<void> => {
      const before = other.out().length;
      other.child.kill('SIGHUP');
      const seen = (): number => other.out().slice(before).match(text)?.length ?? 0;
      while (seen() < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    await reload(/Worker \d has loaded the bundle again/g);
    writeFileSync(bundle, 'no bundle');
    await reload(/Worker \d keeps its bundle: decodeBundle: expected the bytes of/g);
    ending = true;
    await Promise.all(asking);
    expect([...statuses]).toEqual([200]);

    const running = Array.from({ length: 8 }, () =>
      post(other, '/embed', { inputs: [picture(1)] }),
    );
    await Promise.race(running);
    const end = ended(other);
    other.child.kill('SIGTERM');
    for (const { status } of await Promise.all(running)) expect(status).toBe(200);
    expect(await end).toBe(0);
  });

  test('answers all that was sent before it is told to end, on new and on open connections', async () => {
    const other = await start('--bundle', trained, '--data', join(folder, 'ended'));
    const agent = new Agent({ keepAlive: true });
    const inputs = JSON.stringify({ inputs: Array.from({ length: 64 }, (_, i) => picture(i)) });
    const small = JSON.stringify({ inputs: [picture(1)] });
    await Promise.all(Array.from({ length: 8 }, () => send(other, small, agent).answer)); // opens 8
    const requests = [
      ...Array.from({ length: 400 }, () => send(other, inputs, false)),
      ...Array.from({ length: 8 }, () => send(other, small, agent)),
    ];
    let answered = 0;
    const answers = requests.map(async ({ answer }) => {
      const status = await answer;
      answered++;
      return status;
    });
    await Promise.all(requests.map(({ sent }) => sent));
    const waiting = requests.length - answered;
    const end = ended(other);
    other.child.kill('SIGTERM');
    const statuses = await Promise.all(answers);
    agent.destroy();

    expect(waiting).toBeGreaterThan(20);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    expect(await end).toBe(0);
    expect(other.out()).not.toContain('cut');
    await expect(fetch(`${other.address}/health`)).rejects.toThrow();
  });

  test('gives up at a bound, and says how many connections it cut', async () => {
    const data = join(folder, 'cut');
    const other = await start('--bundle', trained, '--data', data, '--end', '1', '--workers', '1');
    const stalled = request(`${other.address}/embed`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': 100 },
    });
    const failed = new Promise((resolve) => stalled.on('error', resolve));
    const idle = connect(Number(new URL(other.address).port));
    await new Promise((resolve) => stalled.write('{', resolve));
    const end = ended(other);
    other.child.kill('SIGTERM');
    expect(await end).toBe(0);
    await failed;
    idle.destroy();
    expect(other.out()).toContain('Worker 1 cut connections after 1 s: 1\n');
  });

  test('names a port that another program uses', async () => {
    const { port } = new URL(service.address);
    const data = join(folder, 'twice');
    await expect(start('--bundle', trained, '--data', data, '--port', port)).rejects.toThrow(
      /^service: expected to listen on 127\.0\.0\.1:\d+, got listen EADDRINUSE/,
    );
  });

  test('refuses more requests than its rate', async () => {
    copyFileSync(trained, bundle);
    const slow = await start(
      '--rate',
      '3',
      '--workers',
      '1',
      '--bundle',
      bundle,
      '--data',
      join(folder, 'slow'),
    );
    const answers = await Promise.all(
      Array.from({ length: 9 }, () => post(slow, '/embed', { inputs: [picture(1)] })),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect([statuses[0], statuses.at(-1)]).toEqual([200, 429]);
    expect((await fetch(`${slow.address}/health`)).status).toBe(200);
    killAll(slow);
  });

  test('loses no acknowledged enrolment when it is killed', async () => {
    const data = ['--bundle', bundle, '--data', join(folder, 'killed')];
    const killed = await start(...data, '--workers', '1');
    const acknowledged: string[] = [];
    let ending = false;
    const enrolling = Array.from({ length: 4 }, async (_, i) => {
      while (!ending) {
        const body = { inputs: [picture(i)], label: i };
        const answer = await post(killed, '/enrol', body).catch(() => undefined);
        acknowledged.push(...(answer?.body.ids ?? []));
      }
    });
    while (acknowledged.length < 10) await new Promise((resolve) => setTimeout(resolve, 20));
    ending = true;
    killAll(killed);
    await Promise.all(enrolling);

    const again = await start(...data);
    for (const id of acknowledged) {
      const body = { inputs: [picture(1)], k: 1, filter: { ids: [id] }, threshold: null };
      expect((await post(again, '/search', body)).body.hits?.[0]?.[0]?.id).toBe(id);
    }
    killAll(again);
  });

  test.each<[string[], RegExp]>([
    [
      ['--port', '70000'],
      /^service: expected --port to be a whole number from 0 to 65535, got 70000\.\n$/,
    ],
    [
      ['--prot', '1'],
      /^service: expected the flags that --help lists, got Unknown option '--prot'\.\n$/,
    ],
  ])('answers %s by a sentence', async (args, message) => {
    const child = spawn(process.execPath, [cli, ...args]);
    let error = '';
    child.stderr.on('data', (text) => {
      error += text;
    });
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(1);
    expect(error).toMatch(message);
  });
});
