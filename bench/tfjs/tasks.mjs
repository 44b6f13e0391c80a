import { TripletModel, tripletLoss } from 'tfjs-metric-learning';

/**
 * What an engine can be asked, done as a user would: with TripletModel.
 *
 * @param {{ base: import('@tensorflow/tfjs-layers').LayersModel, train: object, test?: object }} job
 * @param {{ batchSize: number }} setup
 */
export function tasks({ base, train, test }, { batchSize }) {
  const model = new TripletModel(base);
  model.compile({ optimizer: 'adam', loss: tripletLoss(1) });
  const options = { batchSize, epochs: 1e6, seed: 1 };
  const steps = events(model.train(train, options), 'step');
  const epochs = events(model.train(train, { ...options, validation: test }), 'epoch');

  return {
    async train({ count }) {
      const ms = [];
      let loss;
      for (let i = 0; i < count; i++) {
        const started = performance.now();
        ({ loss } = await steps());
        ms.push(performance.now() - started);
      }
      return { ms, loss };
    },

    async embed({ count }) {
      const size = test.examples.length / test.labels.length;
      const started = performance.now();
      const embeddings = model.embed(test.examples.subarray(0, count * size));
      await embeddings.data();
      const ms = performance.now() - started;
      embeddings.dispose();
      return { ms: [ms] };
    },

    async epoch() {
      const { loss, valLoss, seconds } = await epochs();
      return { ms: [1000 * seconds], loss, valLoss };
    },
  };
}

/** The next event of a kind, at each call. */
function events(stream, kind) {
  return async () => {
    for (;;) {
      const { value } = await stream.next();
      if (value.kind === kind) return value;
    }
  };
}
