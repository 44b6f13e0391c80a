export {
  registerSimdBackend,
  type SimdBackendInfo,
  type SimdBackendOptions,
  simdBackendInfo,
} from './backend/registerSimdBackend.ts';
