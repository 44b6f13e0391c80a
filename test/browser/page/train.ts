import '@tensorflow/tfjs-backend-cpu';
import { memory, setBackend } from '@tensorflow/tfjs-core';
import { createRandom, smallConvNet, TripletModel, tripletLoss } from 'tfjs-metric-learning';
import { registerSimdBackend, simdBackendInfo } from 'tfjs-metric-learning/backend';

/** What the page did, for the test to look at. */
export interface Outcome {
  readonly crossOriginIsolated: boolean;
  readonly threads: number | undefined;
  /** Loss of each training step. */
  readonly losses: { readonly cpu: number[]; readonly simd: number[] };
  /** Tensors that a second training left behind. */
  readonly tensorsLeft: number;
}

declare global {
  var outcome: Promise<Outcome>;
}

const inputShape: [number, number, number] = [14, 14, 1];

export const trained: Promise<Outcome> = run();
globalThis.outcome = trained;

async function run(): Promise<Outcome> {
  await registerSimdBackend({ threads: 2 });
  const cpu = await train('cpu');
  const simd = await train('simd');
  return {
    crossOriginIsolated: globalThis.crossOriginIsolated,
    threads: simdBackendInfo()?.threads,
    losses: { cpu: cpu.losses, simd: simd.losses },
    tensorsLeft: simd.tensorsLeft,
  };
}

async function train(backend: string): Promise<{ losses: number[]; tensorsLeft: number }> {
  await setBackend(backend);
  const model = new TripletModel(smallConvNet({ inputShape, dims: 16, seed: 3 }));
  model.compile({ optimizer: 'adam', loss: tripletLoss(1) });
  const first = await model.fit(images(), { batchSize: 8, seed: 5 });
  const before = memory().numTensors;
  const second = await model.fit(images(), { batchSize: 8, seed: 6 });
  model.embed(images().examples).dispose();
  const tensorsLeft = memory().numTensors - before;
  return { losses: [...first.stepLoss, ...second.stepLoss], tensorsLeft };
}

/** Noise around a grey of each class, 0 to 255. */
function images(): { examples: Uint8Array; labels: Int32Array } {
  const random = createRandom(7);
  const labels = Int32Array.from({ length: 27 }, (_, i) => i % 3);
  const size = inputShape[0] * inputShape[1];
  const examples = Uint8Array.from(
    { length: labels.length * size },
    (_, i) => 60 * (labels[Math.floor(i / size)] as number) + random.integer(100),
  );
  return { examples, labels };
}
