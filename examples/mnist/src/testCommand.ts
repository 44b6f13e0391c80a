import { join } from 'node:path';
import { precisionAt1, TripletModel } from 'tfjs-metric-learning';
import type { Config } from './config.ts';
import { readImages } from './data.ts';
import { startEngine } from './engine.ts';
import { newestModel, readRunCard } from './runFolder.ts';

export interface TestFlags {
  run?: string;
  backend?: Config['backend'];
  threads?: Config['threads'];
  data?: string;
  limit?: number;
  out: string;
}

/** Loads a saved model, prints what it is, embeds the test images and says how long that took. */
export async function testCommand(flags: TestFlags): Promise<void> {
  const folder = flags.run ?? (await newestModel(flags.out));
  const { config, data } = await readRunCard(folder);
  const images = await readImages('t10k', {
    folder: flags.data ?? data?.folder,
    limit: flags.limit,
    pixelScale: config.pixelScale,
  });
  const engine = await startEngine({
    backend: flags.backend ?? config.backend,
    threads: flags.threads ?? config.threads,
  });
  const model = await TripletModel.load(`file://${join(folder, 'model')}`);
  console.log(`Model   ${folder}\nBackend ${engine}\n`);
  model.base.summary(98, undefined, console.log);
  model.summary(98, undefined, console.log);

  const started = performance.now();
  const embeddings = model.embed(images.dataset.examples);
  const values = await embeddings.data();
  const seconds = (performance.now() - started) / 1000;

  const tps = Math.round(images.count / seconds);
  const each = ((1000 * seconds) / images.count).toFixed(3);
  console.log(
    `\nTPS: ${tps} embeddings a second (${each} ms each): ${images.count} images in ${seconds.toFixed(2)} s, reading and batching included`,
  );
  console.log(`Embeddings: ${images.count} x ${values.length / images.count}`);
  const precision = await precisionAt1(embeddings, images.labels, {
    distance: model.distance,
  });
  console.log(`Precision at 1: ${precision.toFixed(4)}`);
  embeddings.dispose();
}
