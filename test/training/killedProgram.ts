import '@tensorflow/tfjs-backend-cpu';
import { createHash } from 'node:crypto';
import { env, setBackend } from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { TripletModel, tripletLoss } from '../../src/index.ts';
import { checkpointFolder } from '../../src/node.ts';
import { glorot } from '../support/glorot.ts';
import { rings } from '../support/rings.ts';

// Trains with a checkpoint a step, resumes where it was killed, and prints a digest of the final weights.
env().set('IS_TEST', true);
await setBackend('cpu');

const model = new TripletModel(
  sequential({
    layers: [
      layers.dense({
        inputShape: [2],
        units: 32,
        activation: 'relu',
        kernelInitializer: glorot(1),
      }),
      layers.dropout({ rate: 0.2 }),
      layers.dense({ units: 4, kernelInitializer: glorot(2) }),
    ],
  }),
);
model.compile({ optimizer: 'adam', loss: tripletLoss(1) });
await model.fit(rings(300), {
  epochs: 6,
  batchSize: 16,
  seed: 3,
  checkpoint: { store: checkpointFolder(process.argv[2] as string), everySteps: 1, resume: true },
});

const hash = createHash('sha256');
for (const weight of model.base.getWeights()) hash.update(weight.dataSync());
console.log(hash.digest('hex'));
