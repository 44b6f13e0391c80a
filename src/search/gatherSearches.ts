import { countRows, type EmbeddingRows } from '../data/embeddings.ts';
import { joinEmbeddings } from '../data/joinEmbeddings.ts';
import { checkInteger } from '../internal/checks.ts';
import { readOptions } from '../internal/readOptions.ts';
import { yieldToEvents } from '../internal/yieldToEvents.ts';
import type { Queue } from './createQueue.ts';
import { readIndexRows } from './indexInput.ts';
import { checkItemFilter } from './itemFilter.ts';
import { type Hit, type ItemFilter, indexSearchOptions, type VectorIndex } from './vectorIndex.ts';

/** The most queries that calls share by default. */
export const defaultBatching = 64;
/** Milliseconds that calls wait for others at most, where the calls before came several at a time. */
const patience = 2;

/** The calls of an index, in turn. */
export interface GatheredCalls {
  search: VectorIndex['search'];
  /** Any other work on the index: searches from before are not gathered with searches from after. */
  inTurn: Queue['inTurn'];
}

/** How an index answers searches. */
export interface Searches {
  readonly dims: number;
  /** The most queries that several calls are answered together with. */
  readonly most: number;
  /** The k nearest of each query, nearest first. The filter was checked. */
  find(query: EmbeddingRows, k: number, filter: ItemFilter | undefined): Promise<Hit[][]>;
}

/** A call of `search` as it was made. */
interface Call {
  readonly args: Parameters<VectorIndex['search']>;
  resolve(hits: Hit[][]): void;
  reject(error: unknown): void;
}

/** Calls that are answered together, and how many queries they have. */
interface Group {
  readonly calls: Call[];
  queries: number;
  /** Called when there are enough queries. */
  onFull?(): void;
}

/** A call whose arguments were checked. */
interface ReadCall extends Call {
  readonly rows: EmbeddingRows;
  readonly k: number;
  readonly filter: ItemFilter | undefined;
  readonly threshold: number;
}

/**
 * Gathers searches that wait for their turn: those with equal filters are answered by one `find`, as one matrix product
 * of many queries costs little more than that of one. A search that has not to wait for its turn begins after the waiting
 * events, so that the requests that came in at the same time are answered together. While searches come in several at a
 * time, they wait for more, for 2 ms at most; searches one after the other do not wait.
 */
export function gatherSearches(queue: Queue, { dims, most, find }: Searches): GatheredCalls {
  let open: Group | undefined;
  let several = false; // whether the calls before came several at a time

  const answer = async (group: Call[]): Promise<void> => {
    const byFilter = new Map<string, ReadCall[]>();
    for (const call of group) {
      try {
        const read = { ...call, ...(await readCall(call.args, dims)) };
        const key = read.filter === undefined ? '' : JSON.stringify(read.filter);
        byFilter.set(key, [...(byFilter.get(key) ?? []), read]);
      } catch (error) {
        call.reject(error);
      }
    }
    for (const calls of byFilter.values()) await answerTogether(calls, find);
  };

  return {
    search: (...args) =>
      new Promise<Hit[][]>((resolve, reject) => {
        const call = { args, resolve, reject };
        const queries = countRows(args[0]);
        if (open && open.queries + queries <= most) {
          open.calls.push(call);
          open.queries += queries;
          if (open.queries >= most) open.onFull?.();
          return;
        }
        const group: Group = { calls: [call], queries };
        open?.onFull?.();
        open = group;
        const end = (): void => {
          if (open === group) open = undefined;
        };
        const turn = queue.inTurn(async () => {
          await yieldToEvents();
          if (several) await untilFull(group, most);
          end();
          several = group.calls.length > 1;
          await answer(group.calls);
        });
        turn.catch((error) => {
          end();
          for (const each of group.calls) each.reject(error);
        });
      }),
    inTurn(work) {
      open?.onFull?.();
      open = undefined;
      return queue.inTurn(work);
    },
  };
}

/** Waits until a group has enough queries, but for 2 ms at most. */
async function untilFull(group: Group, most: number): Promise<void> {
  if (group.queries >= most) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, patience);
    group.onFull = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}

async function readCall(
  [query, k, options = {}]: Call['args'],
  dims: number,
): Promise<Pick<ReadCall, 'rows' | 'k' | 'filter' | 'threshold'>> {
  const where = 'index.search';
  checkInteger(where, 'k', k);
  const { filter, threshold } = readOptions(where, indexSearchOptions, options);
  if (filter !== undefined) checkItemFilter(where, filter);
  return { rows: await readIndexRows(where, query, dims), k, filter, threshold };
}

/** Answers calls of one filter. If that fails, each call is answered by itself, so that it gets its own error. */
async function answerTogether(calls: readonly ReadCall[], find: Searches['find']): Promise<void> {
  const [first] = calls;
  if (!first) return;
  try {
    const k = Math.max(...calls.map((call) => call.k));
    const hits = await find(joinEmbeddings(calls.map(({ rows }) => rows)), k, first.filter);
    let at = 0;
    for (const call of calls) {
      const own = hits.slice(at, at + call.rows.shape[0]);
      at += own.length;
      call.resolve(
        own.map((found) => found.slice(0, call.k).filter((hit) => hit.distance <= call.threshold)),
      );
    }
  } catch (error) {
    if (calls.length === 1) first.reject(error);
    else for (const call of calls) await answerTogether([call], find);
  }
}
