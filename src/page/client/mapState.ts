import type { Box } from '../../charts/internal/chart.ts';
import { between, type Camera, isNear, projection, wholeMap } from './camera.ts';
import type { Place } from './gestures.ts';
import { contains, dotRadius, panelBoxes } from './layout.ts';
import type { PanelView } from './painter.ts';
import { gridOf } from './pointGrid.ts';
import type { Scene } from './scene.ts';

const mostScanned = 20_000; // examples that are gone through one by one

/** What is being looked at, and how. */
export interface MapState {
  /** All maps beside each other, or one stage on which one map becomes the next. */
  mode: 'split' | 'single';
  /** Which map the single stage shows: 0 the first, 1 the second, 0.5 half-way. */
  share: number;
  /** Classes that stand out; all when empty. */
  active: Set<number>;
  /** Where the mouse is, and the example it is at. */
  pointer: Place | undefined;
  hovered: number | undefined;
  pinned: number | undefined;
  /** Where each panel's camera is, and where it is going; the last is that of the single stage. */
  cameras: Camera[];
  goals: Camera[];
  size: readonly [width: number, height: number];
}

export function createState(scene: Scene): MapState {
  const cameras = Array.from({ length: scene.maps.length + 1 }, () => wholeMap);
  return {
    mode: scene.maps.length > 1 ? 'split' : 'single',
    share: 0,
    active: new Set(),
    pointer: undefined,
    hovered: undefined,
    pinned: undefined,
    cameras,
    goals: [...cameras],
    size: [1, 1],
  };
}

/** Index of the camera of a panel. */
export function cameraIndex({ mode, cameras }: MapState, panel: number): number {
  return mode === 'single' ? cameras.length - 1 : panel;
}

/** The panels as they are to be drawn. */
export function panelViews(scene: Scene, state: MapState): PanelView[] {
  const { maps } = scene;
  const shown = state.mode === 'single' ? 1 : maps.length;
  return panelBoxes(...state.size, shown).map((box: Box, panel) => {
    const first =
      state.mode === 'single' ? Math.min(Math.floor(state.share), maps.length - 1) : panel;
    const from = maps[first]!;
    const to = maps[Math.min(first + 1, maps.length - 1)]!;
    const share = state.mode === 'single' ? eased(state.share - first) : 0;
    const extent = [0, 1].map((k) => from.extent[k]! + share * (to.extent[k]! - from.extent[k]!));
    const camera = state.cameras[cameraIndex(state, panel)]!;
    return {
      box,
      projection: projection(camera, box, [extent[0]!, extent[1]!]),
      radius: dotRadius(box, scene.count, camera.zoom),
      from: from.points,
      to: to.points,
      share,
    };
  });
}

/** Slow at both ends, so that a map leaves and arrives softly. */
function eased(share: number): number {
  return share * share * (3 - 2 * share);
}

/** Moves the cameras a step towards their goals; false once they are there. */
export function moveCameras(state: MapState, share: number): boolean {
  let moving = false;
  state.cameras = state.cameras.map((camera, i) => {
    const goal = state.goals[i]!;
    if (share >= 1 || isNear(camera, goal)) return goal;
    moving = true;
    return between(camera, goal, share);
  });
  return moving;
}

/** The example nearest to a place, no farther than `reach` pixels, of the classes that stand out. */
export function exampleAt(
  { count, classOf }: Scene,
  { active }: MapState,
  panels: readonly PanelView[],
  [x, y]: Place,
  reach: number,
): number | undefined {
  const panel = panels.find(({ box }) => contains(box, x, y));
  if (!panel) return undefined;
  const { projection, from, to, share } = panel;
  const { left, top, scale } = projection;
  let nearest: number | undefined;
  let least = reach * reach;
  const look = (i: number): void => {
    if (active.size > 0 && !active.has(classOf[i]!)) return;
    const px = left + scale * (from[2 * i]! + share * (to[2 * i]! - from[2 * i]!));
    const py = top + scale * (from[2 * i + 1]! + share * (to[2 * i + 1]! - from[2 * i + 1]!));
    const square = (px - x) ** 2 + (py - y) ** 2;
    if (square > least) return;
    least = square;
    nearest = i;
  };
  const resting = share === 0 ? from : share === 1 ? to : undefined;
  if (resting && count > mostScanned) {
    const reached = reach / scale;
    gridOf(resting).visit((x - left) / scale, (y - top) / scale, reached, look);
  } else for (let i = 0; i < count; i++) look(i);
  return nearest;
}
