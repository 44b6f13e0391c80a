import {
  memory,
  mul,
  type Optimizer,
  train as optimizers,
  type Scalar,
  sqrt,
  sum,
  type Variable,
} from '@tensorflow/tfjs-core';
import { type LayersModel, layers, sequential } from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import {
  type Loss,
  mPerClassSampler,
  TripletModel,
  tripletLoss,
  tripletMarginLoss,
} from '../../src/index.ts';
import { networkVariables } from '../../src/networks/networkState.ts';
import { ownerName, slotLists } from '../../src/training/optimizer/optimizerSlots.ts';
import { clusters } from '../support/clusters.ts';
import { everyLoss } from '../support/everyLoss.ts';
import { everyOptimizer } from '../support/everyOptimizer.ts';
import { everySampler } from '../support/everySampler.ts';
import { everything } from '../support/everything.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';
import { glorot } from '../support/glorot.ts';
import { statefulLosses } from '../support/statefulLosses.ts';
import { zoo } from '../support/zoo.ts';

const data = clusters(24);
const held = clusters(15, 3, 2);
const online = { sampler: mPerClassSampler({ m: 4, length: 24 }), batchSize: 12 };
const plain = zoo[0]?.[1] as () => LayersModel;

const overLabels = everyLoss.filter(({ make }) => make().accepts.reference !== 'needed');
const remembering = statefulLosses(3);
const losses: readonly (readonly [name: string, make: () => Loss])[] = [
  ...overLabels.map(({ name, make }) => [name, make] as const),
  ...remembering,
];

function compiled(
  base: LayersModel,
  loss: Parameters<TripletModel['compile']>[0]['loss'] = tripletMarginLoss(),
  optimizer: Optimizer = optimizers.adam(0.01),
): TripletModel {
  const model = new TripletModel(base);
  model.compile({ optimizer, loss });
  return model;
}

describe('Held-out data never teach', () => {
  test.each(losses)('%s', async (_, make) => {
    const run = async (validation?: typeof held): Promise<unknown> => {
      const loss = make();
      const model = compiled(plain(), loss);
      const options = validation === undefined ? online : { ...online, validation };
      const { stepLoss } = await model.fit(data, { ...options, epochs: 2 });
      const before = await everything(model, loss);
      if (validation !== undefined) await model.evaluate(validation);
      expect(await everything(model, loss)).toEqual(before);
      return { stepLoss, ...before };
    };
    expect(await run(held)).toEqual(await run());
  });

  test.each(zoo)('through %s', async (_, make) => {
    const run = async (validation?: typeof held): Promise<unknown> => {
      const loss = tripletMarginLoss();
      const model = compiled(make(), loss);
      const options = validation === undefined ? online : { ...online, validation };
      const { stepLoss } = await model.fit(data, { ...options, epochs: 2 });
      return { stepLoss, ...(await everything(model, loss)) };
    };
    expect(await run(held)).toEqual(await run());
  });
});

/** Trains one epoch of two steps whose second step fails; all must be as it is after the first. */
async function expectStepUndone(
  base: () => LayersModel,
  make: () => Loss,
  optimizer?: () => Optimizer,
): Promise<void> {
  const expected = make();
  const whole = compiled(base(), expected, optimizer?.());
  await whole.fit(data, { ...online, maxSteps: 1 });

  const loss = make();
  const model = compiled(base(), loss, optimizer?.());
  let calls = 0;
  const run = model.fit(data, {
    ...online,
    augment: (x) => (++calls === 2 ? mul(x, Number.NaN) : mul(x, 1)),
  });
  await expect(run).rejects.toThrow(/not finite|finite/);
  expect(await everything(model, loss)).toEqual(await everything(whole, expected));
  // It goes on as if the step had never been: nothing is left of it, in no place.
  await expectNoLeak(async () => {
    await expect(
      model.fit(data, { ...online, augment: (x) => mul(x, Number.NaN) }),
    ).rejects.toThrow('finite');
  });
}

