import type { Examples } from '../data/dataset.ts';
import type { EmbeddingRows } from '../data/embeddings.ts';
import type { LazyDataset } from '../data/lazyDataset.ts';
import type { Distance } from '../distances/distance.ts';
import { distanceCode, sameDistance } from '../distances/distanceFromConfig.ts';
import { distanceKind } from '../distances/distanceOption.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import { part, recordLike, wholeNumber } from '../internal/optionKinds.ts';
import {
  made,
  type OptionTable,
  optional,
  preset,
  readOptions,
  required,
} from '../internal/readOptions.ts';
import { type Embedder, embedInputs } from '../networks/embedder.ts';
import { isLabel } from '../search/checkItems.ts';
import { classify } from '../search/classify.ts';
import { measurePairs } from '../search/exact/measurePairs.ts';
import type { Classification } from '../search/majorityVote.ts';
import { thresholdKind } from '../search/searchOptions.ts';
import type { ItemFilter, ItemLabel, Json, VectorIndex } from '../search/vectorIndex.ts';
import { contentIds } from './contentIds.ts';

export interface RecognizerOptions<Inputs = Examples> {
  /**
   * What makes embeddings: a `TripletModel`, what `createEmbedder` makes, or any `{ dims, embed }`, whose `embed` may
   * be asynchronous. It stays the caller's.
   */
  model: Embedder<Inputs>;
  /** Where the enrolled examples are kept. It stays the caller's, and may hold items already. */
  index: VectorIndex;
  /** The distance, as the index measures it, up to which two examples are of one class: see `calibrateThreshold`. */
  threshold: number;
  /**
   * The names of the labels. Default: those of the classes that the model was trained on, by class id; else the labels
   * themselves.
   */
  names?: Readonly<Record<ItemLabel, string>>;
  /** The distance of index and threshold, where it is not the distance of the model. Default: the model's. */
  distance?: Distance;
  /** Ignored, so that the result of `decodeBundle` can be passed as it is. Default: none. */
  scores?: Json;
}

export const recognizerOptions: OptionTable<
  RecognizerOptions<never>,
  'names' | 'distance' | 'scores'
> = {
  model: required(part('a TripletModel', 'embed')),
  index: required(part('createIndex({ dims })', 'search', 'upsert', 'remove')),
  threshold: required(thresholdKind),
  names: optional(recordLike('{ label: name }')),
  distance: optional(distanceKind),
  scores: optional({ expected: 'anything', accepts: () => true }),
};

export interface RecognizeOptions {
  /** The number of neighbors that vote. Default 5. */
  k?: number;
  /** Which enrolled examples may be found. Default: all. */
  filter?: ItemFilter;
}

export const recognizeOptions: OptionTable<RecognizeOptions> = {
  k: preset(5, wholeNumber(1)),
  filter: made(() => ({}), { expected: 'a filter', accepts: () => true }),
};

/** The class that an example was recognized as. */
export interface Recognition extends Classification<ItemLabel> {
  /** The name of the label, or null if no enrolled example is within the threshold. */
  readonly name: string | null;
}

/** Recognizes classes by examples of them, without training on them. */
export interface Recognizer<Inputs = Examples> {
  readonly threshold: number;
  /**
   * Keeps examples of a class, and returns the ids of their items. Equal examples are kept once.
   *
   * @throws MetricLearningError if the examples do not fit the model, keeping none.
   */
  enrol(
    label: ItemLabel,
    examples: Inputs | LazyDataset,
    metadata?: { readonly [key: string]: Json },
  ): Promise<string[]>;
  /** The same as `enrol`, in American spelling. */
  enroll: Recognizer<Inputs>['enrol'];
  /** Removes all examples of a class, and returns their number. */
  forget(label: ItemLabel): Promise<number>;
  /** Gives each example the label that most of its nearest neighbors within the threshold have; null without any. */
  recognize(examples: Inputs | LazyDataset, options?: RecognizeOptions): Promise<Recognition[]>;
  /**
   * Whether the i-th examples of a and b are of one class, which need not be enrolled.
   *
   * @throws MetricLearningError if a and b do not hold equally many examples.
   */
  isMatch(
    a: Inputs | LazyDataset,
    b: Inputs | LazyDataset,
  ): Promise<{ match: boolean; distance: number }[]>;
}

