import type { Hit } from 'tfjs-metric-learning';
import { part, say } from './dom.ts';
import { createDrawing, inkCanvas } from './drawing.ts';
import { colorOf, indexOf, pixelsOf } from './known.ts';
import { connection, state } from './state.ts';

const neighbors = 5;

export const drawing = createDrawing(part<HTMLCanvasElement>('pen'), ask);

let asking = false;
let askAgain = false;
let last: { readonly pixels: Uint8Array; readonly hits: readonly Hit[] } | undefined;

/** Asks the worker about the drawing; while it is being answered, only the newest is kept. */
export async function ask(): Promise<void> {
  part('pen-hint').hidden = true;
  if (!state.known) return;
  if (asking) {
    askAgain = true;
    return;
  }
  asking = true;
  try {
    do {
      askAgain = false;
      const pixels = drawing.image();
      if (!pixels) {
        last = undefined;
        showNothing();
        continue;
      }
      const started = performance.now();
      const [hits = []] = await connection.search(pixels, neighbors);
      performance.measure('answer', { start: started });
      last = { pixels, hits };
      await showAnswer();
    } while (askAgain);
  } catch (error) {
    say(error);
  } finally {
    asking = false;
  }
}

export const isDrawn = (): boolean => last !== undefined;

function showNothing(): void {
  const verdict = part('verdict');
  verdict.className = 'verdict';
  verdict.innerHTML = '<strong>?</strong><span>Draw, and it says what it sees.</span>';
  part('neighbors').replaceChildren();
  state.map.query();
}

/** The label that most of the near neighbors have; undefined if none is near. */
function vote(hits: readonly Hit[]): string | undefined {
  const votes = new Map<string, number>();
  for (const { label, distance } of hits) {
    if (distance <= state.threshold) votes.set(`${label}`, (votes.get(`${label}`) ?? 0) + 1);
  }
  return [...votes].sort(([, a], [, b]) => b - a)[0]?.[0];
}

export async function showAnswer(): Promise<void> {
  if (!last) return;
  const { hits, pixels } = last;
  const label = vote(hits);
  const verdict = part('verdict');
  verdict.className = `verdict ${label === undefined ? 'unknown' : 'known'} ${label && label.length > 1 ? 'name' : ''}`;
  verdict.style.setProperty(
    '--color',
    label === undefined ? 'var(--unknown)' : colorOf(state.known, label),
  );
  const nearest = hits[0]?.distance ?? Number.POSITIVE_INFINITY;
  const [strong, span] = [document.createElement('strong'), document.createElement('span')];
  strong.textContent = label ?? 'Like nothing I know';
  const near = hits.filter((hit) => hit.distance <= state.threshold);
  span.textContent =
    label === undefined
      ? `The nearest is at ${nearest.toFixed(2)}, beyond the threshold.`
      : `${near.filter((hit) => `${hit.label}` === label).length} of ${hits.length} neighbors say so, the nearest at ${nearest.toFixed(2)}.`;
  if (verdict.textContent !== `${strong.textContent}${span.textContent}`)
    verdict.replaceChildren(strong, span);

  part('neighbors').replaceChildren(
    ...hits.map((hit) => {
      const item = document.createElement('li');
      item.style.setProperty('--color', colorOf(state.known, `${hit.label}`));
      item.classList.toggle('far', hit.distance > state.threshold);
      const words = document.createElement('span');
      words.textContent = hit.distance.toFixed(2);
      const canvas = inkCanvas(pixelsOf(state.known, indexOf(state.known, hit.id)), '#161b28');
      canvas.setAttribute('role', 'img');
      canvas.setAttribute('aria-label', `${hit.label}, at a distance of`);
      item.append(canvas, words);
      return item;
    }),
  );
  state.map.query({
    point: await placeOf(pixels, hits),
    neighbors: hits.map(({ id }) => indexOf(state.known, id)),
    texts: hits.map(({ distance }) => distance.toFixed(2)),
    image: onWhite(pixels),
    faint: label === undefined,
  });
}

/** By the axes of the map, where it has some; else amid the neighbors, the nearest of them first. */
async function placeOf(pixels: Uint8Array, hits: readonly Hit[]): Promise<[number, number]> {
  if (state.axes) {
    const { data } = await connection.embed(pixels);
    const { components, mean } = state.axes;
    const along = (axis: number): number =>
      data.reduce(
        (sum, value, f) => sum + (value - mean[f]!) * components[axis * data.length + f]!,
        0,
      );
    return [along(0), along(1)];
  }
  let [x, y, all] = [0, 0, 0];
  for (const { id, distance } of hits) {
    const weight = 1 / (distance + 1e-3) ** 2;
    const i = indexOf(state.known, id);
    if (!(2 * i + 1 < state.places.length)) continue;
    x += weight * state.places[2 * i]!;
    y += weight * state.places[2 * i + 1]!;
    all += weight;
  }
  return all === 0 ? [0, 0] : [x / all, y / all];
}

function onWhite(pixels: Uint8Array): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 28;
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, 28, 28);
  context.drawImage(inkCanvas(pixels, '#161b28'), 0, 0);
  return canvas;
}