describe('A step that is not finite changes nothing', () => {
  test.each(zoo)('in %s', async (_, make) => {
    await expectStepUndone(make, tripletMarginLoss);
  });
  test.each(losses)('in %s', async (_, make) => {
    await expectStepUndone(plain, make);
  });
  test.each(everyOptimizer)('in %s', async (_, make) => {
    await expectStepUndone(plain, tripletMarginLoss, make);
  });

  test('also when it is the optimizer that makes weights NaN, as tfjs` centered rmsprop does', async () => {
    const model = compiled(
      plain(),
      tripletMarginLoss(),
      optimizers.rmsprop(0.01, 0.9, 0.1, 0.01, true),
    );
    const before = await everything(model, {});
    await expect(model.fit(data, online)).rejects.toThrow(
      /a finite loss and finite weights.*The weights are as they were before that step. tfjs' centered rmsprop takes the root of a negative number where a gradient is small: use rmsprop without centered, or adam./,
    );
    expect(await everything(model, {})).toEqual(before);
  });

  test('also when the loss is finite and a gradient is not', async () => {
    let calls = 0;
    const make = (): Loss => ({
      ...tripletMarginLoss(),
      compute(embeddings) {
        const values = sum<Scalar>(embeddings);
        return ++calls % 2 === 0 ? mul(sqrt(mul(values, 0)), 1) : values; // the slope of a root at 0 is infinite
      },
    });
    const model = compiled(plain(), make());
    const before: unknown[] = [];
    const run = model.fit(data, {
      ...online,
      onStep: async () => before.push(await everything(model, {})),
    });
    await expect(run).rejects.toThrow(
      /expected a finite loss and finite gradients, got loss 0 at step 2/,
    );
    expect(await everything(model, {})).toEqual(before[0]);
  });
});

describe('The best epoch comes back whole', () => {
  const scores = [Number.NaN, 0.9, 0.5, Number.NaN, 0.1];

  async function expectBest(make: () => LayersModel, loss: Loss): Promise<void> {
    const model = compiled(make(), loss);
    let best: unknown;
    let epoch = 0;
    const history = await model.fit(data, {
      ...online,
      epochs: 5,
      validation: held,
      validationMetrics: { score: () => scores[epoch++] as number },
      earlyStopping: { monitor: 'score', patience: 4 },
      async onEpoch(event) {
        if (event.epoch !== 2) return;
        const { network, loss: state } = await everything(model, loss);
        best = { network, state };
      },
    });
    expect(history.bestEpoch).toBe(2);
    const { network, loss: state } = await everything(model, loss);
    expect({ network, state }).toEqual(best);
  }

  test.each(zoo)('of %s', async (_, make) => expectBest(make, tripletMarginLoss()));
  test.each(remembering)('of %s', async (_, make) => expectBest(plain, make()));

  test('and there is none where no value is a number', async () => {
    const model = compiled(plain());
    const history = await model.fit(data, {
      ...online,
      epochs: 9,
      validation: held,
      validationMetrics: { score: () => Number.NaN },
      earlyStopping: { monitor: 'score', patience: 2 },
    });
    expect([history.bestEpoch, history.stopped, history.loss.length]).toEqual([0, true, 2]);
  });
});

test('A network whose embeddings depend on the batches before is refused', () => {
  const initializers = { kernelInitializer: glorot(1), recurrentInitializer: glorot(2) };
  const layer = { units: 3, stateful: true, ...initializers };
  const base = sequential({
    layers: [layers.lstm({ ...layer, batchInputShape: [12, 2, 2], name: 'remembering' })],
  });
  expect(() => new TripletModel(base)).toThrow(
    'TripletModel: expected a base whose embedding of an example does not depend on the examples before it, got the layer remembering with stateful: true. Leave stateful out: each example is then a sequence of its own.',
  );
  base.dispose();
});

