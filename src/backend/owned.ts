import type { backend_util } from '@tensorflow/tfjs-core';

/** Kernels of the cpu backend may pass on a view of their input (Slice does), whose block is another tensor's. */
export function owned(values: backend_util.BackendValues): backend_util.BackendValues {
  return ArrayBuffer.isView(values) && !(values.buffer instanceof ArrayBuffer)
    ? (values as Float32Array).slice()
    : values;
}
