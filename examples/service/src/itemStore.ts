import { type Connection, connect, type Table } from '@lancedb/lancedb';
import {
  createIndex,
  type Distance,
  type Hit,
  type IndexItem,
  type IndexSearchOptions,
  type ItemFilter,
  lanceIndex,
  type VectorIndex,
} from 'tfjs-metric-learning';
import { gather } from './gather.ts';

/** An item and its embedding. */
export interface Entry {
  readonly item: IndexItem;
  readonly vector: Float32Array;
}

/** Items on disk, which several processes share, and a copy in memory, which answers searches. */
export interface ItemStore {
  /** The number of items in memory. */
  readonly count: number;
  /** Writes entries to the disk; they are there when this returns. */
  enroll(entries: readonly Entry[]): Promise<void>;
  forget(filter: ItemFilter): Promise<number>;
  search(query: Float32Array[], k: number, options: IndexSearchOptions): Promise<Hit[][]>;
  /** Brings what other processes wrote into memory. */
  sync(): Promise<void>;
  /** Answers what was asked, and closes the files. */
  close(): Promise<void>;
}

export interface StoreOptions {
  readonly folder: string;
  readonly dims: number;
  readonly distance: Distance | undefined;
  /** Whether this process joins the small files of the table from time to time: one process does. */
  readonly tidies: boolean;
}

const table = 'items';
/** Changes after which the small files are joined. */
const changesToTidy = 200;
/** Rows that are read in one go, so that searches run between. */
const rowsAtOnce = 500;

interface RowId {
  readonly id: string;
  readonly _rowid: bigint;
}

interface Row {
  readonly id: string;
  readonly label: string | null;
  readonly metadata: string | null;
  readonly vector: Iterable<number>;
}

/** Opens the items of a folder, which is made if it is missing, and reads all of them. */
export async function openItemStore(options: StoreOptions): Promise<ItemStore> {
  const { folder, dims, distance, tidies } = options;
  const connection: Connection = await connect(folder);
  const kind = { dims, ...(distance && { distance }) };
  const disk: VectorIndex = lanceIndex(connection, { ...kind, table });
  await disk.count(); // makes the table
  const rows: Table = await connection.openTable(table);
  const memory = createIndex(kind);
  let known = new Map<string, bigint>(); // the rows that are in memory
  let version = -1;
  let tidied = await rows.version();
  let syncing: Promise<void> | undefined;

  const enrollTogether = gather(async (entries: readonly Entry[]) => {
    await disk.upsert(
      rowsOf(entries, dims),
      entries.map(({ item }) => item),
    );
    await memory.upsert(
      rowsOf(entries, dims),
      entries.map(({ item }) => item),
    );
    return entries.map(() => undefined);
  });

  const readAll = async (): Promise<void> => {
    await rows.checkoutLatest();
    const now = await rows.version();
    if (now === version) return;
    const found = (await rows.query().select(['id']).withRowId().toArray()) as RowId[];
    const next = new Map(found.map(({ id, _rowid }) => [id, _rowid]));
    const gone = [...known.keys()].filter((id) => !next.has(id));
    if (gone.length > 0) await memory.remove({ ids: gone });
    const changed = [...next].filter(([id, row]) => known.get(id) !== row).map(([id]) => id);
    for (let first = 0; first < changed.length; first += rowsAtOnce) {
      const entries = await read(changed.slice(first, first + rowsAtOnce));
      if (entries.length === 0) continue;
      await memory.upsert(
        rowsOf(entries, dims),
        entries.map(({ item }) => item),
      );
    }
    known = next;
    version = now;
    if (tidies && now - tidied >= changesToTidy) {
      await rows.optimize();
      tidied = await rows.version();
    }
  };
  const read = async (ids: readonly string[]): Promise<Entry[]> => {
    const texts = ids.map((id) => `'${id.replaceAll("'", "''")}'`);
    const found = (await rows.query().where(`id IN (${texts})`).toArray()) as Row[];
    return found.map(({ id, label, metadata, vector }) => ({
      item: {
        id,
        ...(label !== null && { label: JSON.parse(label) }),
        ...(metadata !== null && { metadata: JSON.parse(metadata) }),
      },
      vector: Float32Array.from(vector),
    }));
  };
  const sync = (): Promise<void> => {
    syncing ??= readAll().finally(() => {
      syncing = undefined;
    });
    return syncing;
  };
  await sync();

  return {
    get count() {
      return known.size;
    },
    async enroll(entries) {
      await enrollTogether(entries);
    },
    async forget(filter) {
      const removed = await disk.remove(filter);
      await memory.remove(filter);
      return removed;
    },
    search(query, k, searchOptions) {
      const entries = query.map((vector) => ({ vector }));
      return memory.search(rowsOf(entries, dims), k, searchOptions);
    },
    sync,
    async close() {
      await syncing;
      await disk.close();
      await memory.close();
      connection.close();
    },
  };
}

function rowsOf(
  entries: readonly { readonly vector: Float32Array }[],
  dims: number,
): { data: Float32Array; shape: [number, number] } {
  const data = new Float32Array(entries.length * dims);
  entries.forEach(({ vector }, i) => {
    data.set(vector, i * dims);
  });
  return { data, shape: [entries.length, dims] };
}
