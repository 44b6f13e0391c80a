import type { Place } from './gestures.ts';
import type { Scene } from './scene.ts';
import { showThumbnail } from './thumbnail.ts';

/** The card about one example, beside the maps, and the small one at the pointer. */
export interface Details {
  show(i: number | undefined, colors: readonly string[]): void;
  tip(i: number | undefined, at: Place | undefined, colors: readonly string[]): void;
}

const apart = 16; // pixels from the pointer to its card

export function createDetails(
  card: HTMLElement,
  tip: HTMLElement,
  scene: Scene,
  onPick: (i: number) => void,
): Details {
  const part = <E extends HTMLElement>(parent: HTMLElement, selector: string): E =>
    parent.querySelector(selector) as E;
  const describe = (parent: HTMLElement, i: number, colors: readonly string[]): void => {
    const classIndex = scene.classOf[i]!;
    parent.style.setProperty('--color', colors[classIndex]!);
    part(parent, '.name').textContent = scene.classes[classIndex]!.name;
    part(parent, '.index').textContent = `#${scene.idOf(i)}`;
    part(parent, '.caption').textContent = scene.captions?.[i] ?? '';
  };
  return {
    show(i, colors) {
      card.classList.toggle('empty', i === undefined);
      if (i === undefined) return;
      describe(card, i, colors);
      showThumbnail(part(card, 'canvas'), scene, i, 112);
      const { neighbors } = scene;
      if (!neighbors) return;
      const { each, indices } = neighbors;
      part(card, '.neighbors').hidden = false;
      part(card, '.strip').replaceChildren(
        ...Array.from(indices.subarray(i * each, (i + 1) * each), (neighbor) =>
          neighborButton(scene, neighbor, i, colors, () => onPick(neighbor)),
        ),
      );
    },
    tip(i, at, colors) {
      tip.hidden = i === undefined || at === undefined;
      if (i === undefined || at === undefined) return;
      describe(tip, i, colors);
      showThumbnail(part(tip, 'canvas'), scene, i, 72);
      const stage = tip.parentElement as HTMLElement;
      const flipX = at[0] + apart + tip.offsetWidth > stage.clientWidth;
      const flipY = at[1] + apart + tip.offsetHeight > stage.clientHeight;
      const x = flipX ? Math.max(0, at[0] - apart - tip.offsetWidth) : at[0] + apart;
      const y = flipY ? Math.max(0, at[1] - apart - tip.offsetHeight) : at[1] + apart;
      tip.style.transform = `translate(${Math.round(x)}px,${Math.round(y)}px)`;
    },
  };
}

/** A neighbour of `center` as a button: its image, or the name of its class. */
function neighborButton(
  scene: Scene,
  i: number,
  center: number,
  colors: readonly string[],
  onClick: () => void,
): HTMLElement {
  const classIndex = scene.classOf[i]!;
  const own = classIndex === scene.classOf[center];
  const { name } = scene.classes[classIndex]!;
  const button = document.createElement('button');
  button.type = 'button';
  button.title = `${name} #${scene.idOf(i)}${own ? '' : ', another class'}`;
  button.style.setProperty('--color', colors[classIndex]!);
  button.classList.toggle('wrong', !own);
  if (scene.sprite) {
    const canvas = document.createElement('canvas');
    showThumbnail(canvas, scene, i, 32);
    button.append(canvas);
  } else button.textContent = name;
  button.addEventListener('click', onClick);
  return button;
}
