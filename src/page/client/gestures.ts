/** Pixels from the upper left corner of the stage. */
export type Place = readonly [x: number, y: number];

/** What hands can do to the stage. */
export interface Gestures {
  /** The pointer is over a place without pressing, or has left. */
  hover(at: Place | undefined): void;
  /** Pressed and let go at one place. */
  tap(at: Place): void;
  pan(at: Place, dx: number, dy: number): void;
  zoom(at: Place, factor: number): void;
}

const still = 4; // pixels a finger may tremble in a tap

/**
 * Turns mouse, pen, fingers and wheel into gestures. Within a longer page (`embedded`) the wheel scrolls the page until
 * the stage has been clicked.
 */
export function listenToGestures(
  stage: HTMLElement,
  gestures: Gestures,
  { embedded }: { readonly embedded: boolean },
): void {
  const place = (event: MouseEvent): Place => {
    const { left, top } = stage.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };
  listenToPointers(stage, gestures, place);
  listenToWheel(stage, gestures, place, embedded);
}

function listenToPointers(
  stage: HTMLElement,
  gestures: Gestures,
  place: (event: MouseEvent) => Place,
): void {
  const pressed = new Map<number, Place>();
  let travelled = 0;

  stage.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || (event.target as Element).closest('button')) return;
    stage.setPointerCapture(event.pointerId);
    pressed.set(event.pointerId, place(event));
    if (pressed.size === 1) travelled = 0;
  });

  stage.addEventListener('pointermove', (event) => {
    const at = place(event);
    const before = pressed.get(event.pointerId);
    if (!before) {
      if (event.pointerType !== 'touch') gestures.hover(at);
      return;
    }
    const other = [...pressed].find(([id]) => id !== event.pointerId)?.[1];
    pressed.set(event.pointerId, at);
    travelled += distance(at, before);
    if (other) pinch(gestures, other, before, at);
    else if (travelled > still) {
      stage.classList.add('grabbed');
      gestures.pan(at, at[0] - before[0], at[1] - before[1]);
    }
  });

  const release = (event: PointerEvent): void => {
    if (!pressed.delete(event.pointerId)) return;
    stage.classList.remove('grabbed');
    if (event.type === 'pointerup' && pressed.size === 0 && travelled <= still) {
      gestures.tap(place(event));
    }
    if (pressed.size > 0) travelled = still + 1; // the last finger of a pinch is no tap
  };
  stage.addEventListener('pointerup', release);
  stage.addEventListener('pointercancel', release);
  stage.addEventListener('pointerleave', () => gestures.hover(undefined));
}

/** One finger moves while the other one rests. */
function pinch(gestures: Gestures, resting: Place, before: Place, at: Place): void {
  const middle: Place = [(at[0] + resting[0]) / 2, (at[1] + resting[1]) / 2];
  gestures.zoom(middle, distance(at, resting) / Math.max(1, distance(before, resting)));
  gestures.pan(middle, (at[0] - before[0]) / 2, (at[1] - before[1]) / 2);
}

function listenToWheel(
  stage: HTMLElement,
  gestures: Gestures,
  place: (event: MouseEvent) => Place,
  embedded: boolean,
): void {
  stage.addEventListener(
    'wheel',
    (event) => {
      if (embedded && !event.ctrlKey && document.activeElement !== stage) return;
      event.preventDefault();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      // Pinching a touchpad arrives as a wheel with ctrlKey, in smaller numbers.
      const speed = event.ctrlKey ? 0.01 : 0.0016;
      gestures.zoom(place(event), Math.exp(-event.deltaY * lines * speed));
    },
    { passive: false },
  );
  stage.addEventListener('dblclick', (event) => {
    if (!(event.target as Element).closest('button')) {
      gestures.zoom(place(event), event.shiftKey ? 0.5 : 2);
    }
  });
}

function distance(a: Place, b: Place): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}
