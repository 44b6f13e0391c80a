export type { ReportHistory } from './historyParts.ts';
export type { MapKind } from './mapOf.ts';
export { report } from './report.ts';
export type { ReportModel } from './reportModel.ts';
export type { ReportOptions } from './reportOptions.ts';
