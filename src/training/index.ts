export type { CheckpointOptions } from './checkpoints/checkpoint.ts';
export type { CheckpointStore } from './checkpoints/checkpointStore.ts';
export type { History } from './checkpoints/runState.ts';
export { createDoctor, type Diagnosis, type Doctor } from './diagnosis/doctor.ts';
export type { StreamBatch, StreamDataset } from './loop/batchFeed.ts';
export type { CompileOptions } from './loop/compileNetwork.ts';
export type { EarlyStopping } from './loop/earlyStopping.ts';
export type { Augment } from './loop/gradients.ts';
export type { LossReading } from './loop/lossRecord.ts';
export type { EpochEvent, StepEvent, TrainingEvent } from './loop/train.ts';
export type { FitOptions, TrainOptions, ValidationMetric } from './loop/trainOptions.ts';
export type { LearningRate } from './schedules/learningRate.ts';
export {
  cosineDecay,
  inverseTimeDecay,
  stepDecay,
  warmup,
} from './schedules/schedules.ts';
