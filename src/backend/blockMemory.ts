import { MetricLearningError } from '../errors/metricLearningError.ts';
import { BlockAllocator } from './blockAllocator.ts';
import { type BlockHolder, granule } from './freeLists.ts';
import { MemoryFull, type MemoryState } from './memoryFull.ts';

const pageBytes = 65_536;
/** Address 0 stands for "none", and the kernels have no data of their own. */
const firstAddress = 1024;
/** Pages to ask for at once: growing is slow. */
const growBy = 256;
/** What a kernel may read past the end of a block. */
const slack = 64;

/** Blocks of one shared WebAssembly memory, which grows as they need it. */
export class BlockMemory {
  readonly memory: WebAssembly.Memory;
  readonly #blocks = new BlockAllocator(firstAddress);
  readonly #limit: number;
  #buffer: ArrayBufferLike;

  /** @param pages the most it may grow to. */
  constructor(pages: number = 65_536) {
    const { memory, maximum } = reserve(pages);
    this.memory = memory;
    this.#limit = maximum * pageBytes;
    this.#buffer = memory.buffer;
    this.#blocks.extend(this.#buffer.byteLength);
  }

  /** Bytes in blocks that are in use. */
  get usedBytes(): number {
    return this.#blocks.usedBytes;
  }

  /** The most bytes that were in use at a time. */
  get peakBytes(): number {
    return this.#blocks.peakBytes;
  }

  /** Bytes the memory has grown to. */
  get grownBytes(): number {
    return this.#buffer.byteLength;
  }

  /** Bytes of the largest block that can be had, by growing too. */
  get largestFreeBytes(): number {
    const canGrow = this.#limit - this.grownBytes;
    return Math.max(
      0,
      Math.max(this.#blocks.largestFree, this.#blocks.freeAtEnd + canGrow) - slack,
    );
  }

  get state(): MemoryState {
    return { used: this.usedBytes, largestFree: this.largestFreeBytes, limit: this.#limit };
  }

  /**
   * The address of a block of at least `bytes` bytes, of any content. `holder` is notified when the block moves; a
   * block without a holder never moves.
   *
   * @throws MemoryFull if there is no room for it.
   */
  allocate(bytes: number, holder?: BlockHolder): number {
    if (!(bytes >= 0)) throw new Error(`simd backend: a block of ${bytes} bytes`);
    const size = bytes + slack;
    const address = this.#blocks.allocate(size, holder);
    if (address !== undefined) return address;
    this.#growFor(size);
    const grown = this.#blocks.allocate(size, holder);
    if (grown === undefined) throw new MemoryFull(bytes, this.state);
    return grown;
  }

  free(address: number): void {
    this.#blocks.free(address);
  }

  /** Gives a block to another holder. */
  hold(address: number, holder: BlockHolder): void {
    this.#blocks.hold(address, holder);
  }

  /** Moves blocks so that a block of `bytes` bytes fits; false where there are not so many bytes free. */
  compact(bytes: number): boolean {
    if (this.#limit - this.usedBytes < bytes + slack + firstAddress + granule) return false;
    this.#blocks.compact((from, to, size) => {
      new Uint8Array(this.#buffer, to, from - to + size).copyWithin(0, from - to);
    });
    return true;
  }

  /**
   * Moves all blocks to a memory in which there are none yet. Blocks without a holder stay behind.
   *
   * @throws MemoryFull if they do not fit; then none has moved.
   */
  moveTo(target: BlockMemory): void {
    const moves: { holder: BlockHolder; to: number }[] = [];
    for (const { address, size, holder } of this.#blocks.blocks()) {
      if (holder === undefined) continue;
      const to = target.allocate(size - slack, holder);
      const bytes = new Uint8Array(this.#buffer, address, size);
      new Uint8Array(target.memory.buffer, to, size).set(bytes);
      moves.push({ holder, to });
    }
    for (const { holder, to } of moves) holder.moved(to);
  }

  floats(address: number, length: number): Float32Array {
    return new Float32Array(this.#buffer, address, length);
  }

  /** Makes room at the end for a block of `size` bytes, if the memory can grow so far. */
  #growFor(size: number): void {
    const missing = Math.ceil((size + granule - this.#blocks.freeAtEnd) / pageBytes);
    const room = (this.#limit - this.grownBytes) / pageBytes;
    if (missing > room) return;
    if (this.#grow(Math.min(room, Math.max(missing, growBy))) || this.#grow(missing)) {
      this.#blocks.extend(this.#buffer.byteLength);
    }
  }

  #grow(pages: number): boolean {
    try {
      this.memory.grow(pages);
    } catch {
      return false;
    }
    this.#buffer = this.memory.buffer;
    return true;
  }
}

interface Reserved {
  readonly memory: WebAssembly.Memory;
  /** Pages it may grow to. */
  readonly maximum: number;
}

/** Reserves as much address space as there is, up to `pages`: it needs little memory until it is used. */
function reserve(pages: number): Reserved {
  for (let maximum = pages; maximum > growBy; maximum >>= 1) {
    try {
      return { memory: new WebAssembly.Memory({ initial: 1, maximum, shared: true }), maximum };
    } catch {}
  }
  try {
    const maximum = Math.min(pages, growBy);
    return { memory: new WebAssembly.Memory({ initial: 1, maximum, shared: true }), maximum };
  } catch (cause) {
    throw new MetricLearningError(
      {
        where: 'registerSimdBackend',
        expected: 'an engine with shared WebAssembly memory',
        got: (cause as Error).message,
        fix: 'Use the cpu backend here.',
      },
      { cause },
    );
  }
}
