import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-backend-webgl';
import { env, getBackend, memory, setBackend } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import { checkLoss, type LossCase } from '../../reference/checks/losses.ts';
import { checkMiner } from '../../reference/checks/miners.ts';
import type { MinerCase } from '../../support/referenceMiners.ts';

/** What a page found. */
export interface Checked {
  /** The backend that was in use. */
  readonly backend: string;
  /** Of what does not agree with the reference: the case and how it differs. */
  readonly failures: readonly string[];
  /** Tensors left behind. */
  readonly tensorsLeft: number;
}

declare global {
  /** Compares losses and miners with the reference on a backend. */
  var check: (
    backend: string,
    losses: readonly LossCase[],
    miners: readonly MinerCase[],
  ) => Promise<Checked>;
}

setWasmPaths('/');

globalThis.check = async (backend, losses, miners) => {
  env().set('IS_TEST', false); // tfjs' own check for leaks counts what wasm keeps for itself
  await setBackend(backend);
  const before = memory().numTensors;
  const failures: string[] = [];
  const attempt = async (id: string, run: () => void | Promise<void>): Promise<void> => {
    try {
      await run();
    } catch (error) {
      failures.push(`${id}: ${(error as Error).message}`);
    }
  };
  for (const one of losses) await attempt(one.id, () => checkLoss(one));
  for (const one of miners) await attempt(one.id, () => checkMiner(one));
  return { backend: getBackend(), failures, tensorsLeft: memory().numTensors - before };
};
