import type { Pca } from 'tfjs-metric-learning';
import {
  browserStore,
  connectTraining,
  type MountedMap,
  type TrainingConnection,
} from 'tfjs-metric-learning/browser';
import type { Known } from './known.ts';
import type { Settings } from './settings.ts';

interface State {
  /** Undefined until the page has begun, as `map` is. */
  known: Known;
  map: MountedMap;
  /** Where everything known is on the map, x0, y0, x1, y1 .. */
  places: Float32Array<ArrayBuffer>;
  /** The axes of the map while a network learns; undefined on the map of neighbors. */
  axes: Pca | undefined;
  /** Drawings farther than this from everything known are like nothing known. */
  threshold: number;
}

/** What all parts of the page work on. */
export const state = {
  places: new Float32Array(0),
  axes: undefined,
  threshold: 0.2,
} as State;

export const connect = (): TrainingConnection<Settings> =>
  connectTraining<Settings>(
    new Worker(new URL('./worker.js', import.meta.url), { type: 'module' }),
  );
export const connection = connect();
export const store = browserStore('the page that learns');
