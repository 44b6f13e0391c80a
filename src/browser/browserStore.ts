import { io } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import type { CheckpointStore } from '../training/checkpoints/checkpointStore.ts';

/** A file of the store. */
export interface StoredFile {
  readonly name: string;
  /** Its size in bytes. */
  readonly size: number;
}

/** Files, models and checkpoints that the browser keeps for a site, also after a reload. */
export interface BrowserStore {
  /** Writes a file, such as a bundle, whole or not at all; a file of that name before is replaced. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** The bytes of a file; undefined if there is none of that name. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** Removes a file; false if there was none. */
  remove(name: string): Promise<boolean>;
  /** All files, by name. */
  list(): Promise<StoredFile[]>;
  /** Where `TripletModel.save` and `TripletModel.load` keep a model. */
  model(name: string): io.IOHandler;
  /** Where `fit` and `train` keep the checkpoints of a run. */
  checkpoints(run: string): CheckpointStore;
  /** Bytes that the site uses, and may use in all, as the browser estimates. */
  room(): Promise<{ used: number; total: number }>;
  /** Removes all that the store holds. */
  clear(): Promise<void>;
}

type Kind = 'file' | 'model' | 'checkpoint';
type Key = [kind: Kind, name: string] | [kind: Kind, name: string, number: number];

interface Entry {
  readonly bytes?: Uint8Array;
  readonly artifacts?: io.ModelArtifacts;
}

const table = 'entries';
const where = 'browserStore';

/**
 * A store in the browser (IndexedDB) for bundles, models and checkpoints. It opens at the first use; two stores of one name
 * are the same.
 *
 * Browsers may clear what a site has stored when the disk is full, unless `navigator.storage.persist()` was granted.
 *
 * @throws MetricLearningError if `name` is not a string; at use, if there is no IndexedDB, it is not allowed (as in some
 * private windows), or there is no more room.
 * @example
 * const store = browserStore('digits');
 * await store.write('taught', await connection.bundle());
 * const bytes = await store.read('taught');
 * await model.fit(data, { checkpoint: { store: store.checkpoints('run 1'), resume: true } });
 */
