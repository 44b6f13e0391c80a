/** The elements of a mounted map, in a shadow root: styles of the page and of the map do not meet. */
export interface MapElement {
  readonly stage: HTMLElement;
  readonly live: HTMLElement;
  part<E extends HTMLElement>(selector: string): E;
  remove(): void;
}

const style = `
:host { display: block; position: relative; min-height: 200px; }
[hidden] { display: none !important; }
.map {
  --panel: #f6f7fa; --line: #e2e6ee; --ink: #1b1f2a; --muted: #5b6475; --raised: #fff;
  --pressed: #e8ecf4; --focus: #1061d1; --shadow: 0 2px 10px rgb(20 30 60 / .16);
  position: absolute; inset: 0; color: var(--ink); font: 14px/1.4 system-ui, 'Helvetica Neue', Arial, sans-serif;
}
.map.dark {
  --panel: #1a1e28; --line: #2b3140; --ink: #eceff5; --muted: #a3acbd; --raised: #232936;
  --pressed: #323a4b; --focus: #6aa6ff; --shadow: 0 2px 10px rgb(0 0 0 / .5);
}
.stage {
  position: absolute; inset: 0; overflow: hidden; border-radius: 12px; background: var(--panel);
  touch-action: none; cursor: crosshair; user-select: none; -webkit-user-select: none;
}
.stage.grabbed { cursor: grabbing; }
.stage:focus-visible, button:focus-visible { outline: 2px solid var(--focus); outline-offset: -2px; }
canvas.dots, canvas.above { position: absolute; inset: 0; width: 100%; height: 100%; pointer-events: none; }
.panels, .captions { display: none; }
.buttons {
  position: absolute; right: 10px; bottom: 10px; display: flex; border-radius: 9px;
  background: var(--raised); box-shadow: var(--shadow); overflow: hidden;
}
button {
  width: 34px; height: 34px; padding: 0; border: 0; background: none; color: inherit;
  font: 18px/1 system-ui, sans-serif; cursor: pointer;
}
button + button { border-left: 1px solid var(--line); }
button:hover, button[aria-pressed=true] { background: var(--pressed); }
button svg { display: block; margin: auto; }
.tip {
  position: absolute; top: 0; left: 0; display: flex; gap: 10px; align-items: center; padding: 8px 12px 8px 8px;
  border-radius: 9px; background: var(--raised); box-shadow: var(--shadow); pointer-events: none; white-space: nowrap;
}
.tip canvas { display: block; border-radius: 5px; image-rendering: pixelated; }
.tip .name { font-weight: 650; }
.tip .name::before {
  content: ''; display: inline-block; width: .7em; height: .7em; margin-right: .5em; border-radius: 50%;
  background: var(--color);
}
.tip .caption { color: var(--muted); max-width: 220px; overflow: hidden; text-overflow: ellipsis; }
.live { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
`;

const icon = (path: string): string =>
  `<svg aria-hidden="true" width="15" height="15" fill="none" stroke="currentColor" stroke-width="1.6"><path d="${path}"/></svg>`;

const markup = `<div class="map">
<div class="stage" tabindex="0" role="application" aria-describedby="keys">
<div class="panels"></div><canvas class="dots"></canvas><canvas class="above"></canvas><div class="captions"></div>
<div class="buttons" role="group" aria-label="View of the map">
<button class="lasso" type="button" aria-pressed="false" aria-label="Select with a lasso" title="Select with a lasso">${icon(
  'M3 9c-3-3 0-7 4.500-7S15 4 13 7.500 6 11 4.500 9.500 5 8 6 9.500 5.500 13 4 14',
)}</button>
<button class="closer" type="button" aria-label="Closer" title="Closer">+</button>
<button class="farther" type="button" aria-label="Farther" title="Farther">−</button>
<button class="whole" type="button" aria-label="Whole map" title="Whole map">${icon(
  'M1 5V1h4M10 1h4v4M14 10v4h-4M5 14H1v-4',
)}</button></div>
<div class="tip" hidden><canvas></canvas><div><div class="name"></div><div class="caption"></div></div></div>
</div>
<p class="live" id="keys">Plus and minus zoom, arrow keys move, 0 shows the whole map, n and p go to the next and the
previous example, Escape lets go.</p><p class="live says" aria-live="polite"></p></div>`;

export function createMapElement(element: HTMLElement, label: string): MapElement {
  const host = document.createElement('div');
  host.style.cssText = 'position:relative;width:100%;height:100%';
  const root = host.attachShadow({ mode: 'open' });
  root.innerHTML = `<style>${style}</style>${markup}`;
  const part = <E extends HTMLElement>(selector: string): E => root.querySelector(selector) as E;
  part('.stage').setAttribute('aria-label', label);
  element.append(host);
  return { stage: part('.stage'), live: part('.says'), part, remove: () => host.remove() };
}
