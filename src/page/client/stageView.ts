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
}

const settling = 55; // ms in which a camera goes two thirds of its way

/** `advance` moves what moves by itself, by milliseconds, and returns whether it goes on. */
export function createStageView(
  stage: HTMLElement,
  scene: Scene,
  state: MapState,
  advance: (milliseconds: number) => boolean,
): StageView {
  const [grounds, captions, dots, above] = ['.panels', '.captions', '.dots', '.above'].map((name) =>
    stage.querySelector(name),
  ) as [HTMLElement, HTMLElement, HTMLCanvasElement, HTMLCanvasElement];
  const context = above.getContext('2d') as CanvasRenderingContext2D;
  const labels = createClassLabels(scene);
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const calm = matchMedia('(prefers-reduced-motion: reduce)');
  let painter = createPainter(dots, scene.count);
  let scheme = schemeColors(scene, dark.matches);
  let shown: readonly PanelView[] = [];
  let outdated = true; // the dots have another size or other colors than those on the canvas
  let planned = 0;
  let drawnAt = 0;

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
      painter.draw(views);
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
    scheme = schemeColors(scene, dark.matches);
    const { colors, order } = dotStyle(scene, scheme.classes, state.active);
    painter.style(colors, order);
    outdated = true;
    plan();
    return scheme;
  };

  dots.addEventListener('webglcontextlost', (event) => event.preventDefault());
  dots.addEventListener('webglcontextrestored', () => {
    painter = createPainter(dots, scene.count);
    resize();
    restyle();
  });
  scene.sprite?.image.decode().then(plan, plan);
  new ResizeObserver(resize).observe(stage);
  resize();
  return { plan, restyle };
}
