import { type Block, type BlockHolder, FreeLists, granule } from './freeLists.ts';

/**
 * Cuts a range of addresses into blocks.
 *
 * A block is cut from a free one that is as small as possible, and what is left of that stays free; a block that is
 * freed is joined with free neighbors. Both need constant time, however many blocks there are.
 */
export class BlockAllocator {
  readonly #free = new FreeLists();
  readonly #used = new Map<number, Block>();
  /** Records of blocks that were joined with others: they are used again in place of new records. */
  readonly #spare: Block[] = [];
  #end: number;
  #first: Block | undefined;
  #last: Block | undefined;
  #usedBytes = 0;
  #peakBytes = 0;

  /** @param start the first address, a multiple of 64. */
  constructor(start: number) {
    this.#end = start;
  }

  /** Bytes in blocks that are in use. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** The most bytes that were in use at a time. */
  get peakBytes(): number {
    return this.#peakBytes;
  }

  /** Bytes of the largest free block. */
  get largestFree(): number {
    return this.#free.largest;
  }

  /** Free bytes at the end of the range: they join what is added to it. */
  get freeAtEnd(): number {
    return this.#last?.isFree ? this.#last.size : 0;
  }

  /** Adds addresses to the end of the range, up to `end`, which is rounded down to a multiple of 64. */
  extend(end: number): void {
    const size = Math.floor((end - this.#end) / granule) * granule;
    if (size <= 0) return;
    const added = this.#newBlock(this.#end, size);
    added.before = this.#last;
    if (this.#last) this.#last.after = added;
    else this.#first = added;
    this.#last = added;
    this.#end += size;
    this.#release(added);
  }

  /**
   * The address of a block of at least `bytes` bytes; undefined where no free block is large enough. A block without
   * a holder stays where it is.
   */
  allocate(bytes: number, holder?: BlockHolder): number | undefined {
    const size = Math.max(granule, Math.ceil(bytes / granule) * granule);
    const block = this.#free.find(size);
    if (block === undefined) return undefined;
    this.#free.remove(block);
    block.isFree = false;
    block.holder = holder;
    if (block.size > size) this.#release(this.#split(block, size));
    this.#used.set(block.address, block);
    this.#usedBytes += block.size;
    if (this.#usedBytes > this.#peakBytes) this.#peakBytes = this.#usedBytes;
    return block.address;
  }

  /** Frees a block by its address. */
  free(address: number): void {
    const block = this.#used.get(address);
    if (block === undefined) throw new Error(`simd backend: no block at ${address}`);
    this.#used.delete(address);
    this.#usedBytes -= block.size;
    this.#release(block);
  }

  /** Gives a block to another holder. */
  hold(address: number, holder: BlockHolder): void {
    (this.#used.get(address) as Block).holder = holder;
  }

  /** Bytes of the block at an address. */
  sizeOf(address: number): number {
    return this.#used.get(address)?.size ?? 0;
  }

  /** The blocks in use, in the order of their addresses. */
  *blocks(): Generator<Readonly<Block>> {
    for (let block = this.#first; block; block = block.after) if (!block.isFree) yield block;
  }

  /**
   * Moves blocks that have a holder towards the start of the range, so that what is free lies in one piece behind
   * them.
   *
   * @param copy copies `size` bytes.
   */
  compact(copy: (from: number, to: number, size: number) => void): void {
    for (let block = this.#first; block; block = block.after) {
      const gap = block.before;
      const { holder } = block;
      if (block.isFree || !holder || !gap?.isFree) continue;
      copy(block.address, gap.address, block.size);
      // The free range and the block are swapped.
      this.#free.remove(gap);
      this.#used.delete(block.address);
      const { address } = gap;
      const { size } = block;
      block.size = gap.size;
      block.address = address + size;
      gap.size = size;
      gap.address = address;
      gap.isFree = false;
      gap.holder = holder;
      this.#used.set(gap.address, gap);
      this.#release(block);
      holder.moved(gap.address);
    }
  }

  /** Makes a block free, as one with free neighbors. */
  #release(block: Block): void {
    block.isFree = true;
    block.holder = undefined;
    const { before, after } = block;
    if (before?.isFree) {
      this.#free.remove(before);
      block.address = before.address;
      block.size += before.size;
      block.before = before.before;
      if (block.before) block.before.after = block;
      else this.#first = block;
      this.#spare.push(before);
    }
    if (after?.isFree) {
      this.#free.remove(after);
      block.size += after.size;
      block.after = after.after;
      if (block.after) block.after.before = block;
      else this.#last = block;
      this.#spare.push(after);
    }
    this.#free.add(block);
  }

  /** Cuts a block after `size` bytes; the rest of it. */
  #split(block: Block, size: number): Block {
    const rest = this.#newBlock(block.address + size, block.size - size);
    rest.before = block;
    rest.after = block.after;
    if (rest.after) rest.after.before = rest;
    else this.#last = rest;
    block.after = rest;
    block.size = size;
    return rest;
  }

  #newBlock(address: number, size: number): Block {
    const block = this.#spare.pop();
    if (block === undefined) {
      return {
        address,
        size,
        isFree: false,
        holder: undefined,
        before: undefined,
        after: undefined,
        previous: undefined,
        next: undefined,
      };
    }
    block.address = address;
    block.size = size;
    block.isFree = false;
    block.before = undefined;
    block.after = undefined;
    return block;
  }
}
