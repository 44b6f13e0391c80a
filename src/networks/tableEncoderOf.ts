import { restoreTable, type TableEncoder } from '../data/encoders/fitTable.ts';
import { keptEncoder, type NetworkHolder } from './networkEncoder.ts';

/**
 * The table encoder that is kept with a model: the one that `new TripletModel(base, { encoder })` was given, also after
 * saving and loading, and in a bundle. `model` is a `TripletModel`, what `createEmbedder` makes, the model of a bundle, or
 * the network itself.
 *
 * @throws MetricLearningError if the model has no table encoder.
 * @example
 * const model = await TripletModel.load('./model');
 * const embeddings = model.embed(tableEncoderOf(model).encode(rows).examples);
 */
export function tableEncoderOf(model: NetworkHolder): TableEncoder {
  return restoreTable(keptEncoder('tableEncoderOf', 'table', model).state);
}
