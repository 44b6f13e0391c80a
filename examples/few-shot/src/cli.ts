#!/usr/bin/env node
import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import type { EpochEvent } from 'tfjs-metric-learning';
import { registerSimdBackend, simdBackendInfo } from 'tfjs-metric-learning/backend';
import { runProgram } from '../../shared/commandLine.js';
import { untilInterrupted } from '../../shared/untilInterrupted.js';
import { imageSize, only, readImages, rowsOf } from './data.ts';
import { type FewShotAccuracy, fewShotAccuracy, type LabelledRows } from './episodes.ts';
import { type Flags, help, readFlags } from './flags.ts';
import { createRecognition } from './recognition.ts';
import { accuracyTable, answersTable } from './tables.ts';
import { trainModel } from './trainModel.ts';

const seen = [0, 1, 2, 3, 4, 5, 6];
const unseen = [7, 8, 9];

async function main(flags: Flags): Promise<void> {
  const [train, test] = await Promise.all([
    readImages('train', flags.data),
    readImages('t10k', flags.data),
  ]);
  const lessons = only(train, seen, flags.limit);
  const exam = only(test, [...seen, ...unseen], flags.limit);
  await registerSimdBackend(flags.threads === undefined ? {} : { threads: flags.threads });
  await setBackend('simd');

  console.log(`Backend simd, threads: ${simdBackendInfo()?.threads}`);
  console.log(`Train on ${lessons.labels.length} images of 0 to 6; 7, 8 and 9 are not shown`);
  const model = await untilInterrupted((signal) =>
    trainModel(lessons, { ...flags, signal, onEpoch: tellEpoch }),
  );

  const pixels = { rows: exam.pixels, width: imageSize, labels: exam.labels };
  const embeddings = model.embed(exam.pixels);
  const rows = (await embeddings.data()) as Float32Array;
  embeddings.dispose();
  const embedded = { rows, width: model.dims, labels: exam.labels };
  compare(pixels, embedded, flags);
  await recognise(embedded);
  console.log(`\nWhole run ${(performance.now() / 1000).toFixed(0)} s`);
}

function tellEpoch({ epoch, epochs, steps, loss, seconds }: EpochEvent): void {
  const left = ((epochs - epoch) * seconds).toFixed(0);
  const speed = (steps / seconds).toFixed(1);
  console.log(
    `Epoch ${epoch}/${epochs}  loss ${loss.toFixed(4)}, ${speed} steps/s${epoch < epochs ? `, ${left} s left` : ''}`,
  );
}

/** The digits that were never seen, told apart from one and five examples each. */
function compare(
  pixels: LabelledRows,
  embedded: LabelledRows,
  { episodes, seed }: Pick<Flags, 'episodes' | 'seed'>,
): void {
  const accuracies = (set: LabelledRows): FewShotAccuracy[] =>
    [1, 5].map((shots) => fewShotAccuracy(of(unseen, set), { shots, episodes, seed }));
  console.log(`\n7, 8 and 9 told apart from a few examples each: mean of ${episodes} draws (95 %)`);
  console.log(
    accuracyTable(['1 example each', '5 examples each'], {
      'raw pixels': accuracies(pixels),
      embeddings: accuracies(embedded),
    }),
  );
}

/** Enrol, ask, forget: no training in between. */
async function recognise(embedded: LabelledRows): Promise<void> {
  const known = await createRecognition(embedded, seen);
  const ask = async (): Promise<string> =>
    answersTable({
      'digits 0 to 6': await known.ask(seen),
      'digits 7 and 8': await known.ask([7, 8]),
      'digit 9': await known.ask([9]),
    });
  console.log(
    `\nEnrolled: 0 to 6, 5 examples each; a match is nearer than ${known.threshold.toFixed(3)}`,
  );
  await known.enrol(seen);
  console.log(await ask());
  console.log('\nEnrolled as well: 7, 8 and 9, 5 examples each');
  await known.enrol(unseen);
  console.log(await ask());
  console.log('\nForgotten: 9');
  await known.forget(9);
  console.log(await ask());
}

function of(digits: readonly number[], { rows, width, labels }: LabelledRows): LabelledRows {
  const chosen = Array.from(labels.keys()).filter((i) => digits.includes(labels[i] as number));
  return {
    rows: rowsOf(rows, width, chosen),
    width,
    labels: Int32Array.from(chosen, (i) => labels[i] as number),
  };
}

await runProgram({
  help,
  manifest: new URL('../package.json', import.meta.url),
  readFlags,
  main,
});
