import { io, memory } from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import {
  batchEasyHardMiner,
  batchHardMiner,
  consecutiveTripletsSampler,
  cosFaceLoss,
  distanceWeightedMiner,
  type Loss,
  type Miner,
  mPerClassSampler,
  multipleLosses,
  multiSimilarityMiner,
  pairMarginMiner,
  semiHardMiner,
  supConLoss,
  TripletModel,
  tripletLoss,
  tripletMarginLoss,
} from '../../src/index.ts';
import { everyLoss } from '../support/everyLoss.ts';
import { glorot } from '../support/glorot.ts';
import { rings } from '../support/rings.ts';
import { statefulLosses } from '../support/statefulLosses.ts';
import { weightsOf } from '../support/weightsOf.ts';

const data = rings(48);
const online = { sampler: mPerClassSampler({ m: 4, length: 36 }), batchSize: 12 };
const sizes = { classes: 3, dims: 4 };

const remembering = statefulLosses(4);
const overLabels = everyLoss.filter(({ make }) => make().accepts.reference !== 'needed');
const losses: readonly (readonly [name: string, make: () => Loss])[] = [
  ...overLabels.map(({ name, make }) => [name, make] as const),
  ...remembering,
];

const miners: readonly Miner[] = [
  semiHardMiner(),
  batchHardMiner(),
  batchEasyHardMiner(),
  distanceWeightedMiner(),
  multiSimilarityMiner(),
  pairMarginMiner(),
];

function build(loss: Parameters<TripletModel['compile']>[0]['loss']): TripletModel {
  const dense = layers.dense({ inputShape: [2], units: 4, kernelInitializer: glorot(1) });
  const model = new TripletModel(sequential({ layers: [dense] }));
  model.compile({ optimizer: 'adam', loss });
  return model;
}

/** Trains twice; the second time nothing may be left behind. */
async function expectTraining(
  loss: Loss,
  options: Parameters<TripletModel['fit']>[1],
): Promise<void> {
  const model = build(loss);
  const before = weightsOf(model);
  const first = await model.fit(data, options);
  const { numTensors } = memory();
  const second = await model.fit(data, options);
  expect(memory().numTensors).toBe(numTensors);
  expect([...first.stepLoss, ...second.stepLoss].every(Number.isFinite)).toBe(true);
  expect(weightsOf(model)).not.toEqual(before);
}

describe.each(losses)('TripletModel.fit takes %s', (_, make) => {
  test('on batches, and with ready triplets', async () => {
    await expectTraining(make(), online);
    await expectTraining(make(), { sampler: consecutiveTripletsSampler(), batchSize: 8 });
  });
});

const mined = losses.filter(([, make]) => {
  const { tuples, classes } = make().accepts;
  return tuples === 'tuples' && !classes;
});

describe.each(miners.map((miner) => [miner.name, miner] as const))('and %s', (_, miner) => {
  test.each(mined)('with %s', async (__, make) => {
    const model = build(make());
    const { stepLoss } = await model.fit(data, { ...online, miner });
    expect(stepLoss.every(Number.isFinite)).toBe(true);
  });
});

test.each(remembering)(
  'what %s has learned is saved and loaded with the model',
  async (_, make) => {
    const loss = make();
    const model = build(loss);
    const fresh = await make().state();
    await model.fit(data, online);
    const learned = await loss.state();
    expect(learned).not.toEqual(fresh);

    let saved: io.ModelArtifacts = {};
    await model.save(
      io.withSaveHandler(async (artifacts) => {
        saved = artifacts;
        return { modelArtifactsInfo: io.getModelArtifactsInfoForJSON(artifacts) };
      }),
    );
    const loaded = await TripletModel.load(io.fromMemory(saved));
    const again = make();
    again.restore(loaded.lossState as NonNullable<typeof loaded.lossState>);
    expect(await again.state()).toEqual(learned);
    expect(weightsOf(loaded)).toEqual(weightsOf(model));

    // Both go on alike.
    loaded.compile({ optimizer: 'adam', loss: again });
    model.compile({ optimizer: 'adam', loss });
    const [here, there] = [await model.fit(data, online), await loaded.fit(data, online)];
    expect(there.stepLoss).toEqual(here.stepLoss);
  },
);

test('several weighted losses, one over ready triplets: all see the same batch', async () => {
  const model = build(
    multipleLosses([
      { loss: tripletMarginLoss({ margin: 0.3 }), miner: batchHardMiner() },
      { loss: supConLoss(), coefficient: 0.25 },
      { loss: cosFaceLoss(sizes), coefficient: 0.1 },
    ]),
  );
  const { stepLoss } = await model.fit(data, { ...online, epochs: 3 });
  expect(stepLoss).toHaveLength(9);
  expect(stepLoss.every(Number.isFinite)).toBe(true);
});

test('tripletLoss takes miners of triplets, and refuses those of pairs', async () => {
  const { stepLoss } = await build(tripletLoss(1)).fit(data, { ...online, miner: semiHardMiner() });
  expect(stepLoss.every(Number.isFinite)).toBe(true);
  await expect(
    build(tripletLoss(1)).fit(data, { ...online, miner: pairMarginMiner() }),
  ).rejects.toThrow('got a miner that gives pairs');
});
