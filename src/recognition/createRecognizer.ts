import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { Examples } from '../data/dataset.ts';
import { type EmbeddingRows, readEmbeddings } from '../data/embeddings.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkPart } from '../internal/checkPart.ts';
import { checkRecord } from '../internal/checkRecord.ts';
import { checkInteger } from '../internal/checks.ts';
import type { Embedder } from '../networks/createEmbedder.ts';
import { checkThreshold } from '../search/checkThreshold.ts';
import { classify } from '../search/classify.ts';
import { exactDistance } from '../search/exact/exactDistance.ts';
import type { Classification } from '../search/majorityVote.ts';
import type { ItemFilter, ItemLabel, Json, VectorIndex } from '../search/vectorIndex.ts';
import { contentIds } from './contentIds.ts';

export interface RecognizerOptions {
  /** A `TripletModel`, or what `createEmbedder` makes; it stays the caller's. */
  model: Embedder;
  /** Where the enrolled examples are kept; it stays the caller's, and may hold items already. */
  index: VectorIndex;
  /** The distance, in the index's unit, up to which two examples are of one class: see `calibrateThreshold`. */
  threshold: number;
  /** What labels are called. Default: by themselves. */
  names?: Readonly<Record<ItemLabel, string>>;
}

export interface RecognizeOptions {
  /** How many neighbours vote. Default 5. */
  k?: number;
  /** Among these only. */
  filter?: ItemFilter;
}

/** What an example was taken for. */
export interface Recognition extends Classification<ItemLabel> {
  /** What the label is called, or null if the example is like nothing that was enrolled. */
  readonly name: string | null;
  /** How many of the neighbours within the threshold have the label. */
  readonly votes: number;
}

/** Knows classes by their examples, without having been trained on them. */
export interface Recognizer {
  readonly threshold: number;
  /**
   * Keeps examples of a class, and returns the ids of their items. The same example twice is kept once.
   *
   * @throws MetricLearningError if the examples do not fit the model, keeping none.
   */
  enrol(
    label: ItemLabel,
    examples: Examples,
    metadata?: { readonly [key: string]: Json },
  ): Promise<string[]>;
  /** Forgets all examples of a class, and says how many there were. */
  forget(label: ItemLabel): Promise<number>;
  /** Gives each example the label that most of its nearest neighbours within the threshold have; null with none. */
  recognize(examples: Examples, options?: RecognizeOptions): Promise<Recognition[]>;
  /**
   * Are the i-th examples of the two of one class, known or not?
   *
   * @throws MetricLearningError if they are not equally many.
   */
  isMatch(a: Examples, b: Examples): Promise<{ match: boolean; distance: number }[]>;
}

/**
 * Recognises classes by a model and an index: enrol a class with a few examples, forget it, ask for it, all without
 * training. An example beyond the threshold of all that was enrolled is of no known class ("open set").
 *
 * @throws MetricLearningError if model and index have other widths, or the threshold is no number.
 */
export function createRecognizer(options: RecognizerOptions): Recognizer {
  const where = 'createRecognizer';
  checkRecord(where, 'options', options, '{ model, index, threshold }'); // a bundle has more: its scores
  const { model, index, threshold, names = {} } = options;
  checkPart(where, 'model', model, 'embed');
  checkPart(where, 'index', index, 'search');
  checkThreshold(where, threshold);
  if (model.dims !== index.dims) {
    throw new MetricLearningError({
      where,
      expected: `an index of the model's width (${model.dims})`,
      got: `${index.dims} dims`,
    });
  }
  const embed = async (name: string, examples: Examples): Promise<EmbeddingRows> => {
    const embeddings: Tensor2D = model.embed(examples);
    try {
      return await readEmbeddings(`recognizer.${name}`, 'embeddings', embeddings);
    } finally {
      embeddings.dispose();
    }
  };

  return {
    threshold,
    async enrol(label, examples, metadata) {
      const rows = await embed('enrol', examples);
      const { ids, distinct } = await contentIds(label, rows);
      await index.upsert(
        distinct,
        [...new Set(ids)].map((id) => ({ id, label, ...(metadata && { metadata }) })),
      );
      return ids;
    },
    forget: (label) => index.remove({ label }),
    async recognize(examples, { k = 5, filter } = {}) {
      checkInteger('recognizer.recognize', 'k', k);
      const rows = await embed('recognize', examples);
      const found = await classify(index, rows, k, { threshold, ...(filter && { filter }) });
      return found.map((one) => ({
        ...one,
        name: one.label === null ? null : (names[one.label] ?? String(one.label)),
        votes: Math.round(one.confidence * k),
      }));
    },
    async isMatch(a, b) {
      const [x, y] = [await embed('isMatch', a), await embed('isMatch', b)];
      if (x.shape[0] !== y.shape[0]) {
        throw new MetricLearningError({
          where: 'recognizer.isMatch',
          expected: 'as many examples on both sides',
          got: `${x.shape[0]} and ${y.shape[0]}`,
        });
      }
      const between = exactDistance(index.distance, x, y);
      return Array.from({ length: x.shape[0] }, (_, i) => {
        const distance = between(i, i);
        return { match: distance <= threshold, distance };
      });
    },
  };
}
