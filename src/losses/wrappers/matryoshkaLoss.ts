import { type Scalar, slice, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { checkPart } from '../../internal/checkPart.ts';
import { finite, listOf, wholeNumber } from '../../internal/optionKinds.ts';
import { type OptionTable, optional, readOptions, required } from '../../internal/readOptions.ts';
import type { Loss } from '../loss.ts';
import { lossBatch } from '../lossBatch.ts';
import type { ParametricLoss } from '../parametricLoss.ts';
import { multipleLosses } from './multipleLosses.ts';

export interface MatryoshkaLossOptions {
  /** The prefix lengths, such as [16, 32, 64]. The last is usually the length of the whole embedding. */
  dims: ArrayLike<number>;
  /** The loss of each prefix is multiplied by its number. Default: 1 for each. */
  coefficients?: ArrayLike<number>;
}

export const matryoshkaLossOptions: OptionTable<MatryoshkaLossOptions, 'coefficients'> = {
  dims: required(listOf(wholeNumber(1))),
  coefficients: optional(listOf(finite)),
};

/**
 * Matryoshka: the sum of a loss over several prefixes of the embedding, so that the first numbers of an embedding are a good
 * shorter embedding. A search may then cut embeddings off at any of these lengths.
 *
 * `loss` is one loss for all prefixes, or a function that makes the loss of a prefix length, for losses that have
 * parameters or a memory. The parts, parameters and state have the index of the prefix before their names: `0.loss`,
 * `1.W`. The returned loss accepts what `loss` accepts; the distance of `loss` normalizes each prefix for itself.
 *
 * @throws MetricLearningError if an option is unknown, missing or out of its range, or one loss with parameters or a memory
 * is given for several prefixes; at use if embeddings are shorter than a prefix.
 * @example
 * const loss = matryoshkaLoss(ntXentLoss(), { dims: [16, 32, 64] });
 * const classes = matryoshkaLoss((dims) => cosFaceLoss({ classes: 10, dims }), { dims: [16, 64] });
 * @see Kusupati et al.: Matryoshka Representation Learning, NeurIPS 2022. https://arxiv.org/abs/2205.13147
 */
export function matryoshkaLoss(
  loss: Loss | ((dims: number) => Loss),
  options: MatryoshkaLossOptions,
): ParametricLoss {
  const { dims, coefficients } = readOptions('matryoshkaLoss', matryoshkaLossOptions, options);
  const lengths = Array.from(dims);
  checkCount(lengths.length, coefficients?.length);
  const losses = lengths.map((length) => {
    const inner = typeof loss === 'function' ? loss(length) : loss;
    checkPart('matryoshkaLoss', 'loss', inner, 'compute');
    return inner;
  });
  if (typeof loss !== 'function' && 'state' in loss && lengths.length > 1) throw shared(loss.name);
  const longest = Math.max(...lengths);
  const ofLongest = losses[lengths.indexOf(longest)]!;
  const name = `matryoshkaLoss(${ofLongest.name})`;
  const all = multipleLosses(
    losses.map((inner, i) => ({
      loss: ofPrefix(inner, lengths[i]!),
      coefficient: coefficients?.[i] ?? 1,
    })),
  );
  return {
    ...all,
    name,
    distance: ofLongest.distance,
    compute(embeddings, labels, given) {
      lossBatch(name, all.accepts, embeddings, labels, given);
      checkDims(name, embeddings, longest);
      return all.compute(embeddings, labels, given);
    },
  };
}

/** The loss of the first `length` numbers of each embedding. */
function ofPrefix(loss: Loss, length: number): Loss {
  const prefix = (embeddings: Tensor2D): Tensor2D => {
    const [rows, dims] = embeddings.shape;
    return dims === length ? embeddings : slice(embeddings, [0, 0], [rows, length]);
  };
  return {
    ...loss,
    compute: (embeddings, labels, options = {}) =>
      tidy((): Scalar => {
        const { reference } = options;
        if (reference === undefined) return loss.compute(prefix(embeddings), labels, options);
        const shorter = { ...reference, embeddings: prefix(reference.embeddings) };
        return loss.compute(prefix(embeddings), labels, { ...options, reference: shorter });
      }),
  };
}

function checkDims(where: string, embeddings: Tensor2D, longest: number): void {
  const dims = embeddings.shape[1];
  if (dims >= longest) return;
  throw new MetricLearningError({
    where,
    expected: `embeddings of at least ${longest} dims, the longest prefix`,
    got: `${dims}`,
  });
}

function checkCount(prefixes: number, coefficients: number | undefined): void {
  if (coefficients === undefined || coefficients === prefixes) return;
  throw new MetricLearningError({
    where: 'matryoshkaLoss',
    expected: `one coefficient for each of the dims (${prefixes})`,
    got: `${coefficients}`,
  });
}

function shared(name: string): MetricLearningError {
  return new MetricLearningError({
    where: 'matryoshkaLoss',
    expected: 'a function that makes the loss of each length: the loss has parameters or a memory',
    got: `one ${name}`,
    fix: `Pass (dims) => ${name}({ .. }).`,
  });
}
