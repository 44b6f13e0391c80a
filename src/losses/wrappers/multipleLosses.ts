import { add, mul, type Scalar, tidy, type Variable } from '@tensorflow/tfjs-core';
import type { Labels } from '../../data/labels.ts';
import type { Distance } from '../../distances/distance.ts';
import { sameDistance } from '../../distances/distanceFromConfig.ts';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { finite, part } from '../../internal/optionKinds.ts';
import {
  type OptionTable,
  optional,
  preset,
  readOptions,
  required,
} from '../../internal/readOptions.ts';
import { joinSnapshots } from '../../internal/snapshot.ts';
import type { Miner } from '../../miners/miner.ts';
import type { Reference } from '../../tuples/reference.ts';
import { type LossObserver, readComputeOptions } from '../computeOptions.ts';
import { ofName } from '../internal/memoryState.ts';
import type { Loss, LossInputs } from '../loss.ts';
import type { LossState, ParametricLoss, StatefulLoss } from '../parametricLoss.ts';
import { snapshotLoss } from '../snapshotLoss.ts';

/** One of several losses. */
export interface LossEntry {
  readonly loss: Loss;
  /** The loss is multiplied by this number. Default 1. */
  readonly coefficient?: number;
  /** Mines the tuples of this loss. Default: the loss gets the tuples that `compute` is given. */
  readonly miner?: Miner;
}

const entryRules: OptionTable<LossEntry, 'miner'> = {
  loss: required(part('tripletMarginLoss()', 'compute')),
  coefficient: preset(1, finite),
  miner: optional(part('semiHardMiner()', 'mine')),
};

/**
 * The sum of several losses, each times a coefficient, each with its miner or none.
 *
 * Parameters, state and parts have the index of their loss before their names, such as `0.proxies`, in `variables`, in
 * `state` and for observers. `dispose` disposes the losses.
 *
 * @throws MetricLearningError if there is no loss or an entry is wrong; at use if tuples are given beside miners, or for
 * what one of the losses throws.
 * @example
 * const loss = multipleLosses([
 *   { loss: tripletMarginLoss({ margin: 0.2 }), miner: semiHardMiner() },
 *   { loss: cosFaceLoss({ classes: 10, dims: 64 }), coefficient: 0.1 },
 * ]);
 */
export function multipleLosses(entries: readonly LossEntry[]): ParametricLoss {
  if (!Array.isArray(entries) || entries.length === 0) {
    throw new MetricLearningError({
      where: 'multipleLosses',
      expected: 'a list of { loss, coefficient?, miner? }',
      got: Array.isArray(entries) ? 'an empty one' : typeof entries,
    });
  }
  const read = entries.map((entry, i) => readOptions(`multipleLosses[${i}]`, entryRules, entry));
  const losses = read.map(({ loss }) => loss);
  const mines = read.some(({ miner }) => miner !== undefined);
  const stateful = losses.map((loss) => ('state' in loss ? (loss as StatefulLoss) : undefined));
  const parametric = losses.map((loss) =>
    'variables' in loss ? (loss as ParametricLoss) : undefined,
  );

  return {
    name: `multipleLosses(${losses.map(({ name }) => name).join(', ')})`,
    accepts: { ...inputsOf(losses), ...(mines && { tuples: 'none' }) },
    variables: byIndex(parametric.map((loss) => loss?.variables ?? {})),
    distance: sharedDistance(losses),
    compute(embeddings, labels, given) {
      const { tuples, reference, observe } = readComputeOptions('multipleLosses', given);
      if (mines && tuples !== undefined) {
        throw new MetricLearningError({
          where: 'multipleLosses',
          expected: 'no tuples: the miners make them',
          got: 'tuples',
        });
      }
      return tidy(() => {
        const terms = read.map(({ loss, coefficient, miner }, i) => {
          const mined = miner?.mine(embeddings, labels as Labels, {
            reference: reference as Reference | undefined,
          });
          const observeTerm: LossObserver = (name, value, part) =>
            observe?.(`${i}.${name}`, mul(value, coefficient), part);
          const value = loss.compute(embeddings, labels, {
            tuples: mined ?? tuples,
            reference,
            observe: observeTerm,
          });
          return mul<Scalar>(value, coefficient);
        });
        return terms.reduce((x, y) => add<Scalar>(x, y));
      });
    },
    async state() {
      const states = stateful.map((loss) => loss?.state() ?? {});
      return byIndex(await Promise.all(states)) as LossState;
    },
    restore(state) {
      stateful.forEach((loss, i) => {
        loss?.restore(ofName(`${i}`, state));
      });
    },
    snapshot: async () => joinSnapshots(await Promise.all(losses.map(snapshotLoss))),
    dispose() {
      for (const loss of parametric) loss?.dispose();
    },
  };
}

/** The distance of the losses that measure one, if it is the same for all of them. */
function sharedDistance(losses: readonly Loss[]): Distance | undefined {
  const measured = losses.flatMap(({ distance }) => distance ?? []);
  const [first] = measured;
  return measured.every((distance) => sameDistance(distance, first as Distance))
    ? first
    : undefined;
}

/** What all of the losses accept. */
function inputsOf(losses: readonly Loss[]): LossInputs {
  const first = <T>(order: readonly T[], of: (accepts: LossInputs) => T): T =>
    order.find((value) => losses.some(({ accepts }) => of(accepts) === value)) as T;
  return {
    labels: first(
      ['needed', 'or tuples', 'optional', 'none'] as const,
      (accepts) => accepts.labels,
    ),
    tuples: first(['none', 'tuples', 'coefficients'] as const, (accepts) => accepts.tuples),
    reference: first(['none', 'needed', 'optional'] as const, (accepts) => accepts.reference),
    classes: losses.some(({ accepts }) => accepts.classes),
  };
}

function byIndex<T extends Variable | LossState[string]>(
  records: readonly Readonly<Record<string, T>>[],
): Record<string, T> {
  return Object.fromEntries(
    records.flatMap((record, i) =>
      Object.entries(record).map(([name, value]) => [`${i}.${name}`, value] as const),
    ),
  );
}
