export {
  kernelOrigin,
  privateKernelNames,
  replacedKernelNames,
  type SimdKernelName,
} from './kernelNames.ts';
export { MemoryFull, type MemoryState } from './memoryFull.ts';
export {
  registerSimdBackend,
  type SimdBackendInfo,
  type SimdBackendOptions,
  shrinkSimdMemory,
  simdBackendInfo,
} from './registerSimdBackend.ts';
