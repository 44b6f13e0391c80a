import { mapClasses } from '../../charts/internal/mapClasses.ts';
import { type MapPoints, readPoints } from '../../charts/mapPoints.ts';
import { toLabels } from '../../data/labels.ts';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { show } from '../../internal/checks.ts';
import { readOptions } from '../../internal/readOptions.ts';
import { listenToGestures, type Place } from '../../page/client/gestures.ts';
import { type KeyActions, listenToKeys } from '../../page/client/keyboard.ts';
import { gesturesOf, keyActionsOf, type MapPage } from '../../page/client/mapActions.ts';
import { createState, type MapState, panelViews } from '../../page/client/mapState.ts';
import { placeOf } from '../../page/client/overlay.ts';
import type { Scene } from '../../page/client/scene.ts';
import { createStageView, type StageView } from '../../page/client/stageView.ts';
import { showThumbnail } from '../../page/client/thumbnail.ts';
import { drawLasso, drawQuery } from './drawQuery.ts';
import { createLasso, listenToLasso } from './lasso.ts';
import { createMapElement } from './mapElement.ts';
import { extentOf, framed, frameOf, type MapFrame } from './mapFrame.ts';
import {
  type MapQuery,
  type MountEmbeddingMapOptions,
  type MountedMapContent,
  mountEmbeddingMapOptions,
  mountedMapContent,
} from './mapOptions.ts';

/** A map on a page. */
export interface MountedMap {
  /**
   * Moves the points to new places. Where their number has changed, or `content` is given, the content changes as well:
   * what is not given stays.
   */
  update(points: MapPoints, content?: MountedMapContent): void;
  /** Selects examples by their indices, and moves the view to a single one; without argument lets go. */
  select(indices?: readonly number[]): void;
  /** Selects the next example whose caption or number has the text; false if there is none. */
  find(text: string): boolean;
  /** Lets the classes of these ids stand out; all without argument. */
  highlight(classIds?: readonly number[]): void;
  /** Shows an example that is not among the points, with lines to its neighbors; without argument, no more. */
  query(query?: MapQuery): void;
  /** Calls a listener with the indices that the reader selects; returns what ends that. */
  onSelect(listener: (indices: readonly number[]) => void): () => void;
  /** Removes the map from the page, with all that it listens to. */
  destroy(): void;
}

/**
 * Puts an interactive map of embeddings in two dims into an element of any page, whose size it takes: the reader pans,
 * zooms, points, selects an example, or many with a lasso, by mouse, fingers and keys. Points that are updated move to
 * their new places.
 *
 * @throws MetricLearningError if there is no element, the numbers of points, labels and captions do not agree, or a
 * coordinate is not finite.
 * @example
 * const map = mountEmbeddingMap(document.querySelector('#map'), points, { labels });
 * map.onSelect(([first]) => console.log(first));
 * map.update(pointsAfterTraining);
 */
