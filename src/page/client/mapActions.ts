import type { Gestures } from './gestures.ts';
import type { KeyActions } from './keyboard.ts';
import type { MapState } from './mapState.ts';
import { findExample, middles, nextExample, panAt, showWhole, zoomAt } from './navigation.ts';
import type { Scene } from './scene.ts';

/** What a gesture or key acts on. */
export interface MapPage {
  readonly scene: Scene;
  readonly state: MapState;
  /** Draws with the next frame. */
  plan(): void;
  /** Shows what is pointed at, here and in the card beside. */
  look(): void;
  /** Moves the card at the pointer to where the pointer is. */
  follow(): void;
  /** Keeps an example, or lets go of it. */
  pin(i: number | undefined): void;
  /** Starts or stops the walk from map to map. */
  play(): void;
}

export function gesturesOf({ scene, state, plan, look, follow, pin }: MapPage): Gestures {
  return {
    hover(at) {
      const found = at && findExample(scene, state, at);
      const same = found === state.hovered;
      state.pointer = at;
      state.hovered = found;
      if (!same) look();
      else if (found !== undefined) follow();
    },
    tap(at) {
      const found = findExample(scene, state, at);
      pin(found === state.pinned ? undefined : found);
    },
    pan(at, dx, dy) {
      state.hovered = undefined;
      panAt(scene, state, at, [dx, dy], false);
      look();
    },
    zoom(at, factor) {
      zoomAt(scene, state, at, factor);
      plan();
    },
  };
}

export function keyActionsOf({ scene, state, plan, pin, play }: MapPage): KeyActions {
  return {
    zoom(factor) {
      for (const middle of middles(scene, state)) zoomAt(scene, state, middle, factor);
      plan();
    },
    pan(dx, dy) {
      for (const middle of middles(scene, state)) panAt(scene, state, middle, [dx, dy], true);
      plan();
    },
    reset() {
      showWhole(state);
      plan();
    },
    step: (by) => pin(nextExample(scene, state, by)),
    clear: () => pin(undefined),
    play,
  };
}
