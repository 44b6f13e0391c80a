import type { Place } from '../../page/client/gestures.ts';

/** Says whether a place lies within a line that is closed from its last place to its first. */
export function createLasso(line: readonly Place[]): (place: Place) => boolean {
  const [left, right, top, bottom] = [
    Math.min(...line.map(([x]) => x)),
    Math.max(...line.map(([x]) => x)),
    Math.min(...line.map(([, y]) => y)),
    Math.max(...line.map(([, y]) => y)),
  ];
  return ([x, y]) => {
    if (x < left || x > right || y < top || y > bottom) return false;
    let inside = false;
    for (let i = 0; i < line.length; i++) {
      const [ax, ay] = line[i]!;
      const [bx, by] = line[(i + 1) % line.length]!;
      if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside;
    }
    return inside;
  };
}

/** Draws a line with the pointer while `wanted` says so; other gestures do not see it. */
export function listenToLasso(
  stage: HTMLElement,
  wanted: (event: PointerEvent) => boolean,
  onMove: (line: readonly Place[]) => void,
  onEnd: (line: readonly Place[]) => void,
): void {
  let line: Place[] | undefined;
  const place = ({ clientX, clientY }: PointerEvent): Place => {
    const { left, top } = stage.getBoundingClientRect();
    return [clientX - left, clientY - top];
  };
  const listen = (type: string, listener: (event: PointerEvent) => void): void =>
    stage.addEventListener(type, (event) => listener(event as PointerEvent), { capture: true });
  listen('pointerdown', (event) => {
    if (event.button !== 0 || !wanted(event) || (event.target as Element).closest('button')) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    stage.focus();
    stage.setPointerCapture(event.pointerId);
    line = [place(event)];
  });
  listen('pointermove', (event) => {
    if (!line) return;
    event.stopImmediatePropagation();
    line.push(place(event));
    onMove(line);
  });
  const end = (event: PointerEvent): void => {
    if (!line) return;
    event.stopImmediatePropagation();
    const drawn = line;
    line = undefined;
    onEnd(event.type === 'pointerup' ? drawn : []);
  };
  listen('pointerup', end);
  listen('pointercancel', end);
}
