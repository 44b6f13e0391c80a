/** The holder of a block, which is notified when the block moves. */
export interface BlockHolder {
  /** The block lies at another address now. */
  moved(address: number): void;
}

/** A range of the memory: in use, or free and then in one of the lists. */
export interface Block {
  address: number;
  size: number;
  isFree: boolean;
  /** Undefined for a block that cannot move. */
  holder: BlockHolder | undefined;
  /** The blocks that lie directly before and after it. */
  before: Block | undefined;
  after: Block | undefined;
  /** Its neighbors in the list of free blocks. */
  previous: Block | undefined;
  next: Block | undefined;
}

/** Sizes are multiples of it, and so are addresses: a cache line. */
export const granule = 64;

/** Lists for each doubling of the size: blocks of one list differ by at most 3 %. */
const listsPerLevel = 32;
const listBits = 5;
/** Doublings from one granule to 4 GB. */
const levels = 27;
/** Blocks that are tried in the list of the requested size, some of which may be too small. */
const mostLooks = 8;

/**
 * Free blocks by size, in two levels: the power of two, and 32 steps between it and the next.
 *
 * A bit mask marks the lists that have blocks, so that adding, removing and finding need constant time, however many
 * blocks there are.
 *
 * Masmano, Ripoll, Crespo, Real: TLSF: a New Dynamic Memory Allocator for Real-Time Systems, 2004.
 */
export class FreeLists {
  readonly #first: (Block | undefined)[] = new Array(levels * listsPerLevel).fill(undefined);
  /** One bit for each level, set if the level has free blocks. */
  #levelBits = 0;
  /** For each level one bit for each list, set if the list has free blocks. */
  readonly #listBits = new Int32Array(levels);

  add(block: Block): void {
    const list = listOf(block.size);
    const next = this.#first[list];
    block.previous = undefined;
    block.next = next;
    if (next) next.previous = block;
    this.#first[list] = block;
    const level = list >> listBits;
    this.#listBits[level] = this.#listBits[level]! | (1 << (list & 31));
    this.#levelBits |= 1 << level;
  }

  remove(block: Block): void {
    const { previous, next } = block;
    if (next) next.previous = previous;
    if (previous) previous.next = next;
    else this.#setFirst(listOf(block.size), next);
    block.previous = undefined;
    block.next = undefined;
  }

  /** A block of at least `size` bytes, one of the smallest there are; it stays in its list. */
  find(size: number): Block | undefined {
    const own = listOf(size);
    let looks = 0;
    for (let block = this.#first[own]; block && looks < mostLooks; block = block.next, looks++) {
      if (block.size >= size) return block;
    }
    return this.#firstFrom(own + 1);
  }

  /** The size of the largest block; 0 where there is none. */
  get largest(): number {
    if (this.#levelBits === 0) return 0;
    const level = 31 - Math.clz32(this.#levelBits);
    const list = 31 - Math.clz32(this.#listBits[level]!);
    let largest = 0;
    for (let block = this.#first[level * listsPerLevel + list]; block; block = block.next) {
      largest = Math.max(largest, block.size);
    }
    return largest;
  }

  /** The first block of the lists from number `list` on. */
  #firstFrom(list: number): Block | undefined {
    let level = list >> listBits;
    if (level >= levels) return undefined;
    let lists = this.#listBits[level]! & (-1 << (list & 31));
    if (lists === 0) {
      const above = this.#levelBits & (-1 << (level + 1));
      if (above === 0) return undefined;
      level = lowestBit(above);
      lists = this.#listBits[level]!;
    }
    return this.#first[level * listsPerLevel + lowestBit(lists)];
  }

  #setFirst(list: number, block: Block | undefined): void {
    this.#first[list] = block;
    if (block) return;
    const level = list >> listBits;
    const lists = this.#listBits[level]! & ~(1 << (list & 31));
    this.#listBits[level] = lists;
    if (lists === 0) this.#levelBits &= ~(1 << level);
  }
}

/** The number of the list for blocks of a size. */
function listOf(size: number): number {
  const granules = size / granule;
  const level = 31 - Math.clz32(granules);
  const step = level <= listBits ? granules << (listBits - level) : granules >> (level - listBits);
  return level * listsPerLevel + (step & (listsPerLevel - 1));
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
