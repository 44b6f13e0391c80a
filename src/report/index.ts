export type { MapKind } from './findings/mapOf.ts';
export type { ReportHistory } from './historyParts.ts';
export { report } from './report.ts';
export type { ReportModel } from './reportModel.ts';
export type { ReportOptions } from './reportOptions.ts';
