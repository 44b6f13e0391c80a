import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { type backend_util, type DataType, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { BlockMemory } from './blockMemory.ts';
import { replaceGradients } from './gradients.ts';
import {
  type KernelArguments,
  type KernelRunner,
  kernelRunner,
  type Work,
} from './kernelRunner.ts';
import type { kernelParameters } from './wasmModule.ts';

type DataId = TensorInfo['dataId'];

/** What is stored of a tensor: in a block of WebAssembly memory, or, where `block` is undefined, on the JS heap. */
interface TensorData {
  values?: backend_util.BackendValues;
  dtype: DataType;
  refCount: number;
  complexTensorInfos?: { real: TensorInfo; imag: TensorInfo };
  block?: number;
}

/** What a backend is made of. */
export interface SimdBackendSetup {
  readonly module: WebAssembly.Module;
  readonly threads: number;
  /** Whether the module uses fused multiply-add. */
  readonly relaxed: boolean;
  /** The most 64 kB pages of memory for tensors. Default: all that 32-bit addresses reach. */
  readonly pages?: number;
}

/**
 * The cpu backend with float32 tensors in WebAssembly memory, where its kernels read them as `Float32Array` views
 * and fast kernels by their address.
 *
 * A tensor made by a fast kernel is in memory from the start; one that comes from JavaScript is copied there when
 * the first fast kernel needs it. What is read is a copy, valid after its tensor is gone.
 */
export class SimdBackend extends MathBackendCPU {
  readonly blocks: BlockMemory;
  readonly relaxed: boolean;
  readonly #runner: KernelRunner;
  readonly #restoreGradients: () => void;
  #scratch: number[] = [];
  #outputs: DataId[] = [];

  constructor({ module, threads, relaxed, pages }: SimdBackendSetup) {
    super();
    this.relaxed = relaxed;
    this.blocks = new BlockMemory(pages);
    this.#runner = kernelRunner(module, this.blocks.memory, threads);
    this.#restoreGradients = replaceGradients();
  }

  /** Threads in use, the calling one included. */
  get threads(): number {
    return this.#runner.threads;
  }

  /** Settles when all threads take part. */
  ready(): Promise<void> {
    return this.#runner.ready();
  }

  // For kernels.

  /** The address of a tensor's floats. */
  pointer({ dataId }: TensorInfo): number {
    const data = this.#data(dataId);
    if (data.block !== undefined) return data.block;
    const values = data.values as ArrayLike<number>;
    const block = this.blocks.allocate(4 * values.length);
    const floats = this.blocks.floats(block, values.length);
    floats.set(values);
    if (data.dtype === 'float32') {
      data.block = block;
      data.values = floats;
    } else {
      // A cast to float32 shares the integers' data, and they stay integers.
      this.#scratch.push(block);
    }
    return block;
  }

  /** The address of a copy of an integer tensor's values, as int32, in scratch memory. */
  integers({ dataId }: TensorInfo): number {
    const values = this.#data(dataId).values as ArrayLike<number>;
    const block = this.scratch(4 * values.length);
    new Int32Array(this.blocks.memory.buffer, block, values.length).set(values);
    return block;
  }

  /** A new float32 tensor of any content. */
  output(shape: number[]): TensorInfo {
    const length = util.sizeFromShape(shape);
    const block = this.blocks.allocate(4 * length);
    const dataId = {};
    this.data.set(dataId, new BlockData(this.blocks, block, length));
    this.#outputs.push(dataId);
    return { dataId, shape, dtype: 'float32' };
  }

  /** The address of memory that is free again when the kernel returns. */
  scratch(bytes: number): number {
    const block = this.blocks.allocate(bytes);
    this.#scratch.push(block);
    return block;
  }

  /** Runs a kernel of the WebAssembly module. */
  run<Name extends keyof typeof kernelParameters>(
    name: Name,
    args: KernelArguments<Name>,
    work: Work,
  ): void {
    this.#runner.run(name, args, work);
  }

  /** Frees the scratch memory of a kernel that ended, and its outputs where it failed. */
  endKernel(failed: boolean): void {
    for (const block of this.#scratch) this.blocks.free(block);
    this.#scratch.length = 0;
    if (failed) for (const dataId of this.#outputs) this.disposeData(dataId, true);
    this.#outputs.length = 0;
  }

  // For tfjs.

  override write(values: backend_util.BackendValues, _shape: number[], dtype: DataType): DataId {
    const dataId = {};
    this.data.set(dataId, { values: owned(values), dtype, refCount: 1 });
    return dataId;
  }

  override move(
    dataId: DataId,
    values: backend_util.BackendValues,
    _shape: number[],
    dtype: DataType,
    refCount: number,
  ): void {
    this.data.set(dataId, { values: owned(values), dtype, refCount });
  }

  override readSync(dataId: DataId): backend_util.BackendValues {
    const values = super.readSync(dataId);
    return this.#data(dataId).block === undefined ? values : (values as Float32Array).slice();
  }

  override disposeData(dataId: DataId, force = false): boolean {
    const block = this.data.has(dataId) ? this.#data(dataId).block : undefined;
    const gone = super.disposeData(dataId, force);
    if (gone && block !== undefined) this.blocks.free(block);
    return gone;
  }

  override dispose(): void {
    this.#restoreGradients();
    this.#runner.dispose();
  }

  #data(dataId: DataId): TensorData {
    return this.data.get(dataId) as TensorData;
  }
}

/** Kernels of the cpu backend may pass on a view of their input (Slice does), whose block is another tensor's. */
function owned(values: backend_util.BackendValues): backend_util.BackendValues {
  return ArrayBuffer.isView(values) && !(values.buffer instanceof ArrayBuffer)
    ? (values as Float32Array).slice()
    : values;
}

/** Data in a block; the view of it is made when it is first asked for. */
class BlockData implements TensorData {
  readonly dtype = 'float32';
  refCount = 1;
  readonly block: number;
  readonly #blocks: BlockMemory;
  readonly #length: number;
  #values: Float32Array | undefined;

  constructor(blocks: BlockMemory, block: number, length: number) {
    this.#blocks = blocks;
    this.block = block;
    this.#length = length;
  }

  get values(): Float32Array {
    this.#values ??= this.#blocks.floats(this.block, this.#length);
    return this.#values;
  }
}
