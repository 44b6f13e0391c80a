import { panelBoxes } from './layout.ts';
import type { MapState } from './mapState.ts';
import type { Scene } from './scene.ts';

/** The grounds of the panels, and their captions: on a single stage, of the map it is nearest to. */
export function showPanels(parent: HTMLElement, { maps }: Scene, state: MapState): void {
  const single = state.mode === 'single';
  const boxes = panelBoxes(...state.size, single ? 1 : maps.length);
  while (parent.children.length > boxes.length) parent.lastElementChild?.remove();
  while (parent.children.length < boxes.length) parent.append(emptyPanel());
  boxes.forEach(({ left, top, width, height }, i) => {
    const panel = parent.children[i] as HTMLElement;
    Object.assign(panel.style, {
      left: `${left}px`,
      top: `${top}px`,
      width: `${width}px`,
      height: `${height}px`,
    });
    const { name, note } = maps[single ? Math.round(state.share) : i]!;
    setText(panel.querySelector('b'), name);
    setText(panel.querySelector('span'), note);
  });
}

function emptyPanel(): HTMLElement {
  const panel = document.createElement('div');
  panel.className = 'panel';
  panel.append(document.createElement('b'), document.createElement('span'));
  return panel;
}

function setText(element: Element | null, text: string): void {
  if (element && element.textContent !== text) element.textContent = text;
}
