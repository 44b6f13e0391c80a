import type { Optimizer, Variable } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { joinBytes } from '../../internal/joinBytes.ts';
import { callback, flag, part, wholeNumber } from '../../internal/optionKinds.ts';
import {
  type OptionTable,
  optional,
  preset,
  readOptions,
  required,
} from '../../internal/readOptions.ts';
import type { StatefulLoss } from '../../losses/parametricLoss.ts';
import { optimizerState, restoreOptimizer } from '../optimizer/optimizerState.ts';
import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
  type StoredTensor,
} from './checkpointFile.ts';
import type { CheckpointStore } from './checkpointStore.ts';
import type { RunState } from './runState.ts';
import {
  assignVariables,
  copied,
  lossStateOf,
  storeLossState,
  storeVariables,
} from './storedTensor.ts';

export interface CheckpointOptions {
  /** Where checkpoints are kept, e.g. `checkpointFolder('./checkpoints')` of `tfjs-metric-learning/node`. */
  store: CheckpointStore;
  /**
   * Steps between two checkpoints. Default: one checkpoint at the end of each epoch. A checkpoint is also written when
   * training is stopped.
   */
  everySteps?: number;
  /** Continues from the newest undamaged checkpoint; starts anew if there is no checkpoint. Default false. */
  resume?: boolean;
  /** Called when a damaged checkpoint was skipped; the checkpoint before it is tried next. */
  onDamaged?: (error: MetricLearningError) => void;
}

export const checkpointOptions: OptionTable<CheckpointOptions, 'everySteps' | 'onDamaged'> = {
  store: required(part("checkpointFolder('./checkpoints')", 'write', 'list', 'read', 'remove')),
  everySteps: optional(wholeNumber(1)),
  resume: preset(false, flag),
  onDamaged: optional(callback('(error) => {}')),
};

/** What a run must have in common with the checkpoint that it continues. */
export type Fingerprint = Readonly<Record<string, string | number>>;

/** All that a run changes: what a checkpoint holds. */
export interface RunParts {
  readonly optimizer: Optimizer;
  /** Every variable of the network, trainable or not, in the order in which they were made. */
  readonly network: readonly Variable[];
  /** The weights of the momentum encoder; empty where there is none. */
  readonly encoder: readonly Variable[];
  /** The hard negatives that were mined last, where there are such. */
  readonly mined:
    | { state(): StoredTensor[]; restore(stored: readonly StoredTensor[]): void }
    | undefined;
  /** The parameters of the loss. */
  readonly parameters: readonly Variable[];
  /** The loss, if it has a state: parameters, or a memory of embeddings. */
  readonly loss: StatefulLoss | undefined;
  readonly fingerprint: Fingerprint;
}

/** Checkpoints that are kept: the newest, and the one before it in case the newest gets damaged. */
const kept = 2;

/** Writes a checkpoint of a run, and removes all but the two newest. */
export async function saveCheckpoint(
  { store: folder }: CheckpointOptions,
  state: RunState,
  { optimizer, network, encoder, mined, parameters, loss, fingerprint }: RunParts,
): Promise<void> {
  const { best, ...plain } = state;
  const moments = await optimizerState(optimizer, [...network, ...parameters]);
  const tensors = [
    ...(await storeVariables('network', network)),
    ...(await storeVariables('encoder', encoder)),
    ...(mined?.state() ?? []),
    ...moments.map((one) => ({ ...one, name: `optimizer ${one.name}` })),
    ...storeLossState('loss', await loss?.state()),
    ...(best?.tensors ?? []),
  ];
  const run = { ...plain, best: best && { value: best.value, epoch: best.epoch } };
  const parts = await encodeCheckpoint({ state: { run, fingerprint }, tensors });
  if (folder.writeParts) await folder.writeParts(state.totalSteps, parts);
  else await folder.write(state.totalSteps, joinBytes(parts));
  await prune(folder, state.totalSteps);
}

async function prune(folder: CheckpointStore, newest: number): Promise<void> {
  const older = (await folder.list()).filter((number) => number < newest).sort((a, b) => b - a);
  for (const number of older.slice(kept - 1)) await folder.remove(number);
}

/**
 * Restores network, loss and optimizer from the newest undamaged checkpoint, and returns the state of its run;
 * undefined if there is no checkpoint.
 *
 * @throws MetricLearningError if the checkpoint is of a run with other data or options, or of another network.
 */
export async function resumeCheckpoint(
  { store: folder, onDamaged }: CheckpointOptions,
  { optimizer, network, encoder, mined, parameters, loss, fingerprint }: RunParts,
): Promise<RunState | undefined> {
  const found = await newestGood(folder, onDamaged);
  if (found === undefined) return undefined;
  const { run, fingerprint: written } = found.state as { run: RunState; fingerprint: Fingerprint };
  checkFingerprint(written, fingerprint);

  const { tensors } = found;
  assignVariables('TripletModel.fit (checkpoint)', 'network', network, tensors);
  assignVariables('TripletModel.fit (checkpoint)', 'encoder', encoder, tensors);
  mined?.restore(tensors);
  const prefix = 'optimizer ';
  const moments = tensors
    .filter(({ name }) => name.startsWith(prefix))
    .map((one) => ({ ...one, name: one.name.slice(prefix.length) }));
  restoreOptimizer(optimizer, [...network, ...parameters], moments);
  loss?.restore(lossStateOf('loss', tensors));
  const best = tensors.filter(({ name }) => name.startsWith('best ')).map(copied);
  return { ...run, best: run.best && { ...run.best, tensors: best } };
}

async function newestGood(
  folder: CheckpointStore,
  onDamaged: CheckpointOptions['onDamaged'],
): Promise<Checkpoint | undefined> {
  for (const number of (await folder.list()).sort((a, b) => b - a)) {
    try {
      return await decodeCheckpoint(await folder.read(number), `checkpoint ${number}`);
    } catch (error) {
      if (!(error instanceof MetricLearningError)) throw error;
      onDamaged?.(error);
    }
  }
  return undefined;
}

function checkFingerprint(written: Fingerprint, requested: Fingerprint): void {
  for (const [name, value] of Object.entries(requested)) {
    if (written[name] === value) continue;
    throw new MetricLearningError({
      where: 'TripletModel.fit',
      expected: `to resume a run with the same ${name}`,
      got: `${name} ${value}, and ${written[name]} in the checkpoint`,
      fix: 'Resume with the options the run was begun with, or begin a new run in another store.',
    });
  }
}

/**
 * Checks the options, and that the store holds no checkpoints if the run does not resume.
 *
 * @throws MetricLearningError if a run that does not resume finds checkpoints, or `everySteps` is no whole number >= 1.
 */
export async function checkCheckpointOptions(
  where: string,
  options: CheckpointOptions,
): Promise<void> {
  const read = readOptions(`${where} (checkpoint)`, checkpointOptions, options);
  const { store: folder, resume } = read;
  if (resume) return;
  const numbers = await folder.list();
  if (numbers.length === 0) return;
  throw new MetricLearningError({
    where,
    expected: 'a store without checkpoints for a new run',
    got: `${numbers.length} of an earlier run, the newest after step ${Math.max(...numbers)}`,
    fix: 'Pass resume: true to go on from there, or use another store for the new run.',
  });
}
