import { createDetails } from './details.ts';
import { createFinder } from './finder.ts';
import { listenToGestures } from './gestures.ts';
import { listenToKeys } from './keyboard.ts';
import { createLegend } from './legend.ts';
import { gesturesOf, keyActionsOf, type MapPage } from './mapActions.ts';
import { createState } from './mapState.ts';
import { createMorphControls } from './morphControls.ts';
import { type PageData, readScene } from './scene.ts';
import { createStageView } from './stageView.ts';

/** Brings one map on the page to life: `root` is the element that holds it. */
export function startMap(root: HTMLElement): void {
  const part = <E extends HTMLElement>(selector: string): E => root.querySelector(selector) as E;
  const data = JSON.parse(part('script[type="application/json"]').textContent ?? '') as PageData;
  const scene = readScene(data, root.querySelector<HTMLImageElement>('img.sprite'));
  const state = createState(scene);
  const stage = part('.stage');
  const view = createStageView(stage, scene, state, (elapsed) => morph.advance(elapsed));
  const morph = createMorphControls(root, state, scene.maps.length, view.plan);
  let scheme = view.restyle();

  const page: MapPage = {
    scene,
    state,
    plan: view.plan,
    look() {
      details.show(state.hovered ?? state.pinned, scheme.classes);
      page.follow();
      view.plan();
    },
    follow() {
      details.tip(state.hovered, state.pointer, scheme.classes);
    },
    pin(i) {
      state.pinned = i;
      part('.live').textContent =
        i === undefined
          ? ''
          : `Example ${scene.idOf(i)}, class ${scene.classes[scene.classOf[i]!]!.name}`;
      page.look();
    },
    play: morph.toggle,
  };
  /** After a change of the classes that stand out, or of the colour scheme. */
  const recolor = (): void => {
    scheme = view.restyle();
    legend.update(state.active, scheme.classes);
    page.look();
  };
  const details = createDetails(part('.card'), part('.tip'), scene, page.pin);
  const legend = createLegend(part('.classes'), part('.all'), scene, (classIndex) => {
    if (classIndex === undefined) state.active.clear();
    else if (!state.active.delete(classIndex)) state.active.add(classIndex);
    if (state.active.size === scene.classes.length) state.active.clear();
    recolor();
  });

  const keys = keyActionsOf(page);
  listenToGestures(stage, gesturesOf(page), { embedded: root.tagName !== 'MAIN' });
  listenToKeys(stage, keys);
  const show = (i: number): void => {
    keys.reset();
    page.pin(i);
  };
  createFinder(part('.find input'), scene, show);
  listenToTiles(stage, show);
  part('.closer').addEventListener('click', () => keys.zoom(1.6));
  part('.farther').addEventListener('click', () => keys.zoom(1 / 1.6));
  part('.whole').addEventListener('click', keys.reset);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', recolor);
  recolor();
}

/** A click on an example anywhere on the page, as in a report's galleries, leads to its place on the map. */
function listenToTiles(stage: HTMLElement, show: (i: number) => void): void {
  document.addEventListener('click', ({ target }) => {
    const tile = (target as Element).closest('[data-example]');
    if (!tile) return;
    stage.scrollIntoView({ block: 'center', behavior: 'smooth' });
    show(Number(tile.getAttribute('data-example')));
  });
}
