import { join } from 'node:path';
import { train as optimizers } from '@tensorflow/tfjs-core';
import {
  consecutiveTripletsSampler,
  cosineDecay,
  createRandom,
  inverseTimeDecay,
  type LearningRate,
  precisionAt1,
  randomTripletsSampler,
  smallConvNet,
  TripletModel,
  tripletLoss,
} from 'tfjs-metric-learning';
import type { Config } from './config.ts';
import { type ImageSet, readImages } from './data.ts';
import { startEngine } from './engine.ts';
import { drawCurve, drawMaps, drawModel } from './pictures.ts';
import { createProgress, duration } from './progress.ts';
import { classReport } from './report.ts';
import { createRunFolder, type RunCard, writeRunCard } from './runFolder.ts';

export interface TrainSettings {
  readonly data: string | undefined;
  readonly limit: number | undefined;
  readonly out: string;
  readonly map: boolean;
}

/** The whole job: train, validate, save, report, draw. */
export async function trainCommand(config: Config, settings: TrainSettings): Promise<void> {
  const { data: folder, limit } = settings;
  const { pixelScale } = config;
  const train = await readImages('train', { folder, limit, pixelScale });
  const test = await readImages('t10k', { folder, limit, pixelScale });
  const run = await createRunFolder(settings.out, config.name);
  const engine = await startEngine(config);

  const sampler =
    config.sampler === 'random' ? randomTripletsSampler() : consecutiveTripletsSampler();
  const count = (set: ImageSet): number =>
    sampler.sample(set.labels, createRandom(0)).anchor.length;
  const triplets = count(train);
  console.log(`Backend ${engine}`);
  console.log(`Run     ${run}`);
  console.log(`Train on ${triplets} triplets, validate on ${count(test)} triplets`);

  const progress = createProgress(process.stdout, config.batchSize, triplets);
  const base = smallConvNet({ inputShape: [train.height, train.width, 1], seed: config.seed });
  const model = new TripletModel(base);
  model.compile({
    optimizer: optimizers.adam(config.learningRate),
    loss: tripletLoss(config.margin),
  });

  const stop = stopOnInterrupt();
  const history = await model.fit(train.dataset, {
    sampler,
    batchSize: config.batchSize,
    epochs: config.epochs,
    validation: test.dataset,
    seed: config.seed,
    learningRate: rateOf(config, Math.ceil(triplets / config.batchSize)),
    signal: stop.signal,
    onStep: progress.step,
    onEpoch: progress.epoch,
  });
  stop.release();

  const card = { config, engine, trainingImages: train.count, testImages: test.count, history };
  await save(run, model, card);
  if (history.stopped) {
    console.log(`Stopped. What was learned so far is in ${run}`);
    process.exitCode = 130;
    return;
  }

  const { triplets: accuracy } = await model.evaluate(test.dataset, { sampler, seed: config.seed });
  console.log(`\n${classReport(accuracy)}\n`);
  const embeddings = model.embed(test.dataset.examples);
  const precision = await precisionAt1(embeddings, test.labels);
  console.log(`Precision at 1 on ${test.count} test images: ${precision.toFixed(4)}\n`);
  await writeRunCard(run, { ...card, tripletAccuracy: accuracy.accuracy, precisionAt1: precision });
  if (settings.map) {
    const data = (await embeddings.data()) as Float32Array;
    await drawMaps(run, test, { data, shape: embeddings.shape }, config.seed, progress);
  }
  embeddings.dispose();
  console.log(`Everything is in ${run} (whole run ${duration(performance.now() / 1000)})`);
}

function rateOf(
  { schedule, learningRate, decay, epochs }: Config,
  stepsAnEpoch: number,
): LearningRate {
  return schedule === 'cosine'
    ? cosineDecay(learningRate, epochs * stepsAnEpoch)
    : inverseTimeDecay(learningRate, decay);
}

async function save(run: string, model: TripletModel, card: RunCard): Promise<void> {
  await model.save(`file://${join(run, 'model')}`);
  await writeRunCard(run, card);
  await drawCurve(run, card.history);
  await drawModel(run, model);
}

/** The first Ctrl-C ends training after its step; a second one ends the program at once. */
function stopOnInterrupt(): { signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    console.log('\nStopping after this step; Ctrl-C again to leave at once.');
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return {
    signal: controller.signal,
    release() {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
    },
  };
}