export function browserStore(name: string): BrowserStore {
  checkName('name', name);
  let opened: Promise<IDBDatabase> | undefined;

  const database = (): Promise<IDBDatabase> => {
    opened ??= openDatabase(`tfjs-metric-learning ${name}`, () => {
      opened = undefined;
    });
    opened.catch(() => {
      opened = undefined;
    });
    return opened;
  };
  const work = async <T>(
    action: string,
    mode: IDBTransactionMode,
    run: (entries: IDBObjectStore) => IDBRequest<T>,
  ): Promise<T> => {
    try {
      const transaction = (await database()).transaction(table, mode);
      const request = run(transaction.objectStore(table));
      await ended(transaction);
      return request.result;
    } catch (error) {
      throw await said(`${action} in the store ${show(name)}`, error);
    }
  };
  const put = (what: string, key: Key, entry: Entry): Promise<unknown> =>
    work(`to write ${what}`, 'readwrite', (entries) => entries.put(entry, key));
  const get = (what: string, key: Key): Promise<Entry | undefined> =>
    work(`to read ${what}`, 'readonly', (entries) => entries.get(key));
  const keys = (range: IDBKeyRange): Promise<IDBValidKey[]> =>
    work('to list what is', 'readonly', (entries) => entries.getAllKeys(range));

  return {
    async write(file, bytes) {
      checkName('the name of a file', file);
      checkBytes(bytes);
      await put(`the file ${show(file)}`, ['file', file], { bytes: bytes.slice() });
    },
    async read(file) {
      checkName('the name of a file', file);
      return (await get(`the file ${show(file)}`, ['file', file]))?.bytes;
    },
    async remove(file) {
      checkName('the name of a file', file);
      const key: Key = ['file', file];
      const known = (await keys(IDBKeyRange.only(key))).length > 0;
      await work(`to remove the file ${show(file)}`, 'readwrite', (entries) => entries.delete(key));
      return known;
    },
    async list() {
      const range = allOf('file');
      const [names, entries] = await Promise.all([
        keys(range),
        work('to list what is', 'readonly', (all) => all.getAll(range) as IDBRequest<Entry[]>),
      ]);
      return entries.map(({ bytes }, i) => ({
        name: (names[i] as Key)[1],
        size: bytes?.length ?? 0,
      }));
    },
    model(model) {
      checkName('the name of a model', model);
      const what = `the model ${show(model)}`;
      return {
        async save(artifacts) {
          await put(what, ['model', model], { artifacts });
          return { modelArtifactsInfo: io.getModelArtifactsInfoForJSON(artifacts) };
        },
        async load() {
          const found = await get(what, ['model', model]);
          if (found?.artifacts) return found.artifacts;
          throw new MetricLearningError({
            where,
            expected: `${what} in the store ${show(name)}`,
            got: 'none of that name',
            fix: 'Save it first: model.save(store.model(name)).',
          });
        },
      };
    },
    checkpoints(run) {
      checkName('the name of a run', run);
      const what = (number: number): string => `checkpoint ${number} of ${show(run)}`;
      return {
        async write(number, bytes) {
          await put(what(number), ['checkpoint', run, number], { bytes: bytes.slice() });
        },
        async list() {
          const found = await keys(
            IDBKeyRange.bound(['checkpoint', run, -Infinity], ['checkpoint', run, Infinity]),
          );
          return found.map((key) => (key as Key)[2] as number);
        },
        async read(number) {
          const found = await get(what(number), ['checkpoint', run, number]);
          return found?.bytes ?? new Uint8Array(0); // no checkpoint is empty: it counts as damaged
        },
        async remove(number) {
          await work(`to remove ${what(number)}`, 'readwrite', (entries) =>
            entries.delete(['checkpoint', run, number]),
          );
        },
      };
    },
    async room() {
      const { usage = 0, quota = 0 } = (await globalThis.navigator?.storage?.estimate?.()) ?? {};
      return { used: usage, total: quota };
    },
    async clear() {
      await work('to clear what is', 'readwrite', (entries) => entries.clear());
    },
  };
}

function openDatabase(name: string, onClosed: () => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    if (globalThis.indexedDB === undefined) {
      reject(new Error('there is no IndexedDB here: it is a store of browsers'));
      return;
    }
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(table);
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const database = request.result;
      database.onclose = onClosed;
      database.onversionchange = () => {
        database.close();
        onClosed();
      };
      resolve(database);
    };
  });
}

/** Settles when all of a transaction is on the disk, or none of it. */
function ended(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}

/** All keys of a kind: arrays are ordered by their elements, and every string comes before every array. */
function allOf(kind: Kind): IDBKeyRange {
  return IDBKeyRange.bound([kind, ''], [kind, []]);
}

/** What went wrong, in words. */
async function said(action: string, error: unknown): Promise<MetricLearningError> {
  const { name, message } = error as Error;
  if (error instanceof MetricLearningError) return error;
  const full = name === 'QuotaExceededError';
  const { usage = 0, quota = 0 } = full ? ((await navigator.storage?.estimate?.()) ?? {}) : {};
  const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
  return new MetricLearningError(
    {
      where,
      expected: action,
      got: full
        ? `no more room: ${megabytes(usage)} of ${megabytes(quota)} are in use`
        : message || name || String(error),
      ...(full && { fix: 'Remove files with store.remove(name), or checkpoints of old runs.' }),
    },
    { cause: error },
  );
}

function checkName(what: string, name: unknown): void {
  if (typeof name === 'string' && name !== '') return;
  throw new MetricLearningError({
    where,
    expected: `${what} to be a string that is not empty`,
    got: show(name),
  });
}

function checkBytes(bytes: unknown): void {
  if (bytes instanceof Uint8Array) return;
  throw new MetricLearningError({
    where,
    expected: 'a file to be the bytes of a Uint8Array',
    got: show(bytes),
    ...(bytes instanceof Promise && { fix: 'Await it: await encodeBundle(..).' }),
  });
}
