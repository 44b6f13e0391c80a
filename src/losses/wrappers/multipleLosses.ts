import { add, mul, type Scalar, tidy, type Variable } from '@tensorflow/tfjs-core';
import type { Labels } from '../../data/labels.ts';
import type { Distance } from '../../distances/distance.ts';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkOptionalPart, checkPart } from '../../internal/checkPart.ts';
import { checkFinite } from '../../internal/checks.ts';
import { joinSnapshots } from '../../internal/snapshot.ts';
import type { Miner } from '../../miners/miner.ts';
import type { Reference } from '../../tuples/reference.ts';
import { type LossObserver, readComputeOptions } from '../computeOptions.ts';
import type { Loss, LossInputs } from '../loss.ts';
import type { LossState, ParametricLoss, StatefulLoss } from '../parametricLoss.ts';
import { snapshotLoss } from '../snapshotLoss.ts';

/** One of several losses. */
export interface LossEntry {
  readonly loss: Loss;
  /** What it is multiplied by. Default 1. */
  readonly coefficient?: number;
  /** Mines its tuples. Default: it is given those that `compute` is given. */
  readonly miner?: Miner;
}

/**
 * The weighted sum of several losses, each with a miner of its own or none.
 *
 * Weights, state and parts are those of the losses: `variables`, `state` and an observer have them by the loss's place
 * and their name, such as `0.proxies`; `dispose` disposes the losses.
 *
 * @throws MetricLearningError if there is no loss or a weight is not finite; and at use if tuples are given beside
 * miners, or for what one of the losses throws.
 */
export function multipleLosses(entries: readonly LossEntry[]): ParametricLoss {
  if (!Array.isArray(entries) || entries.length === 0) {
    throw new MetricLearningError({
      where: 'multipleLosses',
      expected: 'a list of { loss, coefficient?, miner? }',
      got: Array.isArray(entries) ? 'an empty one' : typeof entries,
    });
  }
  entries.forEach((entry, i) => {
    checkOptions(`multipleLosses[${i}]`, entry, ['loss', 'coefficient', 'miner']);
    checkPart('multipleLosses', `[${i}].loss`, entry.loss, 'compute');
    checkOptionalPart('multipleLosses', `[${i}].miner`, entry.miner, 'mine');
    checkFinite('multipleLosses', `[${i}].coefficient`, entry.coefficient ?? 1);
  });
  const losses = entries.map(({ loss }) => loss);
  const mines = entries.some(({ miner }) => miner !== undefined);
  const stateful = losses.map((loss) => ('state' in loss ? (loss as StatefulLoss) : undefined));
  const weighted = losses.map((loss) =>
    'variables' in loss ? (loss as ParametricLoss) : undefined,
  );

  return {
    name: `multipleLosses(${losses.map(({ name }) => name).join(', ')})`,
    accepts: { ...inputsOf(losses), ...(mines && { tuples: 'none' }) },
    variables: byPlace(weighted.map((loss) => loss?.variables ?? {})),
    distance: sharedDistance(losses),
    compute(embeddings, labels, given) {
      const { tuples, reference, observe } = readComputeOptions('multipleLosses', given);
      if (mines && tuples !== undefined) {
        throw new MetricLearningError({
          where: 'multipleLosses',
          expected: 'no tuples: its miners make them',
          got: 'tuples',
        });
      }
      return tidy(() => {
        const terms = entries.map(({ loss, coefficient = 1, miner }, i) => {
          const mined = miner?.mine(embeddings, labels as Labels, {
            reference: reference as Reference | undefined,
          });
          const tell: LossObserver = (name, value, part) =>
            observe?.(`${i}.${name}`, mul(value, coefficient), part);
          const value = loss.compute(embeddings, labels, {
            tuples: mined ?? tuples,
            reference,
            observe: tell,
          });
          return mul<Scalar>(value, coefficient);
        });
        return terms.reduce((x, y) => add<Scalar>(x, y));
      });
    },
    async state() {
      const states = stateful.map((loss) => loss?.state() ?? {});
      return byPlace(await Promise.all(states)) as LossState;
    },
    restore(state) {
      stateful.forEach((loss, i) => {
        loss?.restore(atPlace(state, i));
      });
    },
    snapshot: async () => joinSnapshots(await Promise.all(losses.map(snapshotLoss))),
    dispose() {
      for (const loss of weighted) loss?.dispose();
    },
  };
}

/** The distance of the losses that measure one, if it is the same for all of them. */
function sharedDistance(losses: readonly Loss[]): Distance | undefined {
  const measured = losses.flatMap(({ distance }) => distance ?? []);
  const [first] = measured;
  return measured.every((distance) => distance === first) ? first : undefined;
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
    tuples: first(['none', 'tuples', 'weights'] as const, (accepts) => accepts.tuples),
    reference: first(['none', 'needed', 'optional'] as const, (accepts) => accepts.reference),
    classes: losses.some(({ accepts }) => accepts.classes),
  };
}

function byPlace<T extends Variable | LossState[string]>(
  records: readonly Readonly<Record<string, T>>[],
): Record<string, T> {
  return Object.fromEntries(
    records.flatMap((record, i) =>
      Object.entries(record).map(([name, value]) => [`${i}.${name}`, value] as const),
    ),
  );
}

function atPlace(state: LossState, place: number): LossState {
  const prefix = `${place}.`;
  return Object.fromEntries(
    Object.entries(state)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );
}
