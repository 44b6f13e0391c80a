export type { ClassScores } from './classTable.ts';
export {
  type EmbeddingMapHtmlOptions,
  embeddingMapHtml,
} from './embeddingMapHtml.ts';
export type { MapContent } from './mapContent.ts';
export { reportHtml } from './reportHtml.ts';
export type { ReportParts, ReportScore } from './reportParts.ts';
