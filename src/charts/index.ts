export type { ChartOptions, Theme } from './chartOptions.ts';
export type { ClassNames } from './classNames.ts';
export {
  type ConfusionMatrixOptions,
  confusionMatrixSvg,
} from './confusionMatrixSvg.ts';
export { type DiagramLayer, diagramLayers } from './diagramLayers.ts';
export {
  type DistanceHistogramOptions,
  distanceHistogramSvg,
  type HistogramCounts,
} from './distanceHistogramSvg.ts';
export {
  type EmbeddingMapOptions,
  type EmbeddingMapsOptions,
  embeddingMapSvg,
  embeddingMapsSvg,
  type MapStyle,
} from './embeddingMapSvg.ts';
export { lineChartSvg } from './lineChartSvg.ts';
export type { LineChartOptions, LineSeries } from './lineSeries.ts';
export {
  type LossCurveOptions,
  type LossHistory,
  lossCurveSvg,
} from './lossCurveSvg.ts';
export type { EmbeddingMap, MapPoints } from './mapPoints.ts';
export { type ModelDiagramOptions, modelDiagramSvg } from './modelDiagramSvg.ts';
export {
  type GalleryReference,
  type GalleryRow,
  type NeighborGalleryOptions,
  neighborGallerySvg,
} from './neighborGallerySvg.ts';
export { type RocCurveOptions, type RocPoints, rocCurveSvg } from './rocCurveSvg.ts';
export {
  type TripletGalleryOptions,
  tripletGallerySvg,
} from './tripletGallerySvg.ts';
