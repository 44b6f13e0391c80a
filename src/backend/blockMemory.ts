import { MetricLearningError } from '../errors/metricLearningError.ts';

/** Thrown, and caught by the kernels' wrapper, where a block does not fit: the cpu backend's kernel does the work. */
export class MemoryFull extends Error {}

const pageBytes = 65_536;
/** Address 0 stands for "none", and the kernels have no data of their own. */
const firstAddress = 1024;
/** Pages to ask for at once: growing is slow. */
const growBy = 256;
/** What a kernel may read past the end of a block. */
const slack = 64;

/**
 * Blocks of one shared WebAssembly memory.
 *
 * A block is taken from the free ones of its size class, the last freed first, as it is still in the cache. There
 * are 8 classes to each doubling of size, so at most an eighth of a block is unused.
 */
export class BlockMemory {
  readonly memory: WebAssembly.Memory;
  readonly #free = new Map<number, number[]>();
  readonly #sizes = new Map<number, number>();
  #top = firstAddress;
  #used = 0;
  #buffer: ArrayBufferLike;

  /** @param pages the most it may grow to. */
  constructor(pages: number = 65_536) {
    this.memory = reserve(pages);
    this.#buffer = this.memory.buffer;
  }

  /** Bytes in blocks that are in use. */
  get usedBytes(): number {
    return this.#used;
  }

  /** Bytes the memory has grown to. */
  get totalBytes(): number {
    return this.#buffer.byteLength;
  }

  /** The address of a block of at least `bytes` bytes, of any content. Throws MemoryFull. */
  allocate(bytes: number): number {
    if (!(bytes >= 0)) throw new Error(`simd backend: a block of ${bytes} bytes`);
    const size = sizeClass(bytes + slack);
    const address = this.#free.get(size)?.pop() ?? this.#extend(size) ?? this.#larger(size);
    if (address === undefined) throw new MemoryFull();
    this.#used += this.#sizes.get(address) as number;
    return address;
  }

  free(address: number): void {
    const size = this.#sizes.get(address) as number;
    this.#used -= size;
    const free = this.#free.get(size);
    if (free) free.push(address);
    else this.#free.set(size, [address]);
  }

  floats(address: number, length: number): Float32Array {
    return new Float32Array(this.#buffer, address, length);
  }

  #extend(size: number): number | undefined {
    const address = this.#top;
    const missing = Math.ceil((address + size - this.#buffer.byteLength) / pageBytes);
    if (missing > 0 && !this.#grow(Math.max(missing, growBy)) && !this.#grow(missing)) {
      return undefined;
    }
    this.#top += size;
    this.#sizes.set(address, size);
    return address;
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

  /** The smallest free block that is large enough. */
  #larger(size: number): number | undefined {
    let best: number | undefined;
    for (const [other, free] of this.#free) {
      if (other > size && free.length > 0 && !(best !== undefined && best < other)) best = other;
    }
    return best === undefined ? undefined : this.#free.get(best)?.pop();
  }
}

function sizeClass(bytes: number): number {
  const step = Math.max(64, 2 ** (28 - Math.clz32(bytes - 1)));
  return Math.ceil(bytes / step) * step;
}

/** Takes as much address space as there is, up to `pages`: little of it is memory until it is used. */
function reserve(pages: number): WebAssembly.Memory {
  for (let maximum = pages; maximum > growBy; maximum >>= 1) {
    try {
      return new WebAssembly.Memory({ initial: 1, maximum, shared: true });
    } catch {}
  }
  try {
    return new WebAssembly.Memory({ initial: 1, maximum: Math.min(pages, growBy), shared: true });
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
