import { join } from 'node:path';
import { type FitOptions, lpDistance, precisionAt1, type TripletModel } from 'tfjs-metric-learning';
import { checkpointFolder } from 'tfjs-metric-learning/node';
import type { Config } from './config.ts';
import { type DataSource, type ImageSet, readClassNames, readImages } from './data.ts';
import { startEngine } from './engine.ts';
import { listenForInterrupt } from './interrupt.ts';
import { drawCurve, drawModel, drawReport, drawTestSet } from './pictures.ts';
import { createProgress, duration } from './progress.ts';
import { createRecipe } from './recipe.ts';
import { classReport } from './report.ts';
import { checkpoints, createRunFolder, type RunCard, writeRunCard } from './runFolder.ts';
import { createScalars } from './scalars.ts';

export interface TrainSettings {
  readonly data: DataSource;
  readonly classNames: readonly string[] | undefined;
  readonly out: string;
  /** A run folder to go on in; undefined for a new run. */
  readonly resume: string | undefined;
  /** Whether to draw maps and report. */
  readonly map: boolean;
}

/** The whole job: train, validate, save, report, draw. */
export async function trainCommand(config: Config, settings: TrainSettings): Promise<void> {
  const { data, resume } = settings;
  const train = await readImages('train', { ...data, pixelScale: config.pixelScale });
  const test = await readImages('t10k', { ...data, pixelScale: config.pixelScale });
  const classNames = await readClassNames(settings.classNames, data, [train, test]);
  const engine = await startEngine(config);
  const recipe = await createRecipe(config, train, test);
  const { model, batchSize, unit, trained, validated } = recipe;

  const run = resume ?? (await createRunFolder(settings.out, config.name));
  const card: RunCard = {
    config,
    data,
    ...(classNames && { classNames }),
    engine,
    trainingImages: train.count,
    testImages: test.count,
  };
  await writeRunCard(run, card);
  console.log(`Backend ${engine}`);
  console.log(`Run     ${run}${resume === undefined ? '' : ', resumed'}`);
  console.log(`Train on ${trained} ${unit}, validate on ${validated} ${unit}`);
  if (recipe.augmentation !== undefined) console.log(`Images are ${recipe.augmentation}`);

  const progress = createProgress(process.stdout, batchSize, trained);
  const scalars = createScalars(run);
  const interrupt = listenForInterrupt();
  const options: FitOptions = {
    ...recipe.options,
    batchSize,
    epochs: recipe.epochs,
    validation: recipe.validation,
    seed: config.seed,
    checkpoint: {
      store: checkpointFolder(join(run, checkpoints)),
      everySteps: 200,
      resume: resume !== undefined,
      onDamaged: ({ message }) => console.log(`${message} The one before it is taken.`),
    },
    signal: interrupt.signal,
    onStep(event) {
      progress.step(event);
      scalars.step(event);
    },
    onEpoch(event) {
      progress.epoch(event);
      scalars.epoch(event);
    },
  };
  const history = await model.fit(recipe.learned, options);
  await scalars.written();
  await save(run, model, { ...card, history });
  if (history.stopped) {
    console.log(
      `Stopped. What was learned so far is in ${run}; --resume ${run} goes on from there`,
    );
    process.exitCode = 130;
    return;
  }
  interrupt.lastWords(`Stopped. The trained model is in ${run}; not all of its pictures are`);

  const { triplets } = await model.evaluate(test.dataset, {
    sampler: recipe.reported,
    seed: config.seed,
  });
  console.log(`\n${classReport(triplets, classNames)}\n`);
  const embeddings = model.embed(test.dataset.examples);
  const { distance } = model;
  const precision = await precisionAt1(embeddings, test.labels, { distance });
  console.log(`Precision at 1 on ${test.count} test images: ${precision.toFixed(4)}`);
  const baseline = recipe.baseline ? await rawPrecision(test) : undefined;
  if (baseline !== undefined) console.log(`By raw pixels: ${baseline.toFixed(4)}`);
  console.log('');
  const scores = {
    tripletAccuracy: triplets.accuracy,
    precisionAt1: precision,
    ...(baseline !== undefined && { rawPrecisionAt1: baseline }),
  };
  await writeRunCard(run, { ...card, history, ...scores });
  if (settings.map) {
    const rows = { data: (await embeddings.data()) as Float32Array, shape: embeddings.shape };
    const shared = { test, classNames, seed: config.seed, progress };
    await drawReport(run, model, { ...shared, history });
    await drawTestSet(run, { ...shared, embeddings: rows, distance });
  }
  embeddings.dispose();
  console.log(`Everything is in ${run} (whole run ${duration(performance.now() / 1000)})`);
  if (settings.map) console.log(howToOpen(join(run, 'report.html')));
}

/** The share of the test images whose nearest neighbor, by the Euclidean distance of pixels, is of their class. */
async function rawPrecision({ pixels, labels, count }: ImageSet): Promise<number> {
  const rows = { data: Float32Array.from(pixels), shape: [count, pixels.length / count] } as const;
  return precisionAt1(rows, labels, { distance: lpDistance({ normalize: false }) });
}

/** How to look at a page, on this system. */
function howToOpen(page: string): string {
  const commands: Partial<Record<NodeJS.Platform, string>> = { darwin: 'open', win32: 'start' };
  return `The report is ${page}: open it in a browser (${commands[process.platform] ?? 'xdg-open'} ${page})`;
}

async function save(run: string, model: TripletModel, card: RunCard): Promise<void> {
  await model.save(`file://${join(run, 'model')}`);
  await writeRunCard(run, card);
  if (card.history) await drawCurve(run, card.history);
  await drawModel(run, model);
}
