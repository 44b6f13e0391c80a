#!/usr/bin/env node
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import { setBackend, type Tensor } from '@tensorflow/tfjs-core';
import {
  applySplit,
  type ClassLabels,
  cosineSimilarity,
  type Embedder,
  type EmbeddingRows,
  type EpochEvent,
  embedDataset,
  type LazyDataset,
  report,
  retrievalMetrics,
  splitByClass,
  type TripletModel,
} from 'tfjs-metric-learning';
import { registerSimdBackend, simdBackendInfo } from 'tfjs-metric-learning/backend';
import { openImageFolder, writeWhole } from 'tfjs-metric-learning/node';
import { runProgram } from '../../shared/commandLine.js';
import { untilInterrupted } from '../../shared/untilInterrupted.js';
import { asCells, describe } from './cells.ts';
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
  const colors = await scores(await colorRows(asCells(test)), test.labels);
  console.log(`Unseen classes by their colors:     ${colors}`);

  const started = performance.now();
  const { model, history } = await untilInterrupted((signal) =>
    trainModel(asCells(train), flags, tellEpoch, signal),
  );
  console.log(`Trained ${((performance.now() - started) / 1000).toFixed(0)} s`);
  const search = embedderOf(model, pictures.shape);
  const embeddings = await embedDataset(search, test);
  console.log(`Unseen classes by their embeddings: ${await scores(embeddings, test.labels)}`);

  await model.save(join(out, 'model'));
  const page = await report(search, test, { title: 'Classes that training never showed', history });
  await writeWhole(join(out, 'report.html'), page);
  await writeWhole(join(out, 'search.html'), await searchPage(test, embeddings));
  console.log(`Model, report.html and search.html are in ${out}`);
}

/** Embeds pictures of a shape: their cells, by the network. */
function embedderOf(model: TripletModel, shape: readonly number[]): Embedder<Tensor> {
  return {
    dims: model.dims,
    distance: cosineSimilarity(),
    async embed(pictures) {
      const cells = describe(await pictures.data(), shape);
      return model.embed(cells);
    },
  };
}

function tellEpoch({ epoch, steps, loss, seconds }: EpochEvent): void {
  console.log(`Epoch ${epoch}  loss ${loss.toFixed(4)}, ${(steps / seconds).toFixed(1)} steps/s`);
}

/** The mean colors of the cells of all pictures as rows: small pictures, which any network should beat. */
async function colorRows({ count, shape, pick }: LazyDataset): Promise<EmbeddingRows> {
  const cells = (await pick(Int32Array.from({ length: count }, (_, i) => i))) as Uint8Array;
  const channels = shape[2] ?? 1;
  const colors = Float32Array.from(cells.filter((_, i) => i % channels < 4));
  return { data: colors, shape: [count, colors.length / count] };
}

async function scores(rows: EmbeddingRows, labels: ClassLabels): Promise<string> {
  const { precisionAt1, mapAtR } = await retrievalMetrics(rows, labels, {
    distance: cosineSimilarity(),
  });
  return `P@1 ${precisionAt1.toFixed(3)}, mapAtR ${mapAtR.toFixed(3)}`;
}

function classes(pictures: LazyDataset): number {
  return new Set(idsOf(pictures)).size;
}

/** The class ids, which `openImageFolder` has made of the names. */
function idsOf({ labels }: LazyDataset): number[] {
  return Array.from(labels as ArrayLike<number>);
}

await runProgram({
  help,
  manifest: new URL('../package.json', import.meta.url),
  readFlags,
  main,
});
