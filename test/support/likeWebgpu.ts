import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import {
  type backend_util,
  type DataId,
  getKernelsForBackend,
  registerBackend,
  registerKernel,
  setBackend,
  type TensorInfo,
} from '@tensorflow/tfjs-core';

/**
 * A backend of the name webgpu, which reads as webgpu does: what an operation has made must be awaited once. `readSync`
 * of anything else throws, where webgpu would draw the numbers on a canvas and read that back, slowly.
 */
class LikeWebgpu extends MathBackendCPU {
  /** Whether an operation is running: those of the cpu backend read as they like. */
  static isComputing = false;
  readonly #onCard = new WeakSet<DataId>();

  override makeTensorInfo(...given: Parameters<MathBackendCPU['makeTensorInfo']>): TensorInfo {
    const made = super.makeTensorInfo(...given);
    this.#onCard.add(made.dataId);
    return made;
  }

  override async read(dataId: DataId): Promise<backend_util.BackendValues> {
    this.#onCard.delete(dataId);
    return super.readSync(dataId);
  }

  override readSync(dataId: DataId): backend_util.BackendValues {
    if (!LikeWebgpu.isComputing && this.#onCard.has(dataId)) {
      throw new Error('A tensor of webgpu was read at once.');
    }
    return super.readSync(dataId);
  }
}

/** Makes a backend that cannot be read at once the one in use, under the name webgpu. */
export async function setLikeWebgpu(): Promise<void> {
  registerBackend('webgpu', () => new LikeWebgpu());
  for (const kernel of getKernelsForBackend('cpu')) {
    registerKernel({
      ...kernel,
      backendName: 'webgpu',
      kernelFunc(given) {
        const before = LikeWebgpu.isComputing;
        LikeWebgpu.isComputing = true;
        try {
          return kernel.kernelFunc(given);
        } finally {
          LikeWebgpu.isComputing = before;
        }
      },
    });
  }
  await setBackend('webgpu');
}
