// The report of a network: the function behind which most of the library stands.
import '@tensorflow/tfjs-backend-cpu';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { report, TripletModel } from 'tfjs-metric-learning';

const labels = Array.from({ length: 24 }, (_, i) => i % 2);
const examples = Float32Array.from({ length: 48 }, (_, i) => Math.sin(i) + ((i >> 1) % 2));

async function run() {
  const model = new TripletModel(
    sequential({ layers: [layers.dense({ inputShape: [2], units: 3 })] }),
  );
  const page = await report(model, { examples, labels });
  return { start: page.slice(0, 15), map: page.includes('<svg') };
}

globalThis.outcome = run();
