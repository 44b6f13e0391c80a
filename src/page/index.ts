export type { ClassScores } from './classTable.ts';
export {
  type EmbeddingMapHtmlOptions,
  embeddingMapHtml,
} from './embeddingMapHtml.ts';
export type { MapContent } from './internal/mapFragment.ts';
export { type ReportParts, type ReportScore, reportHtml } from './reportHtml.ts';
