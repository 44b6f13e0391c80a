// A network is trained, and embeds.
import '@tensorflow/tfjs-backend-cpu';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { TripletModel, tripletLoss } from 'tfjs-metric-learning';

const labels = Array.from({ length: 24 }, (_, i) => i % 2);
const examples = Float32Array.from({ length: 48 }, (_, i) => Math.sin(i) + ((i >> 1) % 2));

async function run() {
  const model = new TripletModel(
    sequential({ layers: [layers.dense({ inputShape: [2], units: 3 })] }),
  );
  model.compile({ optimizer: 'adam', loss: tripletLoss(1) });
  const { loss } = await model.fit({ examples, labels }, { epochs: 2, batchSize: 8 });
  return { epochs: loss.length, shape: model.embed(examples).shape };
}

globalThis.outcome = run();
