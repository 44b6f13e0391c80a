import type { backend_util, DataType, TensorInfo } from '@tensorflow/tfjs-core';
import type { BlockHolder } from './freeLists.ts';

/** What is stored of a tensor, in the form in which the cpu backend's kernels read it. */
export class TensorData implements BlockHolder {
  readonly dtype: DataType;
  refCount: number;
  /** The parts of a complex tensor, set by the cpu backend. */
  complexTensorInfos?: { real: TensorInfo; imag: TensorInfo };
  /** The address of its floats in WebAssembly memory; undefined for values on the JavaScript heap. */
  block: number | undefined;
  /** The call that will compute it, where the values have not been read yet. */
  pending: PendingCall | undefined;
  /** Pending calls that need it: it is kept for them when its tensor is disposed. */
  holds = 0;
  /** Floats in the block. */
  length = 0;
  #values: Values | undefined;
  readonly #find: (data: TensorData) => Values;

  /** @param find finds the values of a block or a pending call, when they are first read. */
  constructor(
    dtype: DataType,
    values: Values | undefined,
    find: (data: TensorData) => Values,
    refCount: number = 1,
  ) {
    this.dtype = dtype;
    this.refCount = refCount;
    this.#values = values;
    this.#find = find;
    this.block = undefined;
    this.pending = undefined;
  }

  get values(): Values {
    const isElsewhere = this.block !== undefined || this.pending !== undefined;
    if (this.#values === undefined && isElsewhere) this.#values = this.#find(this);
    return this.#values as Values;
  }

  set values(values: Values) {
    this.#values = values;
  }

  /** Notes the address at which the floats lie now. */
  moved(address: number): void {
    this.block = address;
    this.#values = undefined;
  }
}

type Values = backend_util.BackendValues;

/** A tensor as an input of a pending call: its data, which may outlive the tensor. */
export interface Operand {
  readonly data: TensorData;
  readonly shape: number[];
  readonly dtype: DataType;
}

/** A kernel with its inputs, to be run when its result is needed, or to become part of the kernel that follows. */
export interface PendingCall {
  readonly kernelName: string;
  readonly inputs: Readonly<Record<string, Operand | undefined>>;
  readonly attrs: object;
}