describe('Frozen is frozen', () => {
  test.each(zoo.filter(([name]) => name.includes('frozen')))('in %s', async (_, make) => {
    const base = make();
    const trained = new Set(base.trainableWeights.map((weight) => weight.id));
    const frozen = (): unknown =>
      base.weights
        .filter(({ id }) => !trained.has(id))
        .map((weight) => [weight.originalName, ...weight.read().dataSync()]);
    const before = frozen();
    await compiled(base).fit(data, { ...online, epochs: 3 });
    expect(frozen()).toEqual(before);
    expect(trained.size).toBe(2);
  });

  test.each(zoo)('all but the last layer of %s, and trained again later', async (_, make) => {
    const base = make();
    const layersOf = base.layers.filter(({ weights }) => weights.length > 0);
    const lower = layersOf.slice(0, -1);
    const wasTrained = lower.map(({ trainable }) => trainable);
    const valuesOf = (some: readonly layers.Layer[]): number[][] =>
      some.flatMap(({ weights }) => weights.map((weight) => [...weight.read().dataSync()]));
    const model = compiled(base);
    for (const layer of lower) layer.trainable = false;
    const before = valuesOf(lower);
    const last = valuesOf(layersOf.slice(-1));
    await model.fit(data, { ...online, epochs: 2 });
    expect(valuesOf(lower)).toEqual(before);
    expect(valuesOf(layersOf.slice(-1))).not.toEqual(last);

    lower.forEach((layer, i) => {
      layer.trainable = wasTrained[i] as boolean;
    });
    await model.fit(data, { ...online, epochs: 2 });
    const owners = new Map(networkVariables(base).map((one) => [one.name, one.shape]));
    for (const [, slots] of slotLists(model.network.optimizer)) {
      expect(slots.map(ownerName).sort()).toEqual(
        base.trainableWeights.map((weight) => (weight.read() as Variable).name).sort(),
      );
      for (const slot of slots) expect(slot.variable.shape).toEqual(owners.get(ownerName(slot)));
    }
    if (wasTrained.includes(true)) expect(valuesOf(lower)).not.toEqual(before);
  });

  test('a frozen batch normalization normalizes as it does in inference', async () => {
    const base = zoo.find(([name]) => name === 'frozen layers')?.[1]() as LayersModel;
    const model = compiled(base, tripletMarginLoss(), optimizers.sgd(0));
    const embeddings = model.embed(data.examples);
    const norms = embeddings.arraySync().map((row) => Math.hypot(...row));
    embeddings.dispose();
    const mean = norms.reduce((sum, norm) => sum + norm, 0) / norms.length;
    const seen: number[] = [];
    const sampler = {
      kind: 'batches' as const,
      name: 'all',
      sample: () => [Int32Array.from(data.labels, (_, i) => i)],
    };
    await model.fit(data, { sampler, onStep: ({ embeddingNorm }) => seen.push(embeddingNorm) });
    expect(seen[0]).toBeCloseTo(mean, 5);
    // The layers themselves are as the user made them.
    expect(base.layers.map((layer) => Object.hasOwn(layer, 'call'))).toEqual([false, false, false]);
  });
});

describe('The moments of an optimizer belong to their variables', () => {
  const net = (): LayersModel =>
    sequential({
      layers: [
        layers.dense({ inputShape: [4], units: 4, kernelInitializer: glorot(1) }),
        layers.dense({ units: 4, kernelInitializer: glorot(2) }),
      ],
    });

  test.each(everyOptimizer)('when layers are unfrozen and frozen: %s', async (name, make) => {
    const base = net();
    const model = compiled(base, tripletMarginLoss(), make());
    const [lower, upper] = base.layers as [layers.Layer, layers.Layer];
    const momentsOf = (layer: layers.Layer): unknown => {
      const names = new Set(layer.weights.map((weight) => (weight.read() as Variable).name));
      return slotLists(model.network.optimizer).map(([list, slots]) => [
        list,
        slots
          .filter((slot) => names.has(ownerName(slot)))
          .map(({ originalName, variable }) => [originalName, ...variable.dataSync()]),
      ]);
    };
    lower.trainable = false;
    await model.fit(data, online);
    const before = momentsOf(upper);
    lower.trainable = true;
    upper.trainable = false;
    await model.fit(data, online);
    expect(momentsOf(upper)).toEqual(before); // not trained: untouched
    upper.trainable = true;
    await model.fit(data, online);
    if (name !== 'sgd') expect(momentsOf(upper)).not.toEqual(before);
    for (const [, slots] of slotLists(model.network.optimizer)) {
      const owners = slots.map(ownerName);
      expect(new Set(owners).size).toBe(owners.length);
      const shapes = new Map(networkVariables(base).map((one) => [one.name, one.shape]));
      for (const slot of slots) expect(slot.variable.shape).toEqual(shapes.get(ownerName(slot)));
    }
  });

  test('of a disposed network are freed', async () => {
    const optimizer = optimizers.adam(0.01);
    const { numTensors } = memory();
    for (let i = 0; i < 3; i++) {
      const base = plain();
      const model = compiled(base, tripletMarginLoss(), optimizer);
      await model.fit(data, online);
      model.dispose();
      base.dispose();
    }
    expect(memory().numTensors).toBe(numTensors + 8); // two moments of four variables
    optimizer.dispose();
  });
});

