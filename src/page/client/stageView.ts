import { createClassLabels } from './classLabels.ts';
import { createPainter } from './createPainter.ts';
import { dotStyle, type SchemeColors, schemeColors } from './mapColors.ts';
import { type MapState, moveCameras, panelViews } from './mapState.ts';
import { drawOverlay } from './overlay.ts';
import { type PanelView, sameView } from './painter.ts';
import { showPanels } from './panels.ts';
import type { Scene } from './scene.ts';

/** The canvases of the stage. Nothing is drawn but when asked for, and then once a frame. */
export interface StageView {
  /** Draws with the next frame. */
  plan(): void;
  /** Takes the colours anew, after a change of scheme or of the classes that stand out. */
  restyle(): SchemeColors;
  /** Stops drawing. */
  destroy(): void;
}

/** Draws more above the dots, the names and the rings. */
export type DrawMore = (
  context: CanvasRenderingContext2D,
  panels: readonly PanelView[],
  scheme: SchemeColors,
) => void;

const restless = 120; // ms after a frame in which the map counts as moving
const rested = 250; // ms after which a map that was drawn with less detail is drawn in full
const settling = 55; // ms in which a camera goes two thirds of its way

/**
 * `advance` moves what moves by itself, by milliseconds, and returns whether it goes on; `isDark` says which colours the
 * stage has.
 */
export function createStageView(
  stage: HTMLElement,
  scene: Scene,
  state: MapState,
  advance: (milliseconds: number) => boolean,
  drawMore: DrawMore = () => undefined,
  isDark: () => boolean = () => matchMedia('(prefers-color-scheme: dark)').matches,
): StageView {
  const [grounds, captions, dots, above] = ['.panels', '.captions', '.dots', '.above'].map((name) =>
    stage.querySelector(name),
  ) as [HTMLElement, HTMLElement, HTMLCanvasElement, HTMLCanvasElement];
  const context = above.getContext('2d') as CanvasRenderingContext2D;
  const labels = createClassLabels(scene);
  const calm = matchMedia('(prefers-reduced-motion: reduce)');
  let painter = createPainter(dots);
  let scheme = schemeColors(scene, isDark(), stage);
  let shown: readonly PanelView[] = [];
  let outdated = true; // the dots have another size or other colors than those on the canvas
  let planned = 0;
  let drawnAt = 0;
  let paintedAt = -restless;
  let finishing: ReturnType<typeof setTimeout> | undefined;

  /** Draws once more, in full detail, when the map has come to rest. */
  const finish = (): void => {
    outdated = true;
    paintedAt = -restless;
    plan();
  };

  const draw = (now: number): void => {
    planned = 0;
    const elapsed = drawnAt === 0 ? 16 : Math.min(50, now - drawnAt);
    const walking = advance(elapsed);
    const moving = moveCameras(state, calm.matches ? 1 : 1 - Math.exp(-elapsed / settling));
    const views = panelViews(scene, state);
    // Drawing all dots takes a tenth of a second without a graphics card: not for a pointer that only moves.
    if (
      outdated ||
      views.length !== shown.length ||
      !views.every((v, i) => sameView(v, shown[i]))
    ) {
      showPanels(grounds, captions, scene, state);
      clearTimeout(finishing);
      const coarse = painter.draw(views, now - paintedAt < restless);
      paintedAt = now;
      if (coarse) finishing = setTimeout(finish, rested);
      shown = views;
      outdated = false;
    }
    context.clearRect(0, 0, ...state.size);
    const marked = [state.pinned, state.hovered].filter((i) => i !== undefined);
    drawOverlay(context, scene, labels, {
      panels: views,
      active: state.active,
      marked: [...new Set(marked)],
      center: state.hovered ?? state.pinned,
      scheme,
    });
    drawMore(context, views, scheme);
    drawnAt = walking || moving ? now : 0;
    if (walking || moving) plan();
  };
  const plan = (): void => {
    if (planned === 0) planned = requestAnimationFrame(draw);
  };
  const resize = (): void => {
    const { width, height } = stage.getBoundingClientRect();
    const ratio = Math.min(2, devicePixelRatio);
    state.size = [Math.max(1, width), Math.max(1, height)];
    painter.resize(...state.size, ratio);
    outdated = true;
    above.width = Math.round(width * ratio);
    above.height = Math.round(height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    plan();
  };
  const restyle = (): SchemeColors => {
    scheme = schemeColors(scene, isDark(), stage);
    const { colors, order } = dotStyle(scene, scheme.classes, state.active);
    painter.style(colors, order);
    outdated = true;
    plan();
    return scheme;
  };

  dots.addEventListener('webglcontextlost', (event) => event.preventDefault());
  dots.addEventListener('webglcontextrestored', () => {
    painter = createPainter(dots);
    resize();
    restyle();
  });
  const image = scene.sprite?.image;
  if (image instanceof HTMLImageElement) image.decode().then(plan, plan);
  const observer = new ResizeObserver(resize);
  observer.observe(stage);
  resize();
  return {
    plan,
    restyle,
    destroy() {
      observer.disconnect();
      cancelAnimationFrame(planned);
      clearTimeout(finishing);
      planned = -1; // nothing is planned any more
      painter.destroy();
    },
  };
}
