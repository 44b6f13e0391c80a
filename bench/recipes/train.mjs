import { dispose, slice } from '@tensorflow/tfjs-core';
import { sequential } from '@tensorflow/tfjs-layers';
import {
  cosineSimilarity,
  precisionAt1,
  smallConvNet,
  TripletModel,
  unitLength,
} from 'tfjs-metric-learning';
import { batchSize } from './batches.mjs';

const imageSize = 28;
const pixelsOfImage = imageSize ** 2;

/**
 * Trains a recipe with TripletModel and looks how many test images are nearest to one of their own class. The first
 * weights of the network are those of `seed`; dropout masks, random tuples and weights of the loss those of `chance`.
 *
 * @returns {Promise<{ name: string, chance: number, precisionAt1: number, loss: number, seconds: number }>} `loss`: the mean of the
 * last 50 steps; `seconds`: training alone.
 */
export async function trainRecipe(recipe, { train, test }, { batches, shifts }, { seed, chance }) {
  const net = networkOf(seed, chance);
  const base = recipe.raw ? net : sequential({ layers: [net, unitLength()] });
  const loss = recipe.loss(chance);
  const network = new TripletModel(base);
  network.compile({ optimizer: 'adam', loss: recipe.views ? overHalves(loss) : loss });

  const scaled = (pixels) => Float32Array.from(pixels, (pixel) => pixel * recipe.pixels);
  const options = { seed: chance, ...(recipe.miner && { miner: recipe.miner() }) };
  const started = performance.now();
  const { stepLoss } = recipe.views
    ? await network.fit({ stream: () => viewsOf(train, batches, shifts, scaled) }, options)
    : await network.fit(
        { examples: scaled(train.examples), labels: train.labels },
        { ...options, batchSize, sampler: asDrawn(batches) },
      );
  const seconds = (performance.now() - started) / 1000;

  const embeddings = network.embed(scaled(test.examples));
  const precision = await precisionAt1(embeddings, test.labels, { distance: cosineSimilarity() });
  const last = stepLoss.slice(-50);
  dispose(embeddings);
  network.dispose();
  base.dispose();
  loss.dispose?.();
  return {
    name: recipe.name,
    chance,
    precisionAt1: precision,
    loss: last.reduce((sum, value) => sum + value, 0) / last.length,
    seconds,
  };
}

function networkOf(seed, chance) {
  const first = smallConvNet({ seed });
  const net = smallConvNet({ seed: chance });
  net.setWeights(first.getWeights());
  first.dispose();
  return net;
}

function asDrawn(batches) {
  return { kind: 'batches', name: 'asDrawn', sample: () => batches };
}

/** A loss over two views as `fit` calls it: with the embeddings of the first views, then those of the second. */
function overHalves(loss) {
  return {
    ...loss,
    accepts: { labels: 'none', tuples: 'none', reference: 'none' },
    compute(embeddings) {
      const [rows, dims] = embeddings.shape;
      const half = (start) => slice(embeddings, [start, 0], [rows / 2, dims]);
      return loss.compute(half(0), null, { reference: { embeddings: half(rows / 2) } });
    },
  };
}

/** Batches of every second image, twice, each moved by its shift. */
function* viewsOf({ examples, labels }, batches, shifts, scaled) {
  for (const [step, batch] of batches.entries()) {
    const once = batch.filter((_, i) => i % 2 === 0);
    const twice = Int32Array.of(...once, ...once);
    const views = new Uint8Array(twice.length * pixelsOfImage);
    twice.forEach((index, i) => {
      const image = examples.subarray(index * pixelsOfImage, (index + 1) * pixelsOfImage);
      views.set(shifted(image, ...shifts[step].subarray(2 * i, 2 * i + 2)), i * pixelsOfImage);
    });
    yield { examples: scaled(views), labels: twice.map((index) => labels[index]) };
  }
}

/** An image moved down and right; what leaves on one side comes in on the other. */
function shifted(image, down, right) {
  const from = (place, by) => (place - by + imageSize) % imageSize;
  return image.map((_, i) => {
    const [row, column] = [Math.floor(i / imageSize), i % imageSize];
    return image[from(row, down) * imageSize + from(column, right)];
  });
}
