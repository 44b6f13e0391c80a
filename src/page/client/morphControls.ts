import type { MapState } from './mapState.ts';

export interface MorphControls {
  /** Starts or stops the walk. */
  toggle(): void;
  /** Walks on by the time since the last frame; true while it goes on. */
  advance(milliseconds: number): boolean;
}

const duration = 1800; // ms from one map to the next

/** Side by side, or one map becoming the next, by hand or by itself: the controls inside `root`. */
export function createMorphControls(
  root: HTMLElement,
  state: MapState,
  maps: number,
  onChange: () => void,
): MorphControls {
  const part = <E extends HTMLElement>(selector: string): E => root.querySelector(selector) as E;
  const [bar, split, single, play] = [
    part('.morph'),
    part('.split'),
    part('.single'),
    part('.play'),
  ];
  const slider = part<HTMLInputElement>('.share');
  let direction = 0;
  const calm = matchMedia('(prefers-reduced-motion: reduce)');

  const show = (): void => {
    slider.value = String(state.share);
    split.setAttribute('aria-pressed', String(state.mode === 'split'));
    single.setAttribute('aria-pressed', String(state.mode === 'single'));
    bar.hidden = state.mode === 'split';
    play.classList.toggle('playing', direction !== 0);
    play.setAttribute('aria-label', direction === 0 ? 'Play' : 'Stop');
    onChange();
  };
  const toggle = (): void => {
    if (maps < 2) return;
    state.mode = 'single';
    const forward = state.share < maps - 1 - 1e-6;
    if (direction !== 0) direction = 0;
    else if (calm.matches) state.share = forward ? maps - 1 : 0;
    else direction = forward ? 1 : -1;
    show();
  };

  split.addEventListener('click', () => {
    state.mode = 'split';
    direction = 0;
    show();
  });
  single.addEventListener('click', () => {
    if (state.mode === 'single') return;
    state.share = 0;
    toggle();
  });
  slider.addEventListener('input', () => {
    direction = 0;
    state.share = Number(slider.value);
    show();
  });
  play.addEventListener('click', toggle);
  show();

  return {
    toggle,
    advance(milliseconds) {
      if (direction === 0) return false;
      const share = state.share + (direction * milliseconds) / duration;
      state.share = Math.min(maps - 1, Math.max(0, share));
      if (state.share !== share) direction = 0;
      show();
      return direction !== 0;
    },
  };
}
