import { memory, tensor2d } from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { afterEach, describe, expect, test } from 'vitest';
import {
  connectTraining,
  type ServedEvent,
  serveTraining,
  type TrainingConnection,
  type TrainingService,
} from '../../src/browser.ts';
import { MetricLearningError, TripletModel, tripletLoss } from '../../src/index.ts';
import { channel } from '../support/channel.ts';

interface Settings {
  readonly steps: number;
  readonly watch?: boolean;
}

/** Two kinds of points: near (0, 1), and near (1, 0). */
const points = Float32Array.from([0, 1, 0.1, 1, 0, 0.9, 1, 0, 1, 0.1, 0.9, 0]);
const labels = [0, 0, 0, 1, 1, 1];

const trainPoints = ({
  steps,
  watch,
}: Settings): ReturnType<NonNullable<TrainingService['train']>> => {
  const base = sequential({
    layers: [layers.dense({ units: 2, inputShape: [2], kernelInitializer: 'identity' })],
  });
  const model = new TripletModel(base);
  model.compile({ optimizer: 'sgd', loss: tripletLoss(1) });
  return {
    model,
    data: { examples: points, labels },
    options: { maxSteps: steps, batchSize: 2 },
    ...(watch && {
      watch: {
        examples: points,
        everySteps: 2,
        items: labels.map((label, i) => ({ id: `point ${i}`, label })),
      },
    }),
  };
};

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

function connect(
  service: TrainingService<Settings> = { train: trainPoints },
): TrainingConnection<Settings> {
  const { page, worker, close } = channel();
  serveTraining(worker, service);
  open.push(close);
  return connectTraining<Settings>(page);
}

