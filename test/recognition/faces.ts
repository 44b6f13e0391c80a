import { createEmbedder } from '../../src/networks/createEmbedder.ts';
import { smallConvNet } from '../../src/networks/smallConvNet.ts';
import { createRandom } from '../../src/random/createRandom.ts';
import { decodeBundle, encodeBundle } from '../../src/recognition/bundleFile.ts';
import { createRecognizer, type Recognition } from '../../src/recognition/createRecognizer.ts';
import { createIndex, restoreIndex } from '../../src/search/exact/createIndex.ts';
import { measures } from '../support/measures.ts';

/** Images of 10 x 10 bytes in turn of two kinds: bright above, bright below; noise on both. */
export function faces(count: number, seed = 1): Uint8Array {
  const random = createRandom(seed);
  return Uint8Array.from({ length: 100 * count }, (_, at) => {
    const bright = (Math.floor(at / 100) % 2 === 0) === at % 100 < 50;
    return (bright ? 190 : 20) + random.integer(30);
  });
}

/** A bundle that knows four images of each kind. */
export async function bundleOfFaces(): Promise<Uint8Array> {
  const network = smallConvNet({ inputShape: [10, 10, 1], dims: 8, seed: 5 });
  const normalization = { mean: 20, std: 255, unitLength: true };
  const index = createIndex({ dims: 8, distance: measures.squaredEuclidean });
  const model = createEmbedder(network, normalization);
  const recognizer = createRecognizer({ model, index, threshold: 0.2 });
  const known = faces(8, 7);
  for (let i = 0; i < 8; i++) await recognizer.enrol(i % 2, known.subarray(100 * i, 100 * (i + 1)));
  const bytes = await encodeBundle({
    network,
    normalization,
    index: index.state(),
    threshold: 0.2,
    names: { 0: 'Anna', 1: 'Ben' },
    scores: { precision: 0.99, trained: ['2026', null] },
  });
  network.dispose();
  return bytes;
}

/** What the bundle takes four new images for. */
export async function recognized(bytes: Uint8Array): Promise<Recognition[]> {
  const { model, index: state, threshold, names } = await decodeBundle(bytes);
  const index = restoreIndex(state);
  const recognizer = createRecognizer({ model, index, threshold, names });
  const found = await recognizer.recognize(faces(4, 11), { k: 3 });
  index.dispose();
  model.network.dispose();
  return found;
}
