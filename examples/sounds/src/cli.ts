#!/usr/bin/env node
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import {
  applySplit,
  cosineSimilarity,
  createIndex,
  type EpochEvent,
  lpDistance,
  MetricLearningError,
  report,
  splitByGroup,
  type TripletModel,
} from 'tfjs-metric-learning';
import { registerSimdBackend, simdBackendInfo } from 'tfjs-metric-learning/backend';
import { writeWhole } from 'tfjs-metric-learning/node';
import { runProgram } from '../../shared/commandLine.js';
import { untilInterrupted } from '../../shared/untilInterrupted.js';
import { findDrumKits } from './drumKits.ts';
import { type Flags, help, readFlags } from './flags.ts';
import { listeningPage, type SoundsWithFiles } from './listeningPage.ts';
import { readRecording } from './readRecording.ts';
import { readSounds, type Sounds } from './readSounds.ts';
import { findRecordings, nameOf, type RecordingFile } from './recordingFiles.ts';
import { type EmbeddedSounds, scoreSounds } from './scoreSounds.ts';
import { spectrogramOf } from './spectrogram.ts';
import { trainModel } from './trainModel.ts';

async function main(flags: Flags): Promise<void> {
  const { out, seed } = flags;
  await registerSimdBackend(flags.threads === undefined ? {} : { threads: flags.threads });
  await setBackend('simd');
  console.log(`Backend simd, threads: ${simdBackendInfo()?.threads}`);
  const sounds = await openSounds(flags.data ?? (await findDrumKits(flags.cache, console.log)));
  const queries = await Promise.all(flags.queries.map((path) => readQuery(path, sounds)));
  const split = splitByGroup(
    sounds.labels,
    sounds.files.map(({ group }) => group),
    { test: 0.25, seed },
  );
  const { train, test } = applySplit(sounds, split);
  const filesOf = (indices: Int32Array) => Array.from(indices, (i) => sounds.files[i]!);
  const [trained, aside] = [filesOf(split.train), filesOf(split.test)];
  console.log(`Train on ${told(trained)}; ${told(aside)} are put aside`);
  const plain = lpDistance({ normalize: false });
  console.log(`By spectrograms: ${await scoreSounds(flat(test), flat(train), plain)}`);

  const started = performance.now();
  const { model, history } = await untilInterrupted((signal) =>
    trainModel(train, flags, tellEpoch, signal),
  );
  console.log(`Trained ${((performance.now() - started) / 1000).toFixed(0)} s`);
  const known = { embeddings: model.embed(train.examples), labels: train.labels, files: trained };
  const asked = { embeddings: model.embed(test.examples), labels: test.labels, files: aside };
  console.log(`By embeddings:   ${await scoreSounds(asked, known, cosineSimilarity())}`);

  await mkdir(out, { recursive: true });
  await model.save(join(out, 'model'));
  const page = await report(model, test, {
    title: 'Sounds that training never played',
    reference: train,
    captions: aside.map(nameOf),
    history,
  });
  await writeWhole(join(out, 'report.html'), page);
  await writeWhole(join(out, 'listen.html'), await listeningPage(asked, known));
  console.log(`Model, report.html and listen.html are in ${out}`);
  await answer(queries, model, [known, asked]);
  known.embeddings.dispose();
  asked.embeddings.dispose();
}

/** Finds and reads the recordings, and says what is left out. */
async function openSounds(root: string): Promise<Sounds> {
  const { files, unknown } = await findRecordings(root);
  const sounds = await readSounds(files, (path, reason) => {
    console.log(`Left out ${path}: ${reason}`);
  });
  if (unknown.length > 0) {
    console.log(
      `Left out ${unknown.length} instruments of no known kind, such as ${unknown.slice(0, 3).join(', ')}`,
    );
  }
  console.log(
    `${sounds.files.length} recordings of ${sounds.names.length} classes: ${sounds.names.join(', ')}`,
  );
  return sounds;
}

/** A recording to find the like of. */
interface Query {
  readonly path: string;
  readonly spectrogram: Float32Array;
}

async function readQuery(path: string, { highest }: Sounds): Promise<Query> {
  try {
    return { path, spectrogram: spectrogramOf(await readRecording(path), highest) };
  } catch (error) {
    throw new MetricLearningError({
      where: 'sounds',
      expected: `--query ${path} to be a WAV, FLAC or AIFF file with sounds of up to ${highest} Hz`,
      got: (error as Error).message,
    });
  }
}

/** "390 sounds of 9 kits", or "390 sounds" where each file is a group by itself. */
function told(files: readonly RecordingFile[]): string {
  const groups = new Set(files.map(({ group }) => group)).size;
  return `${files.length} sounds${groups < files.length ? ` of ${groups} kit${groups === 1 ? '' : 's'}` : ''}`;
}

/** Spectrograms as they are, in place of embeddings. */
function flat({ examples, labels }: Pick<Sounds, 'examples' | 'labels'>): EmbeddedSounds {
  const shape = [labels.length, examples.length / labels.length] as const;
  return { embeddings: { data: examples, shape }, labels };
}

function tellEpoch({ epoch, steps, loss, seconds }: EpochEvent): void {
  if (epoch % 10 !== 0) return;
  console.log(`Epoch ${epoch}  loss ${loss.toFixed(4)}, ${(steps / seconds).toFixed(1)} steps/s`);
}

/** Finds the sounds nearest to each query, among all. */
async function answer(
  queries: readonly Query[],
  model: TripletModel,
  parts: readonly SoundsWithFiles[],
): Promise<void> {
  const index = createIndex({ model });
  for (const { embeddings, files } of parts) {
    await index.add(
      embeddings,
      files.map((file) => ({ id: file.path, label: file.label, metadata: { name: nameOf(file) } })),
    );
  }
  for (const { path, spectrogram } of queries) {
    const embedding = model.embed(spectrogram);
    const [hits = []] = await index.search(embedding, 5);
    embedding.dispose();
    console.log(`\n${path}`);
    for (const { label, metadata, distance } of hits) {
      console.log(`  ${distance.toFixed(3)}  ${`${label}`.padEnd(16)} ${metadata?.['name']}`);
    }
  }
  index.dispose();
}

await runProgram({
  help,
  manifest: new URL('../package.json', import.meta.url),
  readFlags,
  main,
});