async function all(
  connection: TrainingConnection<Settings>,
  settings: Settings,
): Promise<ServedEvent[]> {
  const events: ServedEvent[] = [];
  for await (const event of connection.train(settings)) events.push(event);
  return events;
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

describe('A page that trains in a worker', () => {
  test('gets every step, every epoch and, at the end, the history', async () => {
    const training = connect().train({ steps: 5 });
    const kinds: string[] = [];
    let step = await training.next();
    for (; !step.done; step = await training.next()) kinds.push(step.value.kind);
    expect(kinds.filter((kind) => kind === 'step')).toHaveLength(5);
    expect(kinds.at(-1)).toBe('epoch');
    expect(step.value.stepLoss).toHaveLength(5);
  });

  test('gets the numbers that the same training gives without a border', async () => {
    const events = await all(connect(), { steps: 4 });
    const { model, data, options } = await trainPoints({ steps: 4 });
    const { stepLoss } = await model.fit(data, options);
    expect(events.flatMap((event) => (event.kind === 'step' ? [event.loss] : []))).toEqual(
      stepLoss,
    );
  });

  test('gets the embeddings of watched examples before, while and after, which can be searched', async () => {
    const connection = connect();
    const events = await all(connection, { steps: 5, watch: true });
    const looks = events.flatMap((event) => (event.kind === 'watch' ? [event] : []));
    expect(looks.map(({ step }) => step)).toEqual([0, 2, 4, 5]);
    expect(looks[0]).toMatchObject({ dims: 2, embeddings: points });
    const [hits] = await connection.search(Float32Array.of(0, 1), 2);
    expect(hits?.map(({ label }) => label)).toEqual([0, 0]);
  });

  test('pauses training when it does not read, and goes on where it stopped', async () => {
    let taken = 0;
    const connection = connect({
      train: async (settings) => {
        const run = await trainPoints(settings);
        return { ...run, options: { ...run.options, learningRate: () => 0.01 + 0 * taken++ } };
      },
    });
    const training = connection.train({ steps: 40 }, { ahead: 3 });
    await training.next();
    await pause(100);
    const atRest = taken;
    expect(atRest).toBeLessThanOrEqual(6);
    await pause(50);
    expect(taken).toBe(atRest);
    let steps = 1;
    for await (const { kind } of training) if (kind === 'step') steps++;
    expect([steps, taken]).toEqual([40, 40]);
  });

  test('ends it by a signal: the last epoch says that it was stopped', async () => {
    const controller = new AbortController();
    const events: ServedEvent[] = [];
    for await (const event of connect().train({ steps: 1e6 }, { signal: controller.signal })) {
      events.push(event);
      if (events.length === 3) controller.abort();
    }
    expect(events.at(-1)).toMatchObject({ kind: 'epoch', stopped: true });
    expect(events.length).toBeLessThan(40);
  });

  test('ends it by leaving the loop: the worker can train again', async () => {
    const connection = connect();
    for await (const event of connection.train({ steps: 1e6 })) if (event.kind === 'step') break;
    expect((await all(connection, { steps: 2 })).length).toBeGreaterThan(2);
  });

  test('recognizes between two steps', async () => {
    const connection = connect();
    const training = connection.train({ steps: 1e6 });
    await training.next();
    await connection.enrol('up', Float32Array.of(0, 1));
    const [found] = await connection.recognize(Float32Array.of(0, 1), { threshold: 0.5 });
    expect(found?.name).toBe('up');
    await training.return(undefined as never);
  });

  test('trains one at a time', async () => {
    const connection = connect();
    const first = connection.train({ steps: 1e6 });
    await first.next();
    await expect(all(connection, { steps: 1 })).rejects.toThrow(
      'connection.train: expected a worker that is not training',
    );
    await first.return(undefined as never);
  });

  test('gets the error of a training that cannot be', async () => {
    const connection = connect({
      train: async (settings) => ({ ...(await trainPoints(settings)), options: { epochs: 0 } }),
    });
    const error = await all(connection, { steps: 1 }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(MetricLearningError);
    expect((error as MetricLearningError).where).toBe('TripletModel.fit');
    expect((error as Error).message).toContain('epochs to be a whole number >= 1, got epochs: 0');
  });
});

describe('A page that recognizes in a worker', () => {
  const trained = async (): Promise<TrainingConnection<Settings>> => {
    const connection = connect();
    await all(connection, { steps: 1 });
    return connection;
  };

  test('enrols, recognizes, and forgets; what is like nothing has no name', async () => {
    const connection = await trained();
    await connection.enrol('up', Float32Array.of(0, 1, 0, 0.9));
    await connection.enroll('right', Float32Array.of(1, 0));
    const examples = Float32Array.of(0.05, 1, 1, 0.05, -9, -9);
    const names = async (): Promise<(string | null)[]> =>
      (await connection.recognize(examples, { threshold: 0.6 })).map(({ name }) => name);
    expect(await names()).toEqual(['up', 'right', null]);
    expect(await connection.forget('up')).toBe(2);
    expect(await names()).toEqual([null, 'right', null]);
  });

  test('keeps what it passes in, and can move it instead', async () => {
    const connection = await trained();
    const examples = Float32Array.of(0, 1);
    const { data, shape } = await connection.embed(examples);
    expect([shape, data.length, examples.length]).toEqual([[1, 2], 2, 2]);

    const { page, worker, close } = channel();
    open.push(close);
    serveTraining(worker, { train: trainPoints });
    const moving = connectTraining<Settings>(page, { transfer: true });
    await all(moving, { steps: 1 });
    await moving.embed(examples);
    expect(examples.length).toBe(0);
  });

  test('packs a bundle that another worker opens, and that answers the same', async () => {
    const connection = await trained();
    await connection.enrol('up', Float32Array.of(0, 1));
    await expect(connection.bundle()).rejects.toThrow('connection.bundle: expected a threshold');
    const bytes = await connection.bundle({
      threshold: 0.5,
      names: { up: 'Up' },
      scores: { good: 1 },
    });
    const other = connect();
    expect(await other.open(bytes)).toMatchObject({
      dims: 2,
      threshold: 0.5,
      names: { up: 'Up' },
      scores: { good: 1 },
      items: [{ label: 'up' }],
    });
    const asked = Float32Array.of(0.1, 1);
    const [mine, others] = [
      await connection.recognize(asked, { threshold: 0.5 }),
      await other.recognize(asked),
    ];
    expect(others[0]?.name).toBe('Up');
    expect(others[0]?.distance).toBe(mine[0]?.distance);
  });

  test('is served in the order of its calls', async () => {
    const connection = await trained();
    const order: number[] = [];
    const calls = [
      connection.enrol('up', Float32Array.of(0, 1)),
      connection.forget('up'),
      connection.search(points, 1),
    ];
    await Promise.all(calls.map((call, i) => call.then(() => order.push(i))));
    expect(order).toEqual([0, 1, 2]);
    expect(await calls[2]).toEqual([[], [], [], [], [], []]);
  });

  test('calls functions of its own, and hears what went wrong in them', async () => {
    const connection = connect({
      start: () => pause(5),
      calls: {
        double: (_, value: number) => 2 * value,
        fail: () => {
          throw new RangeError('too far');
        },
        unsendable: () => () => 1,
      },
    });
    expect(await connection.call('double', 21)).toBe(42);
    await expect(connection.call('fail')).rejects.toMatchObject({
      name: 'RangeError',
      message: 'too far',
    });
    await expect(connection.call('unsendable')).rejects.toThrow('could not be cloned');
    await expect(connection.call('triple')).rejects.toThrow(
      'connection.call: expected the name of a function in calls (double, fail, unsendable), got "triple".',
    );
  });

  test('is told what to do first', async () => {
    await expect(connect().embed(points)).rejects.toThrow(
      'expected a worker with a model, got one without',
    );
    await expect(connect({}).train({ steps: 1 }).next()).rejects.toThrow(
      'expected a worker that can train',
    );
    await expect(connect().embed(tensor2d([[1, 2]]) as never)).rejects.toThrow(
      'pass await tensor.data()',
    );
  });

  test('rejects what is open when it is closed, and what comes after', async () => {
    const connection = await trained();
    const waiting = connection.embed(points);
    connection.close();
    await expect(waiting).rejects.toThrow('got one that was closed');
    await expect(connection.embed(points)).rejects.toThrow('got one that was closed');
  });
});

test('A model is freed when another takes its place', async () => {
  const connection = connect();
  await all(connection, { steps: 1, watch: true });
  const { numTensors } = memory();
  await all(connection, { steps: 3, watch: true });
  expect(memory().numTensors).toBe(numTensors);
});

describe('A pool of workers', () => {
  /** Three workers, and how often each of them has embedded. */
  function pool(): { connection: TrainingConnection<Settings>; close(): void } {
    const ends = [0, 1, 2].map(() => channel());
    for (const { worker } of ends) serveTraining<Settings>(worker, { train: trainPoints });
    const connection = connectTraining<Settings>(ends.map(({ page }) => page));
    return {
      connection,
      close() {
        for (const { close } of ends) close();
      },
    };
  }

  test('embeds as one worker does, in the order of the examples, also after more training', async () => {
    const { connection, close } = pool();
    open.push(close);
    const one = connect();
    for (const steps of [3, 6]) {
      await all(connection, { steps });
      await all(one, { steps });
      for (const count of [6, 5, 2, 1]) {
        const examples = points.slice(0, 2 * count);
        const { data, shape } = await connection.embed(examples);
        expect(shape).toEqual([count, 2]);
        const alone = await one.embed(examples);
        for (const [i, value] of data.entries()) expect(value).toBeCloseTo(alone.data[i]!, 5);
      }
    }
  });

  test('embeds in the first worker while it trains, and answers its other calls', async () => {
    const { connection, close } = pool();
    open.push(close);
    const events = connection.train({ steps: 4, watch: true });
    await events.next();
    expect((await connection.embed(points)).shape).toEqual([6, 2]);
    const [hits] = await connection.search(points.slice(0, 2), 1);
    expect(hits?.[0]?.label).toBe(0);
    await events.return(undefined as never);
  });

  test('says what is wrong as one worker does', async () => {
    const { connection, close } = pool();
    open.push(close);
    await expect(connection.embed(points)).rejects.toThrow(/Open a bundle first/);
    await all(connection, { steps: 1 });
    await expect(connection.embed(points.slice(0, 3))).rejects.toThrow(MetricLearningError);
    await expect(connection.embed('points' as never)).rejects.toThrow(/connection\.embed/);
    expect(() => connectTraining([])).toThrow(/a Worker, or a MessagePort/);
  });
});
