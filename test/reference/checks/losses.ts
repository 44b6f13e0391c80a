import {
  dispose,
  type Scalar,
  type Tensor,
  type Tensor2D,
  tensor2d,
  tidy,
  type Variable,
  variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import type { LossReference } from '../../../src/losses/computeOptions.ts';
import type { Loss } from '../../../src/losses/loss.ts';
import type { ParametricLoss, StatefulLoss } from '../../../src/losses/parametricLoss.ts';
import type { Tuples } from '../../../src/tuples/tuples.ts';
import { setWeights } from '../../support/referenceClassLosses.ts';
import { type LossSpec, lossOf } from '../../support/referenceLosses.ts';
import { expectNear, expectRefused, gradientTolerance, type Numbers } from './compare.ts';
import { tuplesOf } from './tuples.ts';

/** A case of `losses.json`. */
export interface LossCase extends LossSpec {
  id: string;
  embeddings: number[][];
  labels: number[] | null;
  ref_emb?: number[][];
  ref_labels?: number[] | null;
  /** Triplets, pairs, or for ManifoldLoss the proxy of each embedding: our `labels`. */
  indices_tuple?: number[][] | number[];
  weights?: Record<string, number[] | number[][]>;
  expected: {
    loss?: Numbers;
    grad_embeddings?: Numbers;
    grad_ref_emb?: Numbers;
    grad_weights?: Record<string, Numbers>;
    hist?: Numbers;
    error?: { message?: string };
  };
}

/** Compares a loss with the reference: its value, and its gradients in embeddings, reference set and weights. */
export async function checkLoss(c: LossCase): Promise<void> {
  const { error } = c.expected;
  if (error) {
    const wrong = wrongDistance(error.message);
    const spec = wrong === undefined ? c : { ...c, distance: wrong, distance_given: true };
    expectRefused(() => {
      const loss = lossOf(spec);
      try {
        // Off the tape: tfjs keeps what a tape has saved when an error leaves it.
        tidy(() => withInputs(c, (...inputs) => plainCompute(loss, ...inputs)));
      } finally {
        disposeLoss(loss);
      }
    });
    return;
  }
  const loss = lossOf(c);
  if (c.weights) setWeights(loss as ParametricLoss, c.weights);
  expectEvaluation(evaluate(loss, c), c.expected);
  if (c.expected.hist) {
    const { histogram } = await (loss as StatefulLoss).state();
    expectNear('hist', histogram?.values, c.expected.hist);
  }
  disposeLoss(loss);
}

/** What a loss is called with. */
export interface LossCall {
  embeddings: number[][];
  labels: number[] | null;
  ref_emb?: number[][];
  ref_labels?: number[] | null;
  indices_tuple?: number[][] | number[];
}

/** What a loss gives for it. */
export interface Evaluation {
  loss: number;
  grad_embeddings: unknown;
  grad_ref_emb: unknown;
  grad_weights: Record<string, unknown>;
}

/** How a loss is called, where it is not by `compute`. */
export type Compute = (
  loss: Loss,
  embeddings: Tensor2D,
  labels: number[] | null,
  tuples?: Tuples,
  reference?: LossReference,
) => Scalar;

const plainCompute: Compute = (loss, embeddings, labels, tuples, reference) =>
  loss.compute(embeddings, labels, { tuples, reference });

/** Value and gradients in one pass: embeddings and reference set are made variables like the weights. */
export function evaluate(loss: Loss, call: LossCall, compute: Compute = plainCompute): Evaluation {
  const weights = 'variables' in loss ? (loss as ParametricLoss).variables : {};
  return withInputs(call, (x, labels, tuples, reference) => {
    const set = reference?.embeddings;
    const inputs = { x, ...(set && { set }), ...weights } as unknown as Record<string, Variable>;
    const { value, grads } = variableGrads(
      () => compute(loss, x, labels, tuples, reference),
      Object.values(inputs),
    );
    const {
      x: grad_embeddings,
      set: grad_ref_emb,
      ...grad_weights
    } = Object.fromEntries(
      Object.entries(inputs).map(([name, of]) => [name, grads[of.name]?.arraySync()]),
    );
    const result = {
      loss: value.dataSync()[0] as number,
      grad_embeddings,
      grad_ref_emb,
      grad_weights,
    };
    dispose([value, grads]);
    return result;
  });
}

/** Runs with a call's inputs, embeddings and reference set as variables, and frees them. */
function withInputs<T>(
  call: LossCall,
  run: (x: Tensor2D, labels: number[] | null, tuples?: Tuples, reference?: LossReference) => T,
): T {
  const { indices_tuple: columns } = call;
  const flat = call.labels === null && typeof columns?.[0] === 'number';
  const labels = flat ? (columns as number[]) : call.labels;
  const tuples = flat || columns === undefined ? undefined : tuplesOf(columns as number[][]);
  const x = variableOf(call.embeddings);
  const set = call.ref_emb && variableOf(call.ref_emb);
  try {
    return run(x, labels, tuples, set && { embeddings: set, labels: call.ref_labels ?? null });
  } finally {
    dispose([x, set ?? []]);
  }
}

/** Throws unless value and gradients are within the tolerances. */
export function expectEvaluation(got: Evaluation, expected: LossCase['expected']): void {
  expectNear('loss', got.loss, expected.loss as Numbers);
  expectNear(
    'grad_embeddings',
    got.grad_embeddings,
    expected.grad_embeddings ?? [],
    gradientTolerance,
  );
  if (expected.grad_ref_emb) {
    expectNear('grad_ref_emb', got.grad_ref_emb, expected.grad_ref_emb, gradientTolerance);
  }
  for (const [name, gradient] of Object.entries(expected.grad_weights ?? {})) {
    expectNear(`grad_weights.${name}`, got.grad_weights[name], gradient, gradientTolerance);
  }
}

/** Frees the weights of a loss that has some. */
export function disposeLoss(loss: Loss): void {
  if ('dispose' in loss) (loss as ParametricLoss).dispose();
}

/** A distance at fault, for cases that record the complaint about it but not the distance itself. */
function wrongDistance(message = ''): { type: string } | undefined {
  const [, wanted] = /requires the distance metric to be (\w+)/.exec(message) ?? [];
  if (wanted === undefined) return undefined;
  return { type: wanted === 'LpDistance' ? 'CosineSimilarity' : 'LpDistance' };
}

function variableOf(rows: number[][]): Tensor2D {
  const initial = tensor2d(rows);
  const made = variable(initial);
  initial.dispose();
  return made as Tensor as Tensor2D;
}
