import '@tensorflow/tfjs-backend-cpu';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { browserStore, type MountedMap, mountEmbeddingMap } from '../../../src/browser.ts';
import { TripletModel, tripletMarginLoss } from '../../../src/index.ts';

const store = browserStore('stories');

function untrained(): TripletModel {
  const network = sequential({ layers: [layers.dense({ units: 2, inputShape: [3] })] });
  const model = new TripletModel(network);
  model.compile({ optimizer: 'sgd', loss: tripletMarginLoss() });
  return model;
}

/** Keeps files, a model and checkpoints; `recall` finds them after a reload. */
async function keep(): Promise<unknown> {
  await store.clear();
  await store.write('b', Uint8Array.of(1, 2, 3));
  await store.write('a', Uint8Array.of(9));
  await store.write('b', Uint8Array.of(4, 5));
  const model = untrained();
  const data = { examples: [1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 0], labels: [0, 0, 1, 1] };
  await model.fit(
    { examples: Float32Array.from(data.examples), labels: data.labels },
    { epochs: 2, batchSize: 4, checkpoint: { store: store.checkpoints('run') } },
  );
  await model.save(store.model('net'));
  const embedding = await numbersOf(model);
  model.dispose();
  return { embedding, files: await store.list() };
}

async function recall(): Promise<unknown> {
  const model = await TripletModel.load(store.model('net'));
  const embedding = await numbersOf(model);
  model.dispose();
  const { used, total } = await store.room();
  return {
    embedding,
    bytes: Array.from((await store.read('b')) ?? []),
    missing: (await store.read('c')) === undefined,
    removed: [await store.remove('a'), await store.remove('a')],
    left: await store.list(),
    checkpoints: (await store.checkpoints('run').list()).length > 0,
    others: await store.checkpoints('ru').list(),
    room: used >= 0 && total > used,
  };
}

async function numbersOf(model: TripletModel): Promise<number[]> {
  const embedding = model.embed(Float32Array.of(1, 2, 3));
  const values = Array.from(await embedding.data());
  embedding.dispose();
  return values;
}

/** The error of a file that is too large, and what is kept of it. */
async function overfill(bytes: number): Promise<unknown> {
  await store.write('large', Uint8Array.of(7));
  const message = await store.write('large', new Uint8Array(bytes)).then(
    () => 'it was written',
    (error: Error) => `${error.name}: ${error.message}`,
  );
  return { message, kept: Array.from((await store.read('large')) ?? []) };
}

/** A map of a million points in four corners, a class each. */
let map: MountedMap;
function millionPoints(): void {
  const count = 1_000_000;
  const points = new Float32Array(2 * count);
  const labels = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    labels[i] = i % 4;
    const far = 0.3 * Math.sqrt(((i * 7919) % count) / count);
    points[2 * i] = (i & 1 ? 1 : -1) + far * Math.cos(i);
    points[2 * i + 1] = (i & 2 ? 1 : -1) + far * Math.sin(i);
  }
  map = mountEmbeddingMap(document.querySelector('#map') as HTMLElement, points, {
    labels,
    colors: ['#ff0000', '#00aa00', '#0000ff', '#aa00aa'],
  });
  map.onSelect((indices) => {
    document.title = indices.map((i) => labels[i]).join(' ');
  });
}

/** Red, green and blue of the dots at a place, and how opaque they are. */
function dotsAt(x: number, y: number): number[] {
  const host = document.querySelector('#map > div') as HTMLElement;
  const canvas = host.shadowRoot?.querySelector('.dots') as HTMLCanvasElement;
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  return Array.from(context.getImageData(x, y, 1, 1).data);
}

declare global {
  var stories: {
    keep(): Promise<unknown>;
    recall(): Promise<unknown>;
    overfill(bytes: number): Promise<unknown>;
    millionPoints(): void;
    dotsAt(x: number, y: number): number[];
  };
}
globalThis.stories = { keep, recall, overfill, millionPoints, dotsAt };
