import { join } from 'node:path';
import { smallConvNet } from 'tfjs-metric-learning';
import { readIdxDataset } from 'tfjs-metric-learning/node';

/** The MNIST job: pixels from 0 to 255, a convolutional network of 112,096 parameters. */
export async function open({ data }) {
  return {
    base: smallConvNet({ seed: 1 }),
    train: await images(data, 'train'),
    test: await images(data, 't10k'),
  };
}

function images(folder, part) {
  return readIdxDataset(
    join(folder, `${part}-images-idx3-ubyte`),
    join(folder, `${part}-labels-idx1-ubyte`),
  );
}
