/** A store that keeps checkpoints by number: a folder in Node, or a store of your own. */
export interface CheckpointStore {
  /** Writes a checkpoint, whole or not at all. */
  write(number: number, bytes: Uint8Array): Promise<void>;
  /**
   * Takes the place of `write`, where there is one: the bytes in several parts, one after the other. It saves the memory of
   * a copy, which is large where a checkpoint is.
   */
  writeParts?(number: number, parts: readonly Uint8Array[]): Promise<void>;
  /** The numbers of the checkpoints that it holds, in any order. */
  list(): Promise<number[]>;
  read(number: number): Promise<Uint8Array>;
  remove(number: number): Promise<void>;
}
