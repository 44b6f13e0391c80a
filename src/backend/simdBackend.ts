import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import {
  type backend_util,
  type DataType,
  getKernel,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import { BlockMemory } from './blockMemory.ts';
import { copyIn, heldValues, keepForLater } from './copyIn.ts';
import { type FailedTape, failedTape } from './failedTape.ts';
import {
  type KernelArguments,
  type KernelRunner,
  kernelRunner,
  type Work,
} from './kernelRunner.ts';
import { MemoryFull } from './memoryFull.ts';
import { owned } from './owned.ts';
import { freeUnused, releaseInputs } from './releaseInputs.ts';
import type { ReplacedGradients, SimdBackendSetup } from './simdBackendSetup.ts';
import { type Operand, type PendingCall, TensorData } from './tensorData.ts';
import type { kernelParameters } from './wasmModule.ts';

type DataId = TensorInfo['dataId'];

/** What a backend's memory holds. */
export interface SimdMemory extends ReturnType<MathBackendCPU['memory']> {
  /** Bytes of the tensors in WebAssembly memory. */
  readonly usedBytes: number;
  /** The most bytes that were in use at a time, scratch memory of kernels included. */
  readonly peakBytes: number;
  /** Bytes the memory has grown to. */
  readonly grownBytes: number;
  /** Bytes of the largest tensor that fits, after growing if needed. */
  readonly largestFreeBytes: number;
}

/**
 * The cpu backend with float32 tensors in WebAssembly memory, where its kernels read them as `Float32Array` views
 * and fast kernels by their address.
 *
 * A tensor made by a fast kernel is in memory from the start; one that comes from JavaScript is copied there when
 * the first fast kernel needs it. What is read is a copy, valid after its tensor is gone.
 *
 * A kernel can defer its work (`defer`). The next kernel may then do the work of both, as an activation does with the
 * convolution before it; otherwise the deferred work is done when the values are first read.
 */
export class SimdBackend extends MathBackendCPU {
  #blocks: BlockMemory;
  readonly relaxed: boolean;
  readonly #setup: SimdBackendSetup;
  #runner: KernelRunner;
  /** The number of nested kernels and reads that are running; no block may move while it is above 0. */
  #running = 0;
  readonly #gradients: ReplacedGradients;
  readonly #failed: FailedTape = failedTape();
  readonly #scratch: number[] = [];
  readonly #outputs: DataId[] = [];
  readonly #find = (data: TensorData): backend_util.BackendValues =>
    data.pending
      ? this.#finishInPlace(data).values
      : this.blocks.floats(data.block as number, data.length);

  constructor(setup: SimdBackendSetup) {
    super();
    const { module, threads, relaxed, pages, replaceGradients } = setup;
    this.#setup = setup;
    this.relaxed = relaxed;
    this.#blocks = new BlockMemory(pages);
    this.#runner = kernelRunner(module, this.blocks.memory, threads);
    this.#gradients = replaceGradients();
  }

  /** The memory that tensors lie in. */
  get blocks(): BlockMemory {
    return this.#blocks;
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
  pointer({ dataId, shape }: TensorInfo): number {
    const data = this.#data(dataId);
    if (data.pending) this.#finish(data);
    if (data.block !== undefined) return data.block;
    const block = copyIn({ data, shape }, this.blocks);
    // A cast to float32 shares the integers' data, and they stay integers.
    if (data.block === undefined) this.#scratch.push(block);
    return block;
  }

  /** The address of a tensor's floats; 0 where there is no tensor. */
  pointerIfAny(tensor: TensorInfo | undefined): number {
    return tensor ? this.pointer(tensor) : 0;
  }

  /** The address of a copy of an integer tensor's values, as int32, in scratch memory. */
  integers({ dataId, shape }: TensorInfo): number {
    const values = heldValues({ data: this.#data(dataId), shape }) as ArrayLike<number>;
    const block = this.scratch(4 * values.length);
    new Int32Array(this.blocks.memory.buffer, block, values.length).set(values);
    return block;
  }

  /** A new float32 tensor of any content. */
  output(shape: number[]): TensorInfo {
    const length = util.sizeFromShape(shape);
    const data = new TensorData('float32', undefined, this.#find);
    data.block = this.blocks.allocate(4 * length, data);
    data.length = length;
    const dataId = {};
    this.data.set(dataId, data);
    this.#outputs.push(dataId);
    return { dataId, shape, dtype: 'float32' };
  }

  /**
   * A float32 tensor of shape `shape` that `call` computes when its values are first read; `call` may return another
   * shape of the same size.
   */
  defer(call: PendingCall, shape: number[]): TensorInfo {
    const operands = Object.values(call.inputs).filter((operand) => operand !== undefined);
    for (const operand of operands) keepForLater(operand, this.blocks);
    const data = new TensorData('float32', undefined, this.#find);
    data.pending = call;
    for (const operand of operands) operand.data.holds++;
    const dataId = {};
    this.data.set(dataId, data);
    return { dataId, shape, dtype: 'float32' };
  }

  /** The call that will compute a tensor, if it is yet to run. */
  pending({ dataId }: TensorInfo): PendingCall | undefined {
    return this.#data(dataId).pending;
  }

  /** Adds a tensor to the inputs of the call that will compute `x`: its data are kept until the call has run. */
  attach(x: TensorInfo, name: string, tensor: TensorInfo): void {
    const data = this.#data(x.dataId);
    const call = data.pending as PendingCall;
    const operand = this.operand(tensor);
    operand.data.holds++;
    data.pending = { ...call, inputs: { ...call.inputs, [name]: operand } };
    this.disposeData(tensor.dataId);
  }

  /** A tensor as an input of a pending call. */
  operand({ dataId, shape, dtype }: TensorInfo): Operand {
    return { data: this.#data(dataId), shape, dtype };
  }

  /** Runs a deferred call, or one made of it. */
  runCall({ kernelName, inputs, attrs }: PendingCall): TensorInfo {
    // The tensors may be gone: their data get new ones for as long as the kernel runs.
    const infos: NamedTensorInfoMap = {};
    for (const name in inputs) {
      const operand = inputs[name];
      if (!operand) continue;
      const dataId = {};
      this.data.set(dataId, operand.data);
      infos[name] = { dataId, shape: operand.shape, dtype: operand.dtype };
    }
    try {
      const { kernelFunc } = getKernel(kernelName, 'simd');
      return kernelFunc({
        backend: this,
        inputs: infos,
        attrs: attrs as NamedAttrMap,
      }) as TensorInfo;
    } finally {
      for (const name in infos) this.data.delete(infos[name]!.dataId);
    }
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

  /** Runs a kernel's TypeScript. Its scratch memory is free afterwards, and its outputs too if it failed. */
  runKernel<Result>(kernel: () => Result): Result {
    this.#failed.release();
    this.#gradients.update();
    for (let isSecond = false; ; isSecond = true) {
      try {
        return this.#attempt(kernel);
      } catch (error) {
        // Pointers are in use until the outermost kernel has ended. A kernel that failed can run again.
        if (this.#running > 0 || !(error instanceof MemoryFull)) throw error;
        if (isSecond || !this.blocks.compact(error.bytes)) {
          this.#failed.note();
          throw error;
        }
      }
    }
  }

  #attempt<Result>(kernel: () => Result): Result {
    this.#running++;
    const [scratch, outputs] = [this.#scratch.length, this.#outputs.length];
    let failed = true;
    try {
      const result = kernel();
      failed = false;
      return result;
    } finally {
      this.#running--;
      while (this.#scratch.length > scratch) this.blocks.free(this.#scratch.pop() as number);
      while (this.#outputs.length > outputs) {
        const dataId = this.#outputs.pop() as DataId;
        if (failed) this.disposeData(dataId, true);
      }
    }
  }

  // For tfjs.

  /** Moves all tensors to a new memory that is no larger than they need, and ends the use of the old one. */
  async shrink(): Promise<void> {
    this.#failed.release();
    const { module, threads, pages } = this.#setup;
    const blocks = new BlockMemory(pages);
    const runner = kernelRunner(module, blocks.memory, threads);
    try {
      this.#blocks.moveTo(blocks);
    } catch (error) {
      runner.dispose();
      throw error;
    }
    this.#blocks = blocks;
    this.#runner.dispose();
    this.#runner = runner;
    await runner.ready();
  }

  /** What `tf.memory()` reports of this backend, beside the numbers of tensors. */
  override memory(): SimdMemory {
    this.#failed.release();
    const { usedBytes, peakBytes, grownBytes, largestFreeBytes } = this.blocks;
    return { ...super.memory(), usedBytes, peakBytes, grownBytes, largestFreeBytes };
  }

  override write(values: backend_util.BackendValues, _shape: number[], dtype: DataType): DataId {
    const dataId = {};
    this.data.set(dataId, new TensorData(dtype, owned(values), this.#find));
    return dataId;
  }

  override move(
    dataId: DataId,
    values: backend_util.BackendValues,
    _shape: number[],
    dtype: DataType,
    refCount: number,
  ): void {
    this.data.set(dataId, new TensorData(dtype, owned(values), this.#find, refCount));
  }

  override readSync(dataId: DataId): backend_util.BackendValues {
    return super.readSync(dataId).slice() as backend_util.BackendValues;
  }

  override disposeData(dataId: DataId, force = false): boolean {
    const data = this.data.has(dataId) ? this.#data(dataId) : undefined;
    const isGone = super.disposeData(dataId, force);
    if (isGone && data) {
      data.refCount = 0;
      freeUnused(data, this.blocks);
    }
    return isGone;
  }

  override dispose(): void {
    this.#gradients.restore();
    this.#runner.dispose();
  }

  #data(dataId: DataId): TensorData {
    return this.data.get(dataId) as TensorData;
  }

  /** Runs the deferred call of data, while a kernel of the cpu backend may hold views of other tensors. */
  #finishInPlace(data: TensorData): TensorData {
    this.#running++;
    try {
      return this.#finish(data);
    } finally {
      this.#running--;
    }
  }

  /** Runs the deferred call of data. */
  #finish(data: TensorData): TensorData {
    const call = data.pending as PendingCall;
    const { dataId } = this.runCall(call);
    const result = this.#data(dataId);
    this.data.delete(dataId);
    data.pending = undefined;
    if (result.block === undefined) {
      data.values = result.values;
    } else {
      data.length = result.length;
      data.moved(result.block);
      this.blocks.hold(result.block, data);
    }
    releaseInputs(call, this.blocks);
    return data;
  }
}
