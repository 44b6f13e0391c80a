import { dispose, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import type { ClassLoss } from '../../../src/losses/classification/classLoss.ts';
import type { SubCenterArcFaceLoss } from '../../../src/losses/classification/subCenterArcFaceLoss.ts';
import type { Loss } from '../../../src/losses/loss.ts';
import { dynamicSoftMarginLoss } from '../../../src/losses/triplet/dynamicSoftMarginLoss.ts';
import {
  type CrossBatchMemory,
  crossBatchMemory,
} from '../../../src/losses/wrappers/crossBatchMemory.ts';
import { multipleLosses } from '../../../src/losses/wrappers/multipleLosses.ts';
import { selfSupervisedLoss } from '../../../src/losses/wrappers/selfSupervisedLoss.ts';
import type { Miner } from '../../../src/miners/miner.ts';
import type { Reference } from '../../../src/tuples/reference.ts';
import type { Tuples } from '../../../src/tuples/tuples.ts';
import { classLossMakers, logitFactor, setWeights } from '../../support/referenceClassLosses.ts';
import { distanceOf } from '../../support/referenceDistances.ts';
import { type LossSpec, lossOf } from '../../support/referenceLosses.ts';
import { minerOf, sortedTuples } from '../../support/referenceMiners.ts';
import { expectNear, expectRefused, expectSame, type Numbers } from './compare.ts';
import { disposeLoss, evaluate, expectEvaluation, type LossCall, type LossCase } from './losses.ts';

type MinerSpec = { type: string } & Record<string, unknown>;

interface Step extends LossCall {
  labels: number[];
  enqueue_mask?: boolean[];
  expected: LossCase['expected'] & {
    queue_idx: number;
    has_been_filled: boolean;
    memory_labels: number[];
    indices_tuple_sorted: number[][][];
  };
}

/** A case of `wrappers.json`; what it has depends on its kind. */
export interface WrapperCase extends LossCall {
  id: string;
  kind: string;
  params: Record<string, number>;
  inner: LossSpec;
  losses: LossSpec[];
  loss_weights: number[] | null;
  miners: (MinerSpec | null)[] | null;
  miner: MinerSpec | null;
  steps: Step[];
  weights: Record<string, number[][]>;
  expected: LossCase['expected'] & {
    logits?: Numbers;
    outliers?: number[];
    dominant_centers?: number[][];
  };
}

/** The check of each kind of case. */
const kinds: Record<string, (c: WrapperCase) => void | Promise<void>> = {
  SelfSupervisedLoss(c) {
    const symmetric = (c.params as unknown as { symmetric: boolean }).symmetric;
    const loss = selfSupervisedLoss(lossOf(c.inner), { symmetric });
    expectEvaluation(evaluate(loss, { ...c, labels: null }), c.expected);
  },
  'SelfSupervisedLoss.unsupported': (c) =>
    expectRefused(() => selfSupervisedLoss(lossOf(defaultsOf(c.inner)))),
  CrossBatchMemory: checkMemory,
  'CrossBatchMemory.unsupported': (c) =>
    expectRefused(() => crossBatchMemory(lossOf(defaultsOf(c.inner)))),
  MultipleLosses(c) {
    const entries = c.losses.map((spec, i) => {
      const miner = c.miners?.[i];
      return {
        loss: lossOf(spec),
        coefficient: c.loss_weights?.[i] ?? 1,
        ...(miner && { miner: minerFrom(miner) }),
      };
    });
    expectEvaluation(evaluate(multipleLosses(entries), c), c.expected);
  },
  async DynamicSoftMarginSequence(c) {
    const { min_val = -2, num_bins = 10, momentum = 0.01 } = c.params;
    const loss = dynamicSoftMarginLoss({ minVal: min_val, numBins: num_bins, momentum });
    for (const step of c.steps) {
      expectEvaluation(evaluate(loss, step), step.expected);
      const { histogram } = await loss.state();
      expectNear('hist', histogram?.values, step.expected.hist as Numbers);
    }
  },
  get_logits(c) {
    const loss = lossOf(c.inner) as ClassLoss;
    setWeights(loss, c.weights);
    const x = tensor2d(c.embeddings);
    const logits = loss.logits(x);
    const { loss: name, params, distance } = c.inner;
    const inverted = distance === undefined || distanceOf(distance).inverted;
    const factor = logitFactor(name, params as Record<string, number>, inverted);
    const got = logits.arraySync().map((row) => row.map((logit) => logit / factor));
    dispose([x, logits]);
    disposeLoss(loss);
    expectNear('logits', got, c.expected.logits as Numbers);
  },
  async get_outliers({ params, weights, embeddings, labels, expected }) {
    const loss = lossOf({ loss: 'SubCenterArcFaceLoss', params }) as SubCenterArcFaceLoss;
    setWeights(loss, weights);
    const x = tensor2d(embeddings);
    const thresholdDegrees = params['threshold'] as number;
    const { rows, dominantCenters } = await loss.outliers(x, labels ?? [], { thresholdDegrees });
    x.dispose();
    disposeLoss(loss);
    expectSame('outliers', [...rows], expected.outliers);
    const each = params['sub_centers'] as number;
    const columns = [...dominantCenters].map((center, id) => id * each + center);
    const centers = weights['W']?.map((row) => columns.map((column) => row[column] as number));
    expectSame('dominant_centers', centers, expected.dominant_centers);
  },
};

/** Compares a loss that wraps others, or what a loss can do beside `compute`, with the reference. */
export async function checkWrapper(c: WrapperCase): Promise<void> {
  const check = kinds[c.kind];
  if (check === undefined) throw new Error(`no check for ${c.kind}`);
  await check(c);
}

/** Steps on one object, whose memory carries over. */
async function checkMemory(c: WrapperCase): Promise<void> {
  const inner = lossOf(c.inner);
  let seen: Tuples | undefined;
  const watched: Loss = {
    ...inner,
    compute(embeddings, labels, options) {
      seen = options?.tuples;
      return inner.compute(embeddings, labels, options);
    },
  };
  const size = c.params['memory_size'] as number;
  const memory = crossBatchMemory(watched, {
    size,
    ...(c.miner && { miner: amongCopies(minerFrom(c.miner)) }),
  });
  for (const step of c.steps) {
    const { enqueue_mask: mask, expected } = step;
    const got = evaluate(memory, step, (loss, x, labels, tuples) =>
      mask === undefined
        ? loss.compute(x, labels, { tuples })
        : (loss as CrossBatchMemory).computeMasked(x as Tensor2D, labels ?? [], mask, { tuples }),
    );
    expectEvaluation(got, expected);
    const tuples = sortedTuples(seen as Tuples);
    const columns = 'triplets' in tuples ? [tuples.triplets] : [tuples.pos, tuples.neg];
    expectSame('indices_tuple_sorted', columns, expected.indices_tuple_sorted);
    const state = await memory.state();
    expectSame('memory_labels', [...(state['labels']?.values ?? [])], expected.memory_labels);
    expectSame('queue_idx', state['next']?.values[0], expected.queue_idx);
    expectSame('has_been_filled', memory.count === size, expected.has_been_filled);
  }
  memory.dispose();
}

/**
 * The miner as the reference runs it inside of a memory: among the copies of the batch, which are removed from the tuples
 * afterwards. The library leaves them out before mining, because a copy is always the easiest positive.
 */
function amongCopies(miner: Miner): Miner {
  return {
    ...miner,
    mine(embeddings, labels, options) {
      const reference = {
        ...(options?.reference as Reference),
        copies: new Int32Array(embeddings.shape[0]).fill(-1),
      };
      return miner.mine(embeddings, labels, { reference });
    },
  };
}

function minerFrom({ type, ...options }: MinerSpec): ReturnType<typeof minerOf> {
  return minerOf(type, options);
}

/** A loss that is only named: as it is made without options, for three classes where it needs them. */
function defaultsOf({ loss }: LossSpec): LossSpec {
  const sizes = { num_classes: 3, embedding_size: 4, descriptors_dim: 4, l: 4, margin: 0.5, Tn: 1 };
  return { loss, params: loss in classLossMakers || loss === 'RankedListLoss' ? sizes : {} };
}
