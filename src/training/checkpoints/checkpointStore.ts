/** A store that keeps checkpoints by number: a folder in Node, or a store of your own. */
export interface CheckpointStore {
  /** Writes a checkpoint, whole or not at all. */
  write(number: number, bytes: Uint8Array): Promise<void>;
  /** The numbers of the checkpoints that it holds, in any order. */
  list(): Promise<number[]>;
  read(number: number): Promise<Uint8Array>;
  remove(number: number): Promise<void>;
}