/**
 * Recognizes classes by a model and an index: enroll a class with a few examples, forget it, recognize it, all without
 * training. An example beyond the threshold of all enrolled examples is of no known class ("open set").
 *
 * Index and threshold must be of the model's distance: `createIndex({ model })` makes such an index.
 *
 * @throws MetricLearningError if model and index have different widths or distances, or an option is unknown or out of
 * its range.
 * @example
 * const index = createIndex({ model });
 * const recognizer = createRecognizer({ model, index, threshold: 0.8 });
 * await recognizer.enroll('Anna', photos);
 * const [{ name, confidence }] = await recognizer.recognize(photo);
 */
export function createRecognizer<Inputs = Examples>(
  options: RecognizerOptions<Inputs>,
): Recognizer<Inputs> {
  const where = 'createRecognizer';
  const values = readOptions(where, recognizerOptions, options);
  const { index, threshold } = values;
  const model = values.model as Embedder<Inputs>;
  const names = values.names ?? Object.fromEntries((model.names ?? []).entries());
  if (model.dims !== index.dims) {
    throw new MetricLearningError({
      where,
      expected: `an index of the model's width (${model.dims})`,
      got: `${index.dims} dims`,
      fix: 'Make the index for the model: createIndex({ model }).',
    });
  }
  checkDistance(where, values.distance ?? model.distance, index.distance);
  const embed = (name: string, examples: Inputs | LazyDataset): Promise<EmbeddingRows> =>
    embedInputs(`recognizer.${name}`, model, examples);

  const enrol: Recognizer<Inputs>['enrol'] = async (label, examples, metadata) => {
    checkLabel('recognizer.enrol', label);
    const rows = await embed('enrol', examples);
    const { ids, distinct } = await contentIds(label, rows);
    await index.upsert(
      distinct,
      [...new Set(ids)].map((id) => ({ id, label, ...(metadata !== undefined && { metadata }) })),
    );
    return ids;
  };

  return {
    threshold,
    enrol,
    enroll: enrol,
    async forget(label) {
      checkLabel('recognizer.forget', label);
      return index.remove({ label });
    },
    async recognize(examples, given = {}) {
      const { k, filter } = readOptions('recognizer.recognize', recognizeOptions, given);
      const rows = await embed('recognize', examples);
      const found = await classify(index, rows, k, { threshold, filter });
      return found.map((one) => ({
        ...one,
        name: one.label === null ? null : (names[one.label] ?? String(one.label)),
      }));
    },
    async isMatch(a, b) {
      const [x, y] = [await embed('isMatch', a), await embed('isMatch', b)];
      if (x.shape[0] !== y.shape[0]) {
        throw new MetricLearningError({
          where: 'recognizer.isMatch',
          expected: 'equally many examples in a and b',
          got: `${x.shape[0]} and ${y.shape[0]}`,
        });
      }
      const all = Int32Array.from({ length: x.shape[0] }, (_, i) => i);
      const distances = await measurePairs(
        'recognizer.isMatch',
        index.distance,
        [x, all],
        [y, all],
      );
      return Array.from(distances, (distance) => ({ match: distance <= threshold, distance }));
    },
  };
}

/** Throws if a distance is known and is not the index's. */
function checkDistance(where: string, expected: Distance | undefined, index: Distance): void {
  if (expected === undefined || sameDistance(expected, index)) return;
  throw new MetricLearningError({
    where,
    expected: `an index of the model's distance, ${distanceCode(expected)}`,
    got: `an index of ${distanceCode(index)}`,
    fix: 'Make the index for the model, createIndex({ model }), or pass distance: index.distance to measure otherwise than the model was trained.',
  });
}

function checkLabel(where: string, label: unknown): void {
  if (isLabel(label)) return;
  throw new MetricLearningError({
    where,
    expected: 'label to be a string or a finite number',
    got: show(label),
    ...(Array.isArray(label) && { fix: 'Enroll one class at a time: enroll(label, examples).' }),
  });
}