describe('Held-out data have a sampler of their own', () => {
  test.each(everySampler(data.labels).map((sampler) => [sampler.name, sampler] as const))(
    'beside %s',
    async (_, sampler) => {
      const history = await compiled(plain()).fit(data, {
        sampler,
        batchSize: 12,
        validation: held,
      });
      expect(history.valLoss).toHaveLength(1);
      expect(history.valLoss[0]).toBeGreaterThanOrEqual(0);
    },
  );

  test('or are a stream, which is measured as the same examples in memory', async () => {
    const validationSampler = mPerClassSampler({ m: 4, length: 12 });
    const run = async (validation: Parameters<TripletModel['fit']>[0]): Promise<unknown> => {
      const metrics = { score: (e: { shape: number[] }) => e.shape[0] as number };
      const options = { ...online, validation, validationSampler, validationMetrics: metrics };
      const { valLoss, metrics: measured } = await compiled(plain()).fit(data, {
        ...options,
        epochs: 2,
      });
      return { valLoss, measured };
    };
    const stream = {
      *stream() {
        for (let start = 0; start < 15; start += 5) {
          const examples = held.examples.subarray(4 * start, 4 * start + 20);
          yield { examples, labels: held.labels.subarray(start, start + 5) };
        }
      },
    };
    expect(await run(stream)).toEqual(await run(held));
  });

  test('are evaluated as a stream as they are in memory', async () => {
    const model = compiled(plain());
    await model.fit(data, online);
    const stream = function* (): Generator<typeof held> {
      for (let start = 0; start < 15; start += 6) {
        const examples = held.examples.subarray(4 * start, 4 * start + 24);
        yield { examples, labels: held.labels.subarray(start, start + 6) };
      }
    };
    expect(await model.evaluate({ stream })).toEqual(await model.evaluate(held));
    await expectNoLeak(() => model.evaluate({ stream }));
    await expectNoLeak(async () => {
      const oneClass = function* (): Generator<typeof held> {
        yield { examples: held.examples.subarray(0, 8), labels: Int32Array.of(1, 1) };
      };
      await expect(model.evaluate({ stream: oneClass })).rejects.toThrow(
        /^TripletModel.evaluate: expected held-out examples that/,
      );
      await expect(model.evaluate({ stream: () => [] })).rejects.toThrow('at least one batch');
      await expect(model.evaluate({ stream: 3 } as never)).rejects.toThrow('stream');
    });
  });

  test.each(remembering.filter(([, make]) => make().accepts.classes))(
    'may be of classes that %s does not know: metrics alone are measured',
    async (_, make) => {
      const labels = held.labels.map((label) => label + 1);
      const run = async (rest: object): Promise<unknown> => {
        const model = compiled(plain(), make());
        const options = { ...online, validation: { ...held, labels }, ...rest };
        const { valLoss, metrics } = await model.fit(data, options);
        return { valLoss, metrics };
      };
      const validationMetrics = { classes: (_: unknown, ids: Int32Array) => new Set(ids).size };
      expect(await run({ validationMetrics })).toEqual({ valLoss: [], metrics: { classes: [3] } });
      await expect(run({})).rejects.toThrow(
        /^TripletModel.fit \(validation\): expected held-out examples of the classes that .* is trained on, or metrics for them, got class 3, which the training set does not have/,
      );
      await expect(run({ validationMetrics, earlyStopping: {} })).rejects.toThrow(
        'expected monitor to be one of loss, classes, got valLoss',
      );
    },
  );

  test('may have a class with one example, and say that an error is about them', async () => {
    const labels = [...held.labels];
    labels[0] = 9;
    const model = compiled(plain(), tripletLoss(1));
    const { valLoss } = await model.fit(data, { validation: { ...held, labels } });
    expect(valLoss[0]).toBeGreaterThan(0);
    await expect(
      model.fit(data, { validation: { ...held, labels: labels.map(() => 1) } }),
    ).rejects.toThrow(/^TripletModel.fit \(validation\): expected held-out examples that/);
  });
});
