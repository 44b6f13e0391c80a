export {
  createRandom,
  type Random,
  type RandomState,
  restoreRandom,
} from './createRandom.ts';
