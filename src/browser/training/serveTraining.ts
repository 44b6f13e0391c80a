import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { checkRecord } from '../../internal/checkRecord.ts';
import { show } from '../../internal/checks.ts';
import { readOptions } from '../../internal/readOptions.ts';
import { yieldToEvents } from '../../internal/yieldToEvents.ts';
import { createQueue } from '../../search/createQueue.ts';
import type { History } from '../../training/checkpoints/runState.ts';
import { checkPort } from './checkPort.ts';
import { type Credit, createCredit } from './credit.ts';
import { type Answer, buffersIn, type Port, type Request, sendableError } from './messages.ts';
import { createSession, type Session } from './session.ts';
import {
  type ServedEvent,
  type TrainingService,
  trainingRun,
  trainingService,
  watchedExamples,
} from './trainingService.ts';

/** The calls of the page that go to the session as they are. */
const sessionCalls = [
  'embed',
  'search',
  'recognize',
  'enrol',
  'forget',
  'bundle',
  'open',
  'shareNetwork',
] as const satisfies readonly (keyof Session)[];

interface Run {
  readonly id: number;
  readonly credit: Credit;
  readonly stop: AbortController;
  left: boolean;
}

/**
 * Makes a worker do a page's training, embedding and recognizing; the page has `connectTraining`. Call it once, when the
 * worker starts; `self` is the worker's global, or any `MessagePort`.
 *
 * Calls are served one after the other, in the order in which they came. Training goes on beside them: a drawing is
 * recognized between two steps. What a call returns moves to the page without a copy.
 *
 * @throws MetricLearningError if an option is unknown or no function. What a call throws, the page gets.
 * @example
 * // worker.ts
 * serveTraining(self, {
 *   start: () => setUp(),
 *   train: ({ margin }: { margin: number }) => {
 *     const model = new TripletModel(smallConvNet({ dims: 32 }));
 *     model.compile({ optimizer: 'adam', loss: tripletLoss(margin) });
 *     return { model, data: { examples, labels }, options: { epochs: 3 } };
 *   },
 * });
 */
export function serveTraining<Settings = unknown>(
  self: Port | Window,
  service: TrainingService<Settings>,
): void {
  const where = 'serveTraining';
  checkPort(where, self);
  const port = self as Port;
  const {
    start,
    train,
    calls = {},
  } = readOptions(where, trainingService, service) as TrainingService<Settings>;
  const session = createSession();
  const queue = createQueue('worker');
  let started: Promise<unknown> | undefined;
  let running: Run | undefined;
  const runs = new Map<number, Run>();

  const answer = (message: Answer): void => port.postMessage(message, buffersIn(message));
  const settle = (id: number, work: Promise<unknown>): void => {
    work
      .then((value) => answer({ id, kind: 'value', value }))
      // What cannot be sent is an error too.
      .catch((error) => answer({ id, kind: 'error', error: sendableError(error) }));
  };
  const ready = (): Promise<unknown> => {
    started ??= Promise.resolve().then(() => start?.());
    return started;
  };

  const call = async (name: string, args: readonly unknown[]): Promise<unknown> => {
    await ready();
    if (Object.hasOwn(calls, name)) return calls[name]!(session, ...args);
    if ((sessionCalls as readonly string[]).includes(name)) {
      if (name === 'open') checkIdle('connection.open', running);
      const method = session[name as (typeof sessionCalls)[number]];
      return (method as (...given: readonly unknown[]) => unknown)(...args);
    }
    throw new MetricLearningError({
      where: 'connection.call',
      expected: `the name of a function in calls (${Object.keys(calls).join(', ') || 'there is none'})`,
      got: show(name),
    });
  };

  /** Begins training in turn with the other calls; the steps are taken outside of the queue. */
  const begin = async (
    run: Run,
    settings: Settings,
  ): Promise<AsyncGenerator<ServedEvent, History, void>> => {
    await ready();
    checkIdle('connection.train', running);
    if (!train) {
      throw new MetricLearningError({
        where: 'connection.train',
        expected: 'a worker that can train',
        got: 'one without a function train',
        fix: 'Pass it: serveTraining(self, { train: (settings) => ({ model, data }) }).',
      });
    }
    running = run;
    try {
      const made = await train(settings, session);
      checkRecord(where, 'what train returns', made, '{ model, data, options, watch }');
      const events = eventsOf(session, made, run.stop.signal);
      await events.next(); // the model is in use now, for the calls that come after this one
      return events;
    } catch (error) {
      running = undefined;
      throw error;
    }
  };

  const work = async (run: Run, settings: Settings): Promise<History | undefined> => {
    const events = await queue.inTurn(() => begin(run, settings));
    try {
      while (!run.left) {
        const { done, value } = await events.next();
        if (done) return value;
        await run.credit.spend();
        if (!run.left) answer({ id: run.id, kind: 'event', event: value });
      }
      return undefined;
    } finally {
      await events.return(undefined as never);
      running = undefined;
    }
  };

  port.addEventListener('message', ({ data }) => {
    const request = data as Request;
    if (typeof request?.id !== 'number') return;
    const { id } = request;
    if (request.kind === 'call') {
      settle(
        id,
        queue.inTurn(() => call(request.name, request.args)),
      );
    } else if (request.kind === 'train') {
      const run: Run = {
        id,
        credit: createCredit(request.ahead),
        stop: new AbortController(),
        left: false,
      };
      runs.set(id, run);
      settle(
        id,
        work(run, request.settings as Settings).finally(() => runs.delete(id)),
      );
    } else {
      const run = runs.get(id);
      if (!run) return;
      if (request.kind === 'leave') run.left = true;
      if (request.kind === 'read') run.credit.add();
      else {
        run.stop.abort();
        run.credit.lift();
      }
    }
  });
  port.start?.();
}

/** The events of a run, with the embeddings of the watched examples among them; the first comes before all, empty. */
async function* eventsOf(
  session: Session,
  made: object,
  signal: AbortSignal,
): AsyncGenerator<ServedEvent, History, void> {
  const {
    model,
    data,
    options,
    watch: given,
  } = readOptions('serveTraining (train)', trainingRun, made);
  const watch = given && readOptions('serveTraining (watch)', watchedExamples, given);
  session.use(model);
  let [steps, watched] = [0, -1];
  const look = async (): Promise<ServedEvent> => {
    const { data: embeddings, shape } = await session.embed(watch!.examples);
    if (watch?.items) await session.index!.upsert({ data: embeddings, shape }, watch.items);
    watched = steps;
    return { kind: 'watch', step: steps, embeddings, dims: shape[1] };
  };

  yield { kind: 'watch', step: 0, embeddings: new Float32Array(0), dims: model.dims };
  if (watch) yield await look();
  const events = model.train(data, { ...options, signal });
  try {
    for (;;) {
      const { done, value } = await events.next();
      if (done) {
        if (watch && watched !== steps) yield await look();
        return value;
      }
      yield value;
      if (value.kind !== 'step') continue;
      steps++;
      if (watch && steps % watch.everySteps === 0) yield await look();
      await yieldToEvents(); // calls of the page are served between any two steps
    }
  } finally {
    await events.return(undefined as never);
  }
}

function checkIdle(where: string, running: Run | undefined): void {
  if (running === undefined) return;
  throw new MetricLearningError({
    where,
    expected: 'a worker that is not training',
    got: 'one whose training has not ended',
    fix: 'Abort the signal of the other run, or leave its loop, and await its end.',
  });
}
