import { layers, sequential } from '@tensorflow/tfjs-layers';
import { createRandom } from 'tfjs-metric-learning';

const words = 500;
const length = 20;
const classes = 10;
const each = 40;

/** A base for texts of 20 word ids: word vectors, a GRU, a dense layer. Each class has its own share of the words. */
export async function open() {
  // The default, orthogonal, needs the chained ops of the union package.
  return withRecurrent(layers.gru({ units: 64, recurrentInitializer: 'glorotUniform' }));
}

/** The same with another recurrent layer. */
export function withRecurrent(recurrent) {
  const base = sequential({
    layers: [
      layers.embedding({ inputDim: words, outputDim: 64, inputLength: length }),
      recurrent,
      layers.dense({ units: 64 }),
    ],
  });
  const random = createRandom(1);
  const labels = Int32Array.from({ length: classes * each }, (_, i) => i % classes);
  const share = words / classes;
  const examples = Float32Array.from(
    { length: labels.length * length },
    (_, i) => labels[Math.floor(i / length)] * share + random.integer(share),
  );
  return { base, train: { examples, labels } };
}
