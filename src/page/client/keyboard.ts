/** What keys can do to the stage. */
export interface KeyActions {
  zoom(factor: number): void;
  pan(dx: number, dy: number): void;
  reset(): void;
  /** To the next example, or the one before. */
  step(by: 1 | -1): void;
  clear(): void;
  play(): void;
}

const stride = 60; // pixels an arrow key moves

/** Keys pressed while the stage has the focus. */
export function listenToKeys(stage: HTMLElement, act: KeyActions): void {
  const keys: Readonly<Record<string, () => void>> = {
    '+': () => act.zoom(1.4),
    '=': () => act.zoom(1.4),
    '-': () => act.zoom(1 / 1.4),
    '0': () => act.reset(),
    ArrowLeft: () => act.pan(stride, 0),
    ArrowRight: () => act.pan(-stride, 0),
    ArrowUp: () => act.pan(0, stride),
    ArrowDown: () => act.pan(0, -stride),
    n: () => act.step(1),
    p: () => act.step(-1),
    Escape: () => act.clear(),
    ' ': () => act.play(),
  };
  stage.addEventListener('keydown', (event) => {
    const action = event.target === stage ? keys[event.key] : undefined;
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action();
  });
}
