export { type ErrorParts, MetricLearningError } from './metricLearningError.ts';