export function mountEmbeddingMap(
  element: HTMLElement,
  points: MapPoints,
  options: MountEmbeddingMapOptions = {},
): MountedMap {
  const where = 'mountEmbeddingMap';
  if (typeof (element as Partial<HTMLElement> | null)?.append !== 'function') {
    throw new MetricLearningError({
      where,
      expected: 'an element of the page',
      got: show(element),
      ...(element === null && {
        fix: 'No element has that selector, or the page is not parsed yet.',
      }),
    });
  }
  const { label, duration, theme, ...first } = readOptions(
    where,
    mountEmbeddingMapOptions,
    options,
  );
  let content: MountedMapContent = given(first);
  const read = readPoints(where, points);
  let frame = frameOf(read);
  let scene = sceneOf(where, framed(read, frame), content);

  const dom = createMapElement(element, label);
  const { stage, live, part } = dom;
  const system = matchMedia('(prefers-color-scheme: dark)');
  const calm = matchMedia('(prefers-reduced-motion: reduce)');
  const isDark = (): boolean => (theme === 'auto' ? system.matches : theme === 'dark');
  const listeners = new Set<(indices: readonly number[]) => void>();
  let state: MapState = { ...createState(scene), mode: 'single', share: 1 };
  let view: StageView;
  let selected: readonly number[] = [];
  let lassoLine: readonly Place[] = [];
  let query: MapQuery | undefined;
  let left = 0; // milliseconds until the points have arrived
  let highlighted: readonly number[] = [];

  const advance = (elapsed: number): boolean => {
    if (left === 0) return false;
    left = calm.matches ? 0 : Math.max(0, left - elapsed);
    state.share = left === 0 ? 1 : 1 - left / duration;
    return left > 0;
  };
  const colors = (): readonly string[] => view.restyle().classes;
  const restyle = (): void => {
    part('.map').classList.toggle('dark', isDark());
    colors();
  };
  const mountStage = (): void => {
    view = createStageView(
      stage,
      scene,
      state,
      advance,
      (context, [panel], scheme) => {
        if (!panel) return;
        for (const i of selected.length > 1 ? selected : [])
          ring(context, placeOf(panel, i), scheme.ink);
        if (query) drawQuery(context, panel, scene, scheme, query, inFrame(query.point, frame));
        drawLasso(context, lassoLine, scheme);
      },
      isDark,
    );
    restyle();
  };

  const tell = (indices: readonly number[]): void => {
    selected = indices;
    live.textContent = spoken(scene, indices);
    for (const listener of [...listeners]) listener(indices);
  };
  const page = (): MapPage => ({
    scene,
    state,
    plan: view.plan,
    look() {
      page().follow();
      view.plan();
    },
    follow: () => showTip(),
    pin(i) {
      choose(i === undefined ? [] : [i]);
    },
    play() {},
  });
  const choose = (indices: readonly number[]): void => {
    state.pinned = indices.length === 1 ? indices[0] : undefined;
    tell(indices);
    view.plan();
  };
  const showTip = (): void => {
    const { hovered: i, pointer } = state;
    const tip = part('.tip');
    tip.hidden = i === undefined || pointer === undefined;
    if (i === undefined || pointer === undefined) return;
    const { name, color } = scene.classes[scene.classOf[i]!]!;
    tip.style.setProperty('--color', color);
    part('.tip .name').textContent = name;
    part('.tip .caption').textContent = scene.captions?.[i] ?? '';
    showThumbnail(part<HTMLCanvasElement>('.tip canvas'), scene, i, 64);
    const flip = pointer[0] + 16 + tip.offsetWidth > stage.clientWidth;
    const x = flip ? Math.max(0, pointer[0] - 16 - tip.offsetWidth) : pointer[0] + 16;
    const y = Math.min(pointer[1] + 16, stage.clientHeight - tip.offsetHeight);
    tip.style.transform = `translate(${Math.round(x)}px,${Math.round(Math.max(0, y))}px)`;
  };
  /** Moves the view so that an example is in it. */
  const bringIntoView = (i: number): void => {
    const [panel] = panelViews(scene, state);
    if (!panel) return;
    const [x, y] = placeOf(panel, i);
    const { box } = panel;
    const margin = 30;
    const outside =
      x < box.left + margin ||
      x > box.left + box.width - margin ||
      y < box.top + margin ||
      y > box.top + box.height - margin;
    if (!outside) return;
    const [px, py] = [scene.maps.at(-1)!.points[2 * i]!, scene.maps.at(-1)!.points[2 * i + 1]!];
    const camera = state.cameras.length - 1;
    state.goals[camera] = { ...state.goals[camera]!, x: px, y: py };
  };

  // The gestures and keys outlive a change of the content: they act on the scene and state at hand.
  listenToLasso(
    stage,
    (event) => event.shiftKey || part('.lasso').getAttribute('aria-pressed') === 'true',
    (line) => {
      lassoLine = [...line];
      view.plan();
    },
    (line) => {
      lassoLine = [];
      part('.lasso').setAttribute('aria-pressed', 'false');
      const [panel] = panelViews(scene, state);
      if (!panel || line.length < 3) return view.plan();
      const encloses = createLasso(line);
      const within: number[] = [];
      for (let i = 0; i < scene.count; i++) if (encloses(placeOf(panel, i))) within.push(i);
      choose(within);
    },
  );
  const gestures = () => gesturesOf(page());
  listenToGestures(
    stage,
    {
      hover: (at) => gestures().hover(at),
      tap: (at) => gestures().tap(at),
      pan: (...args) => gestures().pan(...args),
      zoom: (...args) => gestures().zoom(...args),
    },
    { embedded: true },
  );
  const keys = (): KeyActions => keyActionsOf(page());
  listenToKeys(stage, {
    zoom: (factor) => keys().zoom(factor),
    pan: (...args) => keys().pan(...args),
    reset: () => keys().reset(),
    step(by) {
      keys().step(by);
      if (state.pinned !== undefined) bringIntoView(state.pinned);
    },
    clear: () => keys().clear(),
    play() {},
  });
  part('.closer').addEventListener('click', () => keys().zoom(1.6));
  part('.farther').addEventListener('click', () => keys().zoom(1 / 1.6));
  part('.whole').addEventListener('click', () => keys().reset());
  part('.lasso').addEventListener('click', ({ currentTarget }) => {
    const button = currentTarget as HTMLElement;
    button.setAttribute('aria-pressed', String(button.getAttribute('aria-pressed') !== 'true'));
  });
  system.addEventListener('change', restyle);
  mountStage();

  return {
    update(next, changed) {
      const nextContent = changed
        ? { ...content, ...given(readOptions(`${where}.update`, mountedMapContent, changed)) }
        : content;
      const flat = readPoints(`${where}.update`, next);
      const from = currentPoints(scene, state.share);
      const nextFrame = frameOf(flat);
      const to = framed(flat, nextFrame);
      const same = changed === undefined && to.length === from.length;
      const following = same ? scene : sceneOf(`${where}.update`, to, nextContent);
      const started = from.length > to.length ? from.slice(0, to.length) : joined(from, to);
      content = nextContent;
      frame = nextFrame;
      const maps = [mapOf(started), mapOf(to)];
      if (same) {
        (scene as { maps: Scene['maps'] }).maps = maps;
      } else {
        const { cameras, goals } = state;
        view.destroy();
        // A canvas keeps its first context for good, a lost one of the graphics card as well.
        part('.dots').replaceWith(part('.dots').cloneNode(false));
        scene = { ...following, maps };
        state = { ...createState(scene), mode: 'single' };
        [state.cameras, state.goals] = [cameras.slice(-1), goals.slice(-1)];
        selected = selected.filter((i) => i < scene.count);
        if (selected.length === 1) state.pinned = selected[0];
        mountStage();
        showHighlight();
      }
      state.mode = 'single';
      state.share = duration === 0 ? 1 : 0;
      left = duration;
      view.plan();
    },
    select(indices = []) {
      const wrong = indices.find((i) => !Number.isInteger(i) || i < 0 || i >= scene.count);
      if (wrong !== undefined) {
        throw new MetricLearningError({
          where: `${where}.select`,
          expected: `indices to be whole numbers from 0 to ${scene.count - 1}`,
          got: show(wrong),
        });
      }
      selected = [...indices];
      state.pinned = indices.length === 1 ? indices[0] : undefined;
      live.textContent = spoken(scene, selected);
      if (state.pinned !== undefined) bringIntoView(state.pinned);
      view.plan();
    },
    find(text) {
      const words = text.trim().toLowerCase();
      const start = (selected.at(-1) ?? -1) + 1;
      for (let step = 0; words !== '' && step < scene.count; step++) {
        const i = (start + step) % scene.count;
        const named = scene.classes[scene.classOf[i]!]!.name.toLowerCase() === words;
        const captioned = scene.captions?.[i]?.toLowerCase().includes(words) ?? false;
        if (!named && !captioned && `#${i}` !== words) continue;
        choose([i]);
        bringIntoView(i);
        return true;
      }
      return false;
    },
    highlight(classIds = []) {
      highlighted = classIds;
      showHighlight();
    },
    query(shown) {
      query = shown;
      view.plan();
    },
    onSelect(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    destroy() {
      system.removeEventListener('change', restyle);
      listeners.clear();
      view.destroy();
      dom.remove();
    },
  };

  function showHighlight(): void {
    const { ids } = scene as MountedScene;
    state.active.clear();
    for (const id of highlighted) {
      const index = ids.indexOf(id);
      if (index >= 0) state.active.add(index);
    }
    colors();
    view.plan();
  }
}

/** A scene that knows the class id of each of its classes. */
interface MountedScene extends Scene {
  readonly ids: readonly number[];
}

function sceneOf(where: string, points: Float32Array, content: MountedMapContent): MountedScene {
  const count = points.length / 2;
  const labels = toLabels(where, content.labels ?? new Int32Array(count), count, 'point');
  const { captions, thumbnails } = content;
  if (captions && captions.length !== count) {
    throw new MetricLearningError({
      where,
      expected: `one caption for each point (${count})`,
      got: `${captions.length} captions`,
    });
  }
  const classes = mapClasses(where, labels, content.names, content.colors);
  const classOf = new Uint16Array(count);
  classes.forEach(({ members }, index) => {
    for (const i of members) classOf[i] = index;
  });
  return {
    count,
    maps: [mapOf(points), mapOf(points)],
    classes: classes.map(({ name, color, members }) => ({ name, color, count: members.length })),
    ids: classes.map(({ members }) => labels[members[0]!]!),
    classOf,
    sprite: thumbnails,
    neighbors: undefined,
    captions,
    idOf: (i) => i,
  };
}

function mapOf(points: Float32Array): Scene['maps'][number] {
  return { name: '', note: '', points, extent: extentOf(points) };
}

/** Where the points are now, on their way. */
function currentPoints(scene: Scene, share: number): Float32Array {
  const [from, to] = [scene.maps[0]!.points, scene.maps.at(-1)!.points];
  if (share === 1) return to;
  const eased = share * share * (3 - 2 * share);
  return from.map((value, i) => value + eased * (to[i]! - value));
}

/** Points that were there come from where they were; new ones appear at their places. */
function joined(from: Float32Array, to: Float32Array): Float32Array {
  if (from.length === to.length) return from;
  const all = to.slice();
  all.set(from);
  return all;
}

function inFrame([x, y]: readonly [number, number], frame: MapFrame): [number, number] {
  const [u, v] = framed(Float32Array.of(x, y), frame);
  return [u!, v!];
}

function ring(context: CanvasRenderingContext2D, [x, y]: Place, color: string): void {
  context.strokeStyle = color;
  context.lineWidth = 1.5;
  context.beginPath();
  context.arc(x, y, 6, 0, 2 * Math.PI);
  context.stroke();
}

function spoken(scene: Scene, indices: readonly number[]): string {
  const [i] = indices;
  if (i === undefined) return '';
  if (indices.length > 1) return `${indices.length} examples selected`;
  const caption = scene.captions?.[i];
  return `Example ${i}, class ${scene.classes[scene.classOf[i]!]!.name}${caption ? `, ${caption}` : ''}`;
}

/** The options that were given. */
function given(
  content: { [Name in keyof MountedMapContent]: MountedMapContent[Name] | undefined },
): MountedMapContent {
  return Object.fromEntries(
    Object.entries(content).filter(([, value]) => value !== undefined),
  ) as MountedMapContent;
}
