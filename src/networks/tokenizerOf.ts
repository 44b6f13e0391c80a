import { restoreTokenizer, type Tokenizer } from '../data/encoders/fitTokenizer.ts';
import { keptEncoder, type NetworkHolder } from './networkEncoder.ts';

/**
 * The tokenizer that is kept with a model: the one that `new TripletModel(base, { encoder })` was given, also after saving
 * and loading, and in a bundle. `model` is a `TripletModel`, what `createEmbedder` makes, the model of a bundle, or the
 * network itself.
 *
 * @throws MetricLearningError if the model has no tokenizer.
 * @example
 * const { model } = await decodeBundle(bytes);
 * const embeddings = model.embed(tokenizerOf(model).encode(texts).examples);
 */
export function tokenizerOf(model: NetworkHolder): Tokenizer {
  return restoreTokenizer(keptEncoder('tokenizerOf', 'tokenizer', model).state);
}
