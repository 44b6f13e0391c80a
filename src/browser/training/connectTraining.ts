import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { show } from '../../internal/checks.ts';
import { flag } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import type { History } from '../../training/checkpoints/runState.ts';
import { checkPort } from './checkPort.ts';
import { connectPool } from './connectPool.ts';
import { type Answer, buffersIn, type Port, type Request, receivedError } from './messages.ts';
import {
  type ConnectedTrainOptions,
  connectedTrainOptions,
  type SentExamples,
  type TrainingConnection,
} from './trainingConnection.ts';
import type { ServedEvent } from './trainingService.ts';

export interface ConnectOptions {
  /** Moves the examples that are passed to the worker instead of copying them: the page's arrays are empty then. Default false. */
  transfer?: boolean;
}

export const connectOptions: OptionTable<ConnectOptions> = { transfer: preset(false, flag) };

/** Where the answers to a call go. */
interface Waiting {
  event(event: unknown): void;
  value(value: unknown): void;
  error(error: Error): void;
}

/**
 * Connects a page with the worker that calls `serveTraining`. Calls may be made at any time, several at once, and are
 * served in order. Errors of the worker come as the errors they are, `MetricLearningError` included.
 *
 * An array of workers becomes a pool: the first one trains and keeps the index, and `embed` splits its examples among all.
 * Each of them calls `serveTraining`.
 *
 * @throws MetricLearningError if `worker` is none; a call rejects with one if the worker cannot start, or is closed.
 * @example
 * const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
 * const connection = connectTraining(worker);
 * for await (const event of connection.train({ margin: 1 })) {
 *   if (event.kind === 'step') console.log(event.step, event.loss);
 * }
 * await connection.enrol('star', stars);
 * const [{ name }] = await connection.recognize(drawing, { threshold: 0.5 });
 */
export function connectTraining<Settings = unknown>(
  worker: Port | readonly Port[],
  options: ConnectOptions = {},
): TrainingConnection<Settings> {
  if (!Array.isArray(worker)) return connectOne(worker as Port, options);
  if (worker.length === 0) checkPort('connectTraining', undefined);
  return connectPool(worker.map((one: Port) => connectOne<Settings>(one, options)));
}

