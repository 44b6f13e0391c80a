import { createDetails } from './details.ts';
import { type Gestures, listenToGestures, type Place } from './gestures.ts';
import { listenToKeys } from './keyboard.ts';
import { createLegend } from './legend.ts';
import { createState } from './mapState.ts';
import { createMorphControls } from './morphControls.ts';
import { findExample, middles, nextExample, panAt, showWhole, zoomAt } from './navigation.ts';
import { type PageData, readScene } from './scene.ts';
import { createStageView } from './stageView.ts';

/** Brings one map on the page to life: `root` is the element that holds it. */
export function startMap(root: HTMLElement): void {
  const part = <E extends HTMLElement>(selector: string): E => root.querySelector(selector) as E;
  const data = JSON.parse(part('script[type="application/json"]').textContent ?? '') as PageData;
  const scene = readScene(data, root.querySelector<HTMLImageElement>('img.sprite'));
  const state = createState(scene);
  const [stage, live] = [part('.stage'), part('.live')];
  const dark = matchMedia('(prefers-color-scheme: dark)');
  let pointer: Place | undefined;

  const view = createStageView(stage, scene, state, (elapsed) => morph.advance(elapsed));
  const morph = createMorphControls(root, state, scene.maps.length, view.plan);
  let scheme = view.restyle();

  /** After a change of what is pointed at. */
  const look = (): void => {
    details.show(state.hovered ?? state.pinned, scheme.classes);
    details.tip(state.hovered, pointer, scheme.classes);
    view.plan();
  };
  const pin = (i: number | undefined): void => {
    state.pinned = i;
    live.textContent =
      i === undefined ? '' : `Example ${i}, class ${scene.classes[scene.classOf[i]!]!.name}`;
    look();
  };
  /** After a change of the classes that stand out, or of the scheme. */
  const recolor = (): void => {
    scheme = view.restyle();
    legend.update(state.active, scheme.classes);
    look();
  };
  const details = createDetails(part('.card'), part('.tip'), scene, pin);
  const legend = createLegend(part('.classes'), part('.all'), scene, (classIndex) => {
    if (classIndex === undefined) state.active.clear();
    else if (!state.active.delete(classIndex)) state.active.add(classIndex);
    if (state.active.size === scene.classes.length) state.active.clear();
    recolor();
  });

  const zoomAll = (factor: number): void => {
    for (const middle of middles(scene, state)) zoomAt(scene, state, middle, factor);
    view.plan();
  };
  const reset = (): void => {
    showWhole(state);
    view.plan();
  };
  const gestures: Gestures = {
    hover(at) {
      pointer = at;
      const found = at && findExample(scene, state, at);
      if (found === undefined && state.hovered === undefined) return;
      state.hovered = found;
      look();
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
      view.plan();
    },
  };
  listenToGestures(stage, gestures, { embedded: root.tagName !== 'MAIN' });
  listenToKeys(stage, {
    zoom: zoomAll,
    pan(dx, dy) {
      for (const middle of middles(scene, state)) panAt(scene, state, middle, [dx, dy], true);
      view.plan();
    },
    reset,
    step: (by) => pin(nextExample(scene, state, by)),
    clear: () => pin(undefined),
    play: morph.toggle,
  });
  part('.closer').addEventListener('click', () => zoomAll(1.6));
  part('.farther').addEventListener('click', () => zoomAll(1 / 1.6));
  part('.whole').addEventListener('click', reset);
  dark.addEventListener('change', recolor);
  recolor();
}
