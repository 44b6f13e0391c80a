import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-webgpu';
import { getBackend, memory, setBackend } from '@tensorflow/tfjs-core';
import { initializers, layers, sequential } from '@tensorflow/tfjs-layers';
import {
  createRandom,
  marginLoss,
  mPerClassSampler,
  retrievalMetrics,
  semiHardMiner,
  TripletModel,
  unitLength,
} from '../../../src/index.ts';

/** What a training on a backend came to. */
export interface Trained {
  readonly backend: string;
  readonly losses: readonly number[];
  readonly judged: number;
  readonly precisionAt1: number;
  readonly tensorsLeft: number;
}

declare global {
  /** Trains a small network on a backend with a miner and a loss that look at numbers, and judges it. */
  var trainOn: (backend: string) => Promise<Trained>;
}

const size = 10;

/** Images with a bar that stands, lies or leans. */
function bars(count: number): { examples: Float32Array; labels: Int32Array; shape: number[] } {
  const random = createRandom(5);
  const labels = Int32Array.from({ length: count }, (_, i) => i % 3);
  const examples = new Float32Array(count * size * size);
  labels.forEach((label, i) => {
    const at = 2 + random.integer(size - 4);
    for (let k = 0; k < size; k++) {
      const [x, y] = label === 0 ? [at, k] : label === 1 ? [k, at] : [k, (k + at) % size];
      examples[i * size * size + y * size + x] = 1;
    }
  });
  return { examples, labels, shape: [count, size, size, 1] };
}

globalThis.trainOn = async (backend) => {
  await setBackend(backend);
  const before = memory().numTensors;
  const glorot = (seed: number) => initializers.glorotUniform({ seed });
  const network = sequential({
    layers: [
      layers.conv2d({
        inputShape: [size, size, 1],
        filters: 4,
        kernelSize: 3,
        activation: 'relu',
        kernelInitializer: glorot(1),
      }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ units: 8, kernelInitializer: glorot(2) }),
      unitLength(),
    ],
  });
  const model = new TripletModel(network);
  const loss = marginLoss();
  model.compile({ optimizer: 'adam', loss });
  const { examples, labels } = bars(48);
  const data = { examples, labels };
  const losses: number[] = [];
  await model.fit(data, {
    sampler: mPerClassSampler({ m: 4 }),
    batchSize: 12,
    epochs: 1,
    seed: 1,
    miner: semiHardMiner(),
    validation: data,
    onStep: ({ loss: value }) => void losses.push(value),
  });
  const { loss: judged } = await model.evaluate(data);
  const embeddings = await model.embedAsync(examples);
  const { precisionAt1 } = await retrievalMetrics(embeddings, labels);
  model.dispose();
  return {
    backend: getBackend(),
    losses,
    judged,
    precisionAt1,
    tensorsLeft: memory().numTensors - before,
  };
};
