import type { Optimizer, Variable } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkPart } from '../../internal/checkPart.ts';
import { checkInteger } from '../../internal/checks.ts';
import type { LossState, StatefulLoss } from '../../losses/parametricLoss.ts';
import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
  type StoredTensor,
} from './checkpointFile.ts';
import type { CheckpointStore } from './checkpointStore.ts';
import { optimizerState, restoreOptimizer, revive, store } from './optimizerState.ts';
import type { RunState } from './runState.ts';

export interface CheckpointOptions {
  /** Where checkpoints are kept, e.g. `checkpointFolder('./checkpoints')` of `tfjs-metric-learning/node`. */
  store: CheckpointStore;
  /** Steps between two of them. Default: one at the end of each epoch. One is also written when training is stopped. */
  everySteps?: number;
  /** Go on from the newest good checkpoint there is; without one, begin anew. Default false. */
  resume?: boolean;
  /** Called when a damaged checkpoint was passed over for the one before it. */
  onDamaged?: (error: MetricLearningError) => void;
}

/** What a run must have in common with the checkpoint it goes on from. */
export type Fingerprint = Readonly<Record<string, string | number>>;

/** All that a run changes: what a checkpoint holds. */
export interface RunParts {
  readonly optimizer: Optimizer;
  /** Every weight of the network, trainable or not. */
  readonly weights: readonly Variable[];
  /** A loss that remembers something: its own weights, a memory of embeddings. */
  readonly loss: StatefulLoss | undefined;
  readonly fingerprint: Fingerprint;
}

/** The newest, and the one before it in case the newest gets damaged. */
const kept = 2;

/** Writes where a run stands, and removes what is older than the one before. */
export async function saveCheckpoint(
  { store: place }: CheckpointOptions,
  state: RunState,
  { optimizer, weights, loss, fingerprint }: RunParts,
): Promise<void> {
  const { best, ...plain } = state;
  const tensors = [
    ...(await Promise.all(weights.map((weight, i) => store(`network ${i}`, weight)))),
    ...(await optimizerState(optimizer)).map((one) => ({ ...one, name: `optimizer ${one.name}` })),
    ...lossTensors(await loss?.state()),
    ...(best?.weights ?? []),
  ];
  const run = { ...plain, best: best && { value: best.value, epoch: best.epoch } };
  const bytes = await encodeCheckpoint({ state: { run, fingerprint }, tensors });
  await place.write(state.taken, bytes);
  await prune(place, state.taken);
}

async function prune(place: CheckpointStore, newest: number): Promise<void> {
  const older = (await place.list()).filter((number) => number < newest).sort((a, b) => b - a);
  for (const number of older.slice(kept - 1)) await place.remove(number);
}

/**
 * Puts the newest good checkpoint into network and optimizer, and returns where that run stood; undefined without one.
 *
 * @throws MetricLearningError if it is of a run with other data or options, or of another network.
 */
export async function resumeCheckpoint(
  { store: place, onDamaged }: CheckpointOptions,
  parts: RunParts,
): Promise<RunState | undefined> {
  const found = await newestGood(place, onDamaged);
  if (found === undefined) return undefined;
  const { run, fingerprint } = found.state as { run: RunState; fingerprint: Fingerprint };
  checkFingerprint(fingerprint, parts.fingerprint);

  const named = (prefix: string): Checkpoint['tensors'] =>
    found.tensors.filter(({ name }) => name.startsWith(prefix));
  const network = named('network ');
  parts.weights.forEach((weight, i) => {
    const values = revive(network[i] as (typeof network)[number]);
    weight.assign(values);
    values.dispose();
  });
  const memory = named('optimizer ').map((one) => ({
    ...one,
    name: one.name.slice('optimizer '.length),
  }));
  await restoreOptimizer(parts.optimizer, memory);
  parts.loss?.restore(
    Object.fromEntries(
      named('loss ').map(({ name, shape, values }) => [
        name.slice('loss '.length),
        { shape, values: values as Float32Array | Int32Array },
      ]),
    ),
  );
  return { ...run, best: run.best && { ...run.best, weights: named('best ') } };
}

function lossTensors(state: LossState = {}): StoredTensor[] {
  return Object.entries(state).map(([name, { shape, values }]) => ({
    name: `loss ${name}`,
    shape,
    dtype: values instanceof Int32Array ? 'int32' : 'float32',
    values,
  }));
}

async function newestGood(
  place: CheckpointStore,
  onDamaged: CheckpointOptions['onDamaged'],
): Promise<Checkpoint | undefined> {
  for (const number of (await place.list()).sort((a, b) => b - a)) {
    try {
      return await decodeCheckpoint(await place.read(number), `checkpoint ${number}`);
    } catch (error) {
      if (!(error instanceof MetricLearningError)) throw error;
      onDamaged?.(error);
    }
  }
  return undefined;
}

function checkFingerprint(written: Fingerprint, wished: Fingerprint): void {
  for (const [name, value] of Object.entries(wished)) {
    if (written[name] === value) continue;
    throw new MetricLearningError({
      where: 'TripletModel.fit',
      expected: `to resume a run with the same ${name}`,
      got: `${name} ${value}, and ${written[name]} in the checkpoint`,
      fix: 'Resume with the options the run was begun with, or begin a new one in another place.',
    });
  }
}

/**
 * Checks the options, and that a new run does not begin where an earlier one is kept.
 *
 * @throws MetricLearningError if it does, or `everySteps` is no whole number >= 1.
 */
export async function checkCheckpointOptions(
  where: string,
  options: CheckpointOptions,
): Promise<void> {
  const known = ['store', 'everySteps', 'resume', 'onDamaged'] as const;
  checkOptions(`${where} (checkpoint)`, options, known);
  const { store: place, everySteps = 1, resume = false } = options;
  checkPart(where, 'checkpoint.store', place, 'write', 'list', 'read', 'remove');
  checkInteger(where, 'everySteps', everySteps);
  if (resume) return;
  const numbers = await place.list();
  if (numbers.length === 0) return;
  throw new MetricLearningError({
    where,
    expected: 'a place without checkpoints for a new run',
    got: `${numbers.length} of an earlier run, the newest after step ${Math.max(...numbers)}`,
    fix: 'Pass resume: true to go on from there, or take another place.',
  });
}
