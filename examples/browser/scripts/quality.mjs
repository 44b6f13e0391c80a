// What the pretrained network is worth, measured on digits that it has never seen, neither it nor its index or threshold.
import { createRandom } from 'tfjs-metric-learning';
import { imageSize, rowsOf } from './digits.mjs';
import { drawGlyph } from './glyphs.mjs';

const each = 100; // drawings of each stranger

/**
 * The threshold that refuses 1 % of known digits, chosen on one half of the digits; on the other half precision at 1 and the
 * share refused; and the share of drawn strangers that are found out as such, of all and of each kind.
 */
export async function measure({ model, index, rest, strangers }) {
  // Every other one: MNIST's first test digits are other people's than its last ones.
  const half = (first) =>
    rowsOf(
      rest,
      [...rest.labels.keys()].filter((i) => i % 2 === first),
    );
  const [chosenOn, measuredOn] = [half(0), half(1)];
  const nearest = async (pixels) => {
    const embeddings = await model.embed(pixels);
    const hits = await index.search(embeddings, 1);
    embeddings.dispose();
    return hits.map(([hit]) => hit);
  };
  const distances = (await nearest(chosenOn.pixels))
    .map(({ distance }) => distance)
    .sort((a, b) => a - b);
  const threshold = distances[Math.floor(0.99 * distances.length)];

  const found = await nearest(measuredOn.pixels);
  const share = (hits, test) => hits.filter(test).length / hits.length;
  const random = createRandom(7);
  const hand = { uniform: () => random.next() };
  const foundOf = {};
  for (const [name, strokes] of Object.entries(strangers)) {
    const pixels = new Uint8Array(each * imageSize);
    for (let i = 0; i < each; i++)
      pixels.set(drawGlyph(strokes, hand).map(Math.round), i * imageSize);
    foundOf[name] = share(await nearest(pixels), ({ distance }) => distance > threshold);
  }
  const values = Object.values(foundOf);
  return {
    threshold,
    precisionAt1: share(found, ({ label }, i) => Number(label) === measuredOn.labels[i]),
    refused: share(found, ({ distance }) => distance > threshold),
    strangersFound: values.reduce((sum, value) => sum + value, 0) / values.length,
    strangersFoundOf: foundOf,
  };
}