function connectOne<Settings>(worker: Port, options: ConnectOptions): TrainingConnection<Settings> {
  const where = 'connectTraining';
  checkPort(where, worker);
  const { transfer } = readOptions(where, connectOptions, options);
  const waiting = new Map<number, Waiting>();
  let [lastId, failure] = [0, undefined as Error | undefined];

  const receive = ({ data }: { readonly data: unknown }): void => {
    const answer = data as Answer;
    const call = waiting.get(answer?.id);
    if (!call) return;
    if (answer.kind !== 'event') waiting.delete(answer.id);
    if (answer.kind === 'event') call.event(answer.event);
    else if (answer.kind === 'value') call.value(answer.value);
    else call.error(receivedError(answer.error));
  };
  const fail = (error: Error): void => {
    failure ??= error;
    for (const call of [...waiting.values()]) call.error(failure);
    waiting.clear();
  };
  worker.addEventListener('message', receive);
  listenToFailure(worker, fail);
  worker.start?.();

  const send = (request: Request, to?: Waiting, moved: ArrayBuffer[] = []): void => {
    if (to) waiting.set(request.id, to);
    try {
      if (failure) throw failure;
      worker.postMessage(request, moved);
    } catch (error) {
      waiting.delete(request.id);
      to?.error(error as Error);
    }
  };
  const call = (
    name: string,
    args: readonly unknown[],
    moved: ArrayBuffer[] = [],
  ): Promise<never> =>
    new Promise((resolve, reject) => {
      const to: Waiting = { event() {}, value: (value) => resolve(value as never), error: reject };
      send({ id: ++lastId, kind: 'call', name, args: [...args] }, to, moved);
    });
  const withExamples = async (
    name: string,
    examples: SentExamples,
    ...args: readonly unknown[]
  ): Promise<never> => {
    checkExamples(`connection.${name}`, examples);
    const all = name === 'enrol' ? [args[0], examples, ...args.slice(1)] : [examples, ...args];
    return call(name, all, transfer ? buffersIn(examples) : []);
  };

  async function* train(
    settings: Settings,
    given: ConnectedTrainOptions = {},
  ): AsyncGenerator<ServedEvent, History, void> {
    const { signal, ahead } = readOptions('connection.train', connectedTrainOptions, given);
    const id = ++lastId;
    const inbox = createInbox();
    send({ id, kind: 'train', settings, ahead }, inbox);
    const abort = (): void => send({ id, kind: 'abort' });
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
    let ended = false;
    try {
      for (;;) {
        const { event, value } = await inbox.next().catch((error) => {
          ended = true;
          throw error;
        });
        if (event === undefined) {
          ended = true;
          return value as History;
        }
        send({ id, kind: 'read' });
        yield event as ServedEvent;
      }
    } finally {
      signal?.removeEventListener('abort', abort);
      if (!ended) {
        send({ id, kind: 'leave' });
        await inbox.end();
      }
    }
  }

  const enrol: TrainingConnection['enrol'] = (label, examples, metadata) =>
    withExamples('enrol', examples, label, metadata);
  return {
    train,
    embed: (examples) => withExamples('embed', examples),
    search: (examples, k, searching) => withExamples('search', examples, k, searching),
    recognize: (examples, recognizing) => withExamples('recognize', examples, recognizing),
    enrol,
    enroll: enrol,
    forget: (label) => call('forget', [label]),
    bundle: (bundling) => call('bundle', [bundling]),
    open: (bytes) => call('open', [bytes]),
    call: (name, ...args) => call(name, args),
    close() {
      worker.removeEventListener('message', receive);
      fail(
        new MetricLearningError({
          where,
          expected: 'a connection in use',
          got: 'one that was closed',
          fix: 'Start another worker, and connect to it.',
        }),
      );
      const { terminate, close } = worker as { terminate?: () => unknown; close?: () => void };
      if (terminate) terminate.call(worker);
      else close?.call(worker);
    },
  };
}

/** The events of a run that the page has not read yet, and its end. */
interface Inbox extends Waiting {
  /** The next event, or the value at the end. */
  next(): Promise<{ readonly event?: unknown; readonly value?: unknown }>;
  /** Settles when the worker has ended the run, however it ended. */
  end(): Promise<void>;
}

function createInbox(): Inbox {
  const events: unknown[] = [];
  let result: { readonly value: unknown } | { readonly error: Error } | undefined;
  let wake: (() => void) | undefined;
  const arrived = (): void => {
    wake?.();
    wake = undefined;
  };
  const arrival = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
    });
  return {
    event(event) {
      events.push(event);
      arrived();
    },
    value(value) {
      result = { value };
      arrived();
    },
    error(error) {
      result = { error };
      arrived();
    },
    async next() {
      while (events.length === 0 && result === undefined) await arrival();
      if (events.length > 0) return { event: events.shift() };
      if ('error' in result!) throw result.error;
      return result!;
    },
    async end() {
      while (result === undefined) await arrival();
    },
  };
}

/** A worker that cannot start, or whose script fails, says so by an event. */
function listenToFailure(worker: Port, fail: (error: Error) => void): void {
  const target = worker as unknown as EventTarget;
  target.addEventListener('error', (event) => {
    const { message } = event as ErrorEvent;
    const got = `the error ${show(message || 'that its script could not be loaded')}`;
    fail(
      new MetricLearningError({
        where: 'connectTraining',
        expected: 'a worker that calls serveTraining',
        got,
        fix: "Is its address right, and does it have { type: 'module' } where its script imports?",
      }),
    );
  });
}

function checkExamples(where: string, examples: unknown): void {
  const isTensor = typeof (examples as { dataSync?: unknown } | null)?.dataSync === 'function';
  if (ArrayBuffer.isView(examples) && !(examples instanceof DataView)) return;
  throw new MetricLearningError({
    where,
    expected: 'examples as a Float32Array, a Uint8Array or an Int32Array',
    got: show(examples),
    ...(isTensor && { fix: 'A tensor cannot leave its thread: pass await tensor.data().' }),
  });
}
