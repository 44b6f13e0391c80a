import { panned, wholeMap, zoomedAt } from './camera.ts';
import type { Place } from './gestures.ts';
import { contains } from './layout.ts';
import { cameraIndex, exampleAt, type MapState, panelViews } from './mapState.ts';
import { imageSize } from './overlay.ts';
import type { Scene } from './scene.ts';

const reach = 14; // pixels from the pointer within which an example is meant

/** The example a pointer at that place means. */
export function findExample(scene: Scene, state: MapState, at: Place): number | undefined {
  const panels = panelViews(scene, state);
  const size = imageSize(scene, panels[panelAt(scene, state, at)] as (typeof panels)[number]);
  return exampleAt(scene, state, panels, at, Math.max(reach, size * 0.7));
}

/** Sends the camera of the panel at that place closer. */
export function zoomAt(scene: Scene, state: MapState, at: Place, factor: number): void {
  const panel = panelAt(scene, state, at);
  const camera = cameraIndex(state, panel);
  const { projection } = panelViews(scene, { ...state, cameras: state.goals })[panel]!;
  state.goals[camera] = zoomedAt(state.goals[camera]!, projection, at, factor);
}

/** Moves the panel at that place by pixels: at once, or softly. */
export function panAt(
  scene: Scene,
  state: MapState,
  at: Place,
  [dx, dy]: Place,
  soft: boolean,
): void {
  const panel = panelAt(scene, state, at);
  const camera = cameraIndex(state, panel);
  const { projection } = panelViews(scene, state)[panel]!;
  state.goals[camera] = panned(state.goals[camera]!, projection, dx, dy);
  if (!soft) state.cameras[camera] = panned(state.cameras[camera]!, projection, dx, dy);
}

export function showWhole(state: MapState): void {
  state.goals = state.goals.map(() => wholeMap);
}

/** The middles of all panels, for what concerns each of them. */
export function middles(scene: Scene, state: MapState): Place[] {
  return panelViews(scene, state).map(({ box }) => [
    box.left + box.width / 2,
    box.top + box.height / 2,
  ]);
}

/** The next example, or the one before, of the classes that stand out. */
export function nextExample(scene: Scene, { pinned, active }: MapState, by: 1 | -1): number {
  let i = pinned ?? (by === 1 ? -1 : scene.count);
  do i = (i + by + scene.count) % scene.count;
  while (active.size > 0 && !active.has(scene.classOf[i]!));
  return i;
}

function panelAt(scene: Scene, state: MapState, [x, y]: Place): number {
  return Math.max(
    0,
    panelViews(scene, state).findIndex(({ box }) => contains(box, x, y)),
  );
}
