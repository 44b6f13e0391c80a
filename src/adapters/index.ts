export type { AdapterData, Click } from './adapterData.ts';
export type { Comparison, Estimate } from './comparison.ts';
export { type CreateAdapterOptions, createAdapter } from './createAdapter.ts';
export {
  type AdapterEvaluation,
  type EvaluateAdapterOptions,
  evaluateAdapter,
} from './evaluateAdapter.ts';
export {
  type AdapterLook,
  type AdapterRun,
  type FitAdapterOptions,
  fitAdapter,
} from './fitAdapter.ts';
export { type LdaAdapterOptions, ldaAdapter } from './ldaAdapter.ts';
export { type PcaAdapterOptions, pcaAdapter } from './pcaAdapter.ts';
