import { panelBoxes } from './layout.ts';
import type { MapState } from './mapState.ts';
import type { Scene } from './scene.ts';

/**
 * The panels' grounds below the dots, and their captions above: on a single stage, of the map it is nearest to.
 * Both parents get one element a panel.
 */
export function showPanels(
  grounds: HTMLElement,
  captions: HTMLElement,
  { maps }: Scene,
  state: MapState,
): void {
  const single = state.mode === 'single';
  const boxes = panelBoxes(...state.size, single ? 1 : maps.length);
  resizeTo(grounds, boxes.length, () => document.createElement('div'));
  resizeTo(captions, boxes.length, emptyCaption);
  boxes.forEach(({ left, top, width, height }, i) => {
    const place = { left: `${left}px`, top: `${top}px` };
    const ground = grounds.children[i] as HTMLElement;
    const caption = captions.children[i] as HTMLElement;
    Object.assign(ground.style, { ...place, width: `${width}px`, height: `${height}px` });
    Object.assign(caption.style, { ...place, maxWidth: `${width}px` });
    const { name, note } = maps[single ? Math.round(state.share) : i]!;
    setText(caption.querySelector('b'), name);
    setText(caption.querySelector('span'), note);
  });
}

function resizeTo(parent: HTMLElement, count: number, create: () => HTMLElement): void {
  while (parent.children.length > count) parent.lastElementChild?.remove();
  while (parent.children.length < count) parent.append(create());
}

function emptyCaption(): HTMLElement {
  const caption = document.createElement('div');
  caption.append(document.createElement('b'), document.createElement('span'));
  return caption;
}

function setText(element: Element | null, text: string): void {
  if (element && element.textContent !== text) element.textContent = text;
}
