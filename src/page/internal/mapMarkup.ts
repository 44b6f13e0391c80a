import { escapeXml } from '../../charts/internal/svg.ts';
import type { MapContent } from '../mapContent.ts';

/** The elements an interactive map is made of, around its data; `tag` is the element that holds them. */
export function mapMarkup(
  content: MapContent,
  heading: string,
  fragment: string,
  tag: 'main' | 'section' = 'main',
): string {
  return `<${tag} class="map${content.thumbnails ? ' illustrated' : ''}">
<header>
${heading}
${controls(content)}
</header>
${stage}
${aside}
${keys(tag === 'main' ? 'Wheel' : 'Click, then wheel', content.maps.length > 1)}
<p class="live" aria-live="polite"></p>
<noscript><p>This map is drawn by a script, which is switched off here.</p></noscript>
${fragment}
</${tag}>`;
}

/** Finding an example, and going from one map to the next. */
function controls({ maps, captions }: MapContent): string {
  const [first, last] = [maps[0], maps.at(-1)].map((map) => escapeXml(map?.name ?? ''));
  const hidden = maps.length > 1 ? '' : ' hidden';
  const placeholder = captions ? '# or text' : '#';
  return `<div class="controls">
<label class="find"><span>Find</span><input type="search" placeholder="${placeholder}" size="8"
 aria-label="Find an example by its ${captions ? 'number or text' : 'number'}"></label>
<div class="morph" hidden><button class="play" type="button"></button>
<label><span>${first}</span>
<input class="share" type="range" min="0" max="${maps.length - 1}" step="0.001" value="0"
 aria-label="From ${first} to ${last}">
<span>${last}</span></label></div>
<div class="segments" role="group" aria-label="View"${hidden}>
<button class="split" type="button">Side by side</button>
<button class="single" type="button">Morph</button></div>
</div>`;
}

const stage = `<div class="stage" tabindex="0" role="application" aria-label="Map of the examples"
 aria-describedby="map-keys">
<div class="panels"></div><canvas class="dots"></canvas><canvas class="above"></canvas>
<div class="captions"></div>
<div class="buttons" role="group" aria-label="Zoom">
<button class="closer" type="button" aria-label="Closer" title="Closer">+</button>
<button class="farther" type="button" aria-label="Farther" title="Farther">−</button>
<button class="whole" type="button" aria-label="Whole map" title="Whole map"><svg width="15"
 height="15" fill="none" stroke="currentColor" stroke-width="1.6"><path
 d="M1 5V1h4M10 1h4v4M14 10v4h-4M5 14H1v-4"/></svg></button></div>
<div class="tip" hidden><canvas></canvas><div><div class="name"></div><div class="index"></div>
<div class="caption"></div></div></div>
</div>`;

const aside = `<aside>
<div class="legend"><h2>Classes<button class="all" type="button" hidden>show all</button></h2>
<ul class="classes"></ul></div>
<div class="card empty"><p class="hint">Point at an example to see it here. Click to keep it.</p>
<canvas></canvas><div><div class="name"></div><div class="index"></div><div class="caption"></div></div>
<div class="neighbors" hidden><h2>Nearest, closest first</h2><div class="strip"></div></div></div>
</aside>`;

function keys(wheel: string, many: boolean): string {
  return `<footer id="map-keys">${wheel} or <kbd>+</kbd> <kbd>−</kbd> to zoom, drag or arrow keys to move,
<kbd>0</kbd> for the whole map, <kbd>n</kbd> <kbd>p</kbd> for the next and previous example${
    many ? ', <kbd>space</kbd> to morph' : ''
  }.</footer>`;
}
