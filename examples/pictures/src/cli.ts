#!/usr/bin/env node
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import {
  applySplit,
  type ClassLabels,
  cosineSimilarity,
  type EmbeddingRows,
  type EpochEvent,
  embedDataset,
  type LazyDataset,
  report,
  retrievalMetrics,
  splitByClass,
} from 'tfjs-metric-learning';
import { registerSimdBackend, simdBackendInfo } from 'tfjs-metric-learning/backend';
import { openImageFolder, writeWhole } from 'tfjs-metric-learning/node';
import { runProgram } from '../../shared/commandLine.js';
import { emojiFolder } from './emojiFolder.ts';
import { type Flags, help, readFlags } from './flags.ts';
import { searchPage } from './searchPage.ts';
import { trainModel } from './trainModel.ts';

async function main(flags: Flags): Promise<void> {
  const { out, size, seed } = flags;
  await mkdir(out, { recursive: true });
  await registerSimdBackend(flags.threads === undefined ? {} : { threads: flags.threads });
  await setBackend('simd');
  const root = flags.data ?? (await emojiFolder(join(out, 'emoji'), flags.limit));
  const pictures = await openImageFolder(root, {
    size,
    channels: 4,
    cache: join(out, 'cache'),
    onBad: ({ path, reason }) => console.log(`Left out ${path}: ${reason}`),
  });
  const split = splitByClass(pictures.labels, { test: 0.3, seed });
  const { train, test } = applySplit(pictures, split);
  console.log(`Backend simd, threads: ${simdBackendInfo()?.threads}`);
  console.log(
    `${pictures.count} pictures of ${pictures.names.length} classes; train on ${train.count} of ${classes(train)}, ${classes(test)} are not shown`,
  );
  const raw = await scores(await pixelRows(test), test.labels);
  console.log(`Unseen classes by their pixels:     ${raw}`);

  const started = performance.now();
  const { model, history } = await trainUntilInterrupted(train, flags);
  console.log(`Trained ${((performance.now() - started) / 1000).toFixed(0)} s`);
  const embeddings = await embedDataset(model, test);
  console.log(`Unseen classes by their embeddings: ${await scores(embeddings, test.labels)}`);

  await model.save(join(out, 'model'));
  const page = await report(model, test, { title: 'Classes that training never showed', history });
  await writeWhole(join(out, 'report.html'), page);
  await writeWhole(join(out, 'search.html'), await searchPage(test, embeddings));
  console.log(`Model, report.html and search.html are in ${out}`);
}

/** Trains; the first Ctrl-C ends it after the step at hand. */
async function trainUntilInterrupted(
  pictures: LazyDataset,
  flags: Flags,
): ReturnType<typeof trainModel> {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    console.log('Stopping after this step; Ctrl-C again to leave at once.');
    controller.abort();
  };
  process.on('SIGINT', stop);
  try {
    return await trainModel(pictures, flags, tellEpoch, controller.signal);
  } finally {
    process.off('SIGINT', stop);
  }
}

function tellEpoch({ epoch, steps, loss, seconds }: EpochEvent): void {
  console.log(`Epoch ${epoch}  loss ${loss.toFixed(4)}, ${(steps / seconds).toFixed(1)} steps/s`);
}

/** The pixels of all pictures as rows. */
async function pixelRows({ count, shape, pick }: LazyDataset): Promise<EmbeddingRows> {
  const pixels = (await pick(Int32Array.from({ length: count }, (_, i) => i))) as Uint8Array;
  const each = shape.reduce((product, side) => product * side, 1);
  return { data: Float32Array.from(pixels), shape: [count, each] };
}

async function scores(rows: EmbeddingRows, labels: ClassLabels): Promise<string> {
  const { precisionAt1, mapAtR } = await retrievalMetrics(rows, labels, {
    distance: cosineSimilarity(),
  });
  return `P@1 ${precisionAt1.toFixed(3)}, mapAtR ${mapAtR.toFixed(3)}`;
}

function classes({ labels }: LazyDataset): number {
  return new Set(Array.from(labels as ArrayLike<number>)).size;
}

await runProgram({
  help,
  manifest: new URL('../package.json', import.meta.url),
  readFlags,
  main,
});
