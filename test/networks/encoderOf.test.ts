import { io } from '@tensorflow/tfjs-core';
import { type LayersModel, layers, sequential } from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import {
  createEmbedder,
  createIndex,
  decodeBundle,
  encodeBundle,
  fitTable,
  fitTokenizer,
  MetricLearningError,
  parseCsv,
  TripletModel,
  tableEncoderOf,
  tokenizerOf,
  tripletLoss,
} from '../../src/index.ts';

const { rows } = parseCsv('age,city\n10,Rome\n20,Oslo\n,Rome\n30,Oslo');
const table = fitTable(rows, { age: 'number', city: 'category' });
const texts = ['the cat', 'a dog', 'the dog barks', 'cats'];
const tokenizer = fitTokenizer(texts, { length: 4 });

const tableBase = (width = table.width): LayersModel =>
  sequential({ layers: [layers.dense({ inputShape: [width], units: 2 })] });
const textBase = (inputDim = tokenizer.vocabulary): LayersModel =>
  sequential({
    layers: [
      layers.embedding({ inputDim, outputDim: 3, inputLength: tokenizer.state.length }),
      layers.globalAveragePooling1d({}),
      layers.dense({ units: 2 }),
    ],
  });

/** The model as it is after saving and loading. */
async function reloaded(model: TripletModel): Promise<TripletModel> {
  let saved: io.ModelArtifacts | undefined;
  await model.save(
    io.withSaveHandler(async (artifacts) => {
      saved = JSON.parse(JSON.stringify({ ...artifacts, weightData: undefined }));
      (saved as io.ModelArtifacts).weightData = artifacts.weightData as ArrayBuffer;
      return { modelArtifactsInfo: io.getModelArtifactsInfoForJSON(artifacts) };
    }),
  );
  return TripletModel.load(io.fromMemory(saved as io.ModelArtifacts));
}

describe('An encoder is kept with its model', () => {
  test('through training, saving and loading: a table', async () => {
    const model = new TripletModel(tableBase(), { encoder: table });
    model.compile({ optimizer: 'sgd', loss: tripletLoss(1) });
    await model.fit({ examples: table.encode(rows).examples, labels: ['a', 'b', 'a', 'b'] });
    const loaded = await reloaded(model);
    expect(tableEncoderOf(loaded).encode(rows)).toEqual(table.encode(rows));
    expect(loaded.names).toEqual(['a', 'b']);
  });

  test('in a bundle: a tokenizer', async () => {
    const base = textBase();
    const model = new TripletModel(base, { encoder: tokenizer });
    const index = createIndex({ model });
    const embeddings = model.embed(tokenizer.encode(texts).examples);
    await index.add(
      embeddings,
      texts.map((id) => ({ id, label: id })),
    );
    const bytes = await encodeBundle({ network: model.base, index: index.state(), threshold: 1 });
    const bundle = await decodeBundle(bytes);
    const kept = tokenizerOf(bundle.model);
    expect(kept.encode(['the bird'])).toEqual(tokenizer.encode(['the bird']));
    const again = bundle.model.embed(kept.encode(texts).examples);
    expect(again.dataSync()).toEqual(embeddings.dataSync());
    embeddings.dispose();
    again.dispose();
  });

  test('wherever the network is: a model, an embedder, the base', () => {
    const base = tableBase();
    const model = new TripletModel(base, { encoder: table });
    for (const holder of [model, createEmbedder(base), base, new TripletModel(base)]) {
      expect(tableEncoderOf(holder).state).toEqual(table.state);
    }
    new TripletModel(base, { encoder: fitTable(rows, { age: 'number', city: 'category' }) });
  });

  const bad = (value: unknown): never => value as never;
  test.each<[string, () => unknown, string]>([
    [
      'the state in place of the encoder',
      () => new TripletModel(tableBase(), { encoder: bad(table.state) }),
      'expected encoder to be what fitTable or fitTokenizer returns',
    ],
    [
      'rows of another width',
      () => new TripletModel(tableBase(3), { encoder: table }),
      "expected a base with an input of shape [batch, 4], as the encoder's examples are, got [batch, 3].",
    ],
    [
      'a table encoder for images',
      () =>
        new TripletModel(
          sequential({
            layers: [layers.flatten({ inputShape: [2, 2] }), layers.dense({ units: 2 })],
          }),
          { encoder: table },
        ),
      'got [batch, 2, 2].',
    ],
    [
      'an embedding layer with too few rows',
      () => new TripletModel(textBase(3), { encoder: tokenizer }),
      `a row for each of the tokenizer's ${tokenizer.vocabulary} ids, got inputDim: 3.`,
    ],
    [
      'another encoder for a trained network',
      () => {
        const base = tableBase();
        new TripletModel(base, { encoder: table });
        return new TripletModel(base, {
          encoder: fitTable(rows.slice(0, 3), { age: 'number', city: 'category' }),
        });
      },
      'expected the encoder that the network was trained with, got another table encoder. Leave `encoder` out',
    ],
    [
      'to give one that is not there',
      () => tableEncoderOf(tableBase()),
      'tableEncoderOf: expected a network that was trained with a table encoder, got one without an encoder. Pass it when',
    ],
    [
      'to give one of the other kind',
      () => tokenizerOf(new TripletModel(tableBase(), { encoder: table })),
      'tokenizerOf: expected a network that was trained with a tokenizer, got one with a table encoder. Take it by tableEncoderOf(model).',
    ],
    ['what holds no network', () => tokenizerOf(bad(undefined)), 'got undefined.'],
    ['an extractor alone', () => tokenizerOf(bad({ dims: 3, embed: () => [] })), 'got {"dims":3}.'],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(MetricLearningError);
    expect(call).toThrow(message);
  });
});
