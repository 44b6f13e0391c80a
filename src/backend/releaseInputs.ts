import type { BlockMemory } from './blockMemory.ts';
import type { PendingCall, TensorData } from './tensorData.ts';

/** Releases the inputs of a call that has run, or will never run. */
export function releaseInputs({ inputs }: PendingCall, blocks: BlockMemory): void {
  for (const name in inputs) {
    const operand = inputs[name];
    if (!operand) continue;
    operand.data.holds--;
    freeUnused(operand.data, blocks);
  }
}

/** Frees the memory of data that neither a tensor nor a pending call needs. */
export function freeUnused(data: TensorData, blocks: BlockMemory): void {
  if (data.refCount > 0 || data.holds > 0) return;
  if (data.pending) releaseInputs(data.pending, blocks);
  else if (data.block !== undefined) blocks.free(data.block);
  data.pending = undefined;
  data.block = undefined;
}
