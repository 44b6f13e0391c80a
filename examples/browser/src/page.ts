import type { Hit, Pca } from 'tfjs-metric-learning';
import {
  browserStore,
  connectTraining,
  downloadBytes,
  type MountedMap,
  mountEmbeddingMap,
  openFile,
  type Setup,
  type TrainingConnection,
} from 'tfjs-metric-learning/browser';
import { createCurve } from './curve.ts';
import { encodeInk, fetchDigits } from './digits.ts';
import { createDrawing, inkCanvas, star } from './drawing.ts';
import {
  classOf,
  colorOf,
  colors,
  indexOf,
  type Known,
  labelsOf,
  pixelsOf,
  readItems,
  type Taught,
  taughtNames,
  thumbnails,
} from './known.ts';
import { startPictures } from './pictures.ts';
import { seldom } from './seldom.ts';
import { losses, miners, type Settings } from './settings.ts';

const part = <E extends HTMLElement>(id: string): E => document.getElementById(id) as E;
const text = (id: string, words: string): void => {
  if (part(id).textContent !== words) part(id).textContent = words;
};
const neighbors = 5;
const connect = (): TrainingConnection<Settings> =>
  connectTraining<Settings>(
    new Worker(new URL('./worker.js', import.meta.url), { type: 'module' }),
  );

const store = browserStore('the page that learns');
const connection = connect();
const curve = createCurve(part<HTMLCanvasElement>('curve'));
const drawing = createDrawing(part<HTMLCanvasElement>('pen'), (done) => ask(done));

let known: Known;
let map: MountedMap;
/** Where everything known is on the map, x0, y0, x1, y1 .. */
let places = new Float32Array(0);
/** The axes of the map while a network learns; undefined on the map of neighbors. */
let axes: Pca | undefined;
let threshold = 0.2;
const highlighted = new Set<number>();

// ---- what a drawing is like

let asking = false;
let askAgain = false;
let last: { readonly pixels: Uint8Array; readonly hits: readonly Hit[] } | undefined;

/** Asks the worker about the drawing; while it is being answered, only the newest is kept. */
async function ask(_done: boolean): Promise<void> {
  part('pen-hint').hidden = true;
  if (!known) return;
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

function showNothing(): void {
  const verdict = part('verdict');
  verdict.className = 'verdict';
  verdict.innerHTML = '<strong>?</strong><span>Draw, and it says what it sees.</span>';
  part('neighbors').replaceChildren();
  map.query();
}

/** The label that most of the near neighbors have; undefined if none is near. */
function vote(hits: readonly Hit[]): string | undefined {
  const votes = new Map<string, number>();
  for (const { label, distance } of hits) {
    if (distance <= threshold) votes.set(`${label}`, (votes.get(`${label}`) ?? 0) + 1);
  }
  return [...votes].sort(([, a], [, b]) => b - a)[0]?.[0];
}

async function showAnswer(): Promise<void> {
  if (!last) return;
  const { hits, pixels } = last;
  const label = vote(hits);
  const verdict = part('verdict');
  verdict.className = `verdict ${label === undefined ? 'unknown' : 'known'} ${label && label.length > 1 ? 'name' : ''}`;
  verdict.style.setProperty(
    '--color',
    label === undefined ? 'var(--unknown)' : colorOf(known, label),
  );
  const nearest = hits[0]?.distance ?? Number.POSITIVE_INFINITY;
  const [strong, span] = [document.createElement('strong'), document.createElement('span')];
  strong.textContent = label ?? 'Like nothing I know';
  const near = hits.filter((hit) => hit.distance <= threshold);
  span.textContent =
    label === undefined
      ? `The nearest is at ${nearest.toFixed(2)}, beyond the threshold.`
      : `${near.filter((hit) => `${hit.label}` === label).length} of ${hits.length} neighbors say so, the nearest at ${nearest.toFixed(2)}.`;
  if (verdict.textContent !== `${strong.textContent}${span.textContent}`)
    verdict.replaceChildren(strong, span);

  part('neighbors').replaceChildren(
    ...hits.map((hit) => {
      const item = document.createElement('li');
      item.style.setProperty('--color', colorOf(known, `${hit.label}`));
      item.classList.toggle('far', hit.distance > threshold);
      const words = document.createElement('span');
      words.textContent = hit.distance.toFixed(2);
      const canvas = inkCanvas(pixelsOf(known, indexOf(known, hit.id)), '#161b28');
      canvas.setAttribute('role', 'img');
      canvas.setAttribute('aria-label', `${hit.label}, at a distance of`);
      item.append(canvas, words);
      return item;
    }),
  );
  map.query({
    point: await placeOf(pixels, hits),
    neighbors: hits.map(({ id }) => indexOf(known, id)),
    texts: hits.map(({ distance }) => distance.toFixed(2)),
    image: onWhite(pixels),
    faint: label === undefined,
  });
}

/** By the axes of the map, where it has some; else amid the neighbors, the nearest of them first. */
async function placeOf(pixels: Uint8Array, hits: readonly Hit[]): Promise<[number, number]> {
  if (axes) {
    const { data } = await connection.embed(pixels);
    const { components, mean } = axes;
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
    const i = indexOf(known, id);
    if (!(2 * i + 1 < places.length)) continue;
    x += weight * places[2 * i]!;
    y += weight * places[2 * i + 1]!;
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

// ---- the map

function content() {
  return {
    labels: labelsOf(known),
    names: [...Array(10).keys()].map(String).concat(taughtNames(known)),
    colors: [...new Set(labelsOf(known))]
      .sort((a, b) => a - b)
      .map((id) => colors[id % colors.length]!),
    thumbnails: thumbnails(known),
    captions: Array.from({ length: known.digits.count + known.taught.length }, (_, i) =>
      i < known.digits.count
        ? `digit ${known.digits.labels[i]}`
        : `taught: ${known.taught[i - known.digits.count]!.label}`,
    ),
  };
}

function showLegend(): void {
  const names = [...Array(10).keys()].map(String).concat(taughtNames(known));
  part('legend').replaceChildren(
    ...names.map((name, id) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = name;
      button.style.setProperty('--color', colors[id % colors.length]!);
      button.setAttribute('aria-pressed', String(highlighted.has(id)));
      button.addEventListener('click', () => {
        if (!highlighted.delete(id)) highlighted.add(id);
        button.setAttribute('aria-pressed', String(highlighted.has(id)));
        map.highlight([...highlighted]);
      });
      return button;
    }),
  );
}

/** What is taught is put amid its nearest; where nothing is near, at the rim, each class in another direction. */
async function placeTaught(digitPlaces: Float32Array): Promise<void> {
  const { digits, taught } = known;
  const all = new Float32Array(2 * (digits.count + taught.length));
  all.set(digitPlaces.subarray(0, 2 * digits.count));
  const reach = digitPlaces.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  taught.forEach(({ label }, i) => {
    const angle = 0.9 + 2.4 * (classOf(known, label) - 10);
    const around = 0.05 * reach * Math.sqrt(i % 12);
    all[2 * (digits.count + i)] = 1.12 * reach * Math.cos(angle) + around * Math.cos(2.4 * i);
    all[2 * (digits.count + i) + 1] = 1.12 * reach * Math.sin(angle) + around * Math.sin(2.4 * i);
  });
  places = all;
  axes = undefined;
}

async function refreshMap(): Promise<void> {
  await placeTaught(places);
  map.update(places, content());
  showLegend();
  showTaught();
}

// ---- teaching

interface Action {
  readonly label: string;
  readonly before: readonly Taught[];
}
const done: Action[] = [];
let lastChange: Promise<void> = Promise.resolve();

/** One change after the other, also for a reader who is faster than the worker. */
function inTurn(work: () => Promise<void>): void {
  lastChange = lastChange.then(work).catch(say);
}

/** Makes the drawings of a class these, in the worker and on the map. */
async function setTaught(
  label: string,
  drawings: readonly { readonly pixels: Uint8Array }[],
): Promise<void> {
  await connection.forget(label);
  const others = known.taught.filter((one) => one.label !== label);
  const own: Taught[] = [];
  for (const { pixels } of drawings) {
    const [id] = await connection.enrol(label, pixels, { ink: encodeInk(pixels) });
    if (!own.some((one) => one.id === id)) own.push({ label, pixels, id: id! });
  }
  // A class keeps its place among the taught ones.
  const at = known.taught.findIndex((one) => one.label === label);
  known.taught =
    at < 0 ? [...others, ...own] : [...others.slice(0, at), ...own, ...others.slice(at)];
  await refreshMap();
  await ask(true);
  await keep();
}

async function change(
  label: string,
  drawings: readonly { readonly pixels: Uint8Array }[],
): Promise<void> {
  done.push({ label, before: known.taught.filter((one) => one.label === label) });
  await setTaught(label, drawings);
}

function showTaught(): void {
  part('taught').replaceChildren(
    ...taughtNames(known).map((label) => {
      const item = document.createElement('li');
      item.style.setProperty('--color', colorOf(known, label));
      const count = known.taught.filter((one) => one.label === label).length;
      const [swatch, name, number, button] = ['span', 'b', 'span', 'button'].map((tag) =>
        document.createElement(tag),
      );
      swatch!.className = 'swatch';
      name!.textContent = label;
      number!.className = 'count';
      number!.textContent = count === 1 ? '1 scribble' : `${count} scribbles`;
      button!.textContent = 'Forget';
      (button as HTMLButtonElement).type = 'button';
      button!.setAttribute('aria-label', `Forget ${label}`);
      button!.addEventListener('click', () => {
        inTurn(() => change(label, []));
        text('teach-note', `${label} is forgotten.`);
      });
      item.append(swatch!, name!, number!, button!);
      return item;
    }),
  );
  part('undo').hidden = done.length === 0;
}

part('teach').addEventListener('submit', (event) => {
  event.preventDefault();
  const field = part<HTMLInputElement>('name');
  const label = field.value.trim();
  const pixels = drawing.image();
  const problem = !pixels
    ? 'Draw something first.'
    : label === ''
      ? 'Give it a name first.'
      : /^\d$/.test(label)
        ? 'It knows the digits already. Teach it something else.'
        : '';
  if (problem !== '' || !pixels) {
    text('teach-note', problem);
    field.focus();
    return;
  }
  drawing.clear();
  inTurn(async () => {
    const before = known.taught.filter((one) => one.label === label);
    const count = before.length + 1;
    text(
      'teach-note',
      count < 5
        ? `${count} of 5 scribbles. Draw ${label} again, a little differently.`
        : `It knows ${label} now.`,
    );
    await change(label, [...before, { pixels }]);
  });
});
part('undo').addEventListener('click', () => {
  const action = done.pop();
  if (!action) return;
  text('teach-note', `Undone for ${action.label}.`);
  inTurn(() => setTaught(action.label, action.before));
});

// ---- keeping

async function keep(): Promise<void> {
  try {
    await store.write('drawings', await connection.bundle({ threshold }));
    text('keep-note', 'Kept in this browser.');
  } catch (error) {
    text('keep-note', (error as Error).message);
  }
}

/** Opens a bundle: all that the page shows is of it. */
async function open(bytes: Uint8Array, taught?: readonly Taught[]): Promise<void> {
  const opened = await connection.open(bytes);
  const read = readItems(opened);
  known.taught = read.taught;
  setThreshold(opened.threshold);
  const { precisionAt1 } = (opened.scores ?? {}) as { precisionAt1?: number };
  text('precision', precisionAt1 === undefined ? '–' : `${(100 * precisionAt1).toFixed(1)} %`);
  for (const label of new Set(taught?.map((one) => one.label))) {
    for (const { pixels } of taught!.filter((one) => one.label === label)) {
      const [id] = await connection.enrol(label, pixels, { ink: encodeInk(pixels) });
      known.taught.push({ label, pixels, id: id! });
    }
  }
  await placeTaught(read.places ?? (await untangled()));
}

/** A map on which neighbors stay neighbors, of the index at hand. */
async function untangled(): Promise<Float32Array> {
  return connection.call<Float32Array>('untangle');
}

function setThreshold(value: number): void {
  threshold = value;
  const slider = part<HTMLInputElement>('threshold');
  slider.max = String(Math.max(0.02, 3 * value));
  slider.step = String(Math.max(1e-4, value / 200));
  slider.value = String(value);
  text('threshold-value', value.toFixed(3));
}
part('threshold').addEventListener('input', (event) => {
  threshold = Number((event.target as HTMLInputElement).value);
  text('threshold-value', threshold.toFixed(3));
  showAnswer().catch(say);
});
part('threshold').addEventListener('change', () => void keep());

part('save').addEventListener('click', () => {
  connection
    .bundle({ threshold })
    .then((bytes) => downloadBytes(bytes, 'drawings.bundle'))
    .catch(say);
});
part('open').addEventListener('click', () => {
  openFile({ accept: '.bundle' })
    .then(async (file) => {
      if (!file) return;
      await open(file.bytes);
      map.update(places, content());
      showLegend();
      showTaught();
      text('keep-note', `${file.name} is open.`);
      await ask(true);
    })
    .catch(say);
});
const shared = (bytes: Uint8Array): ShareData => ({
  files: [new File([bytes.slice()], 'drawings.bundle', { type: 'application/octet-stream' })],
});
part('share').hidden = !navigator.canShare?.(shared(new Uint8Array(1)));
part('share').addEventListener('click', () => {
  connection
    .bundle({ threshold })
    .then((bytes) => navigator.share(shared(bytes)))
    .catch(say);
});

// ---- training

for (const [id, names] of [
  ['loss', losses],
  ['miner', miners],
  ['loss-b', losses],
] as const) {
  part(id).append(...Object.entries(names).map(([value, name]) => new Option(name, value)));
}

let stop: AbortController | undefined;
let resume: (() => void) | undefined;
let paused: Promise<void> | undefined;

part('train').addEventListener('submit', (event) => {
  event.preventDefault();
  if (!stop) trainAnew().catch(say);
});
part('stop').addEventListener('click', () => {
  stop?.abort();
  resume?.();
});
part('pause').addEventListener('click', () => {
  if (paused) {
    resume?.();
    return;
  }
  text('pause', 'Go on');
  paused = new Promise((goOn) => {
    resume = () => {
      paused = undefined;
      resume = undefined;
      text('pause', 'Pause');
      goOn();
    };
  });
});
part('pretrained').addEventListener('click', () => {
  fetchBytes('./digits.bundle')
    .then(async (bytes) => {
      await open(bytes, known.taught);
      part('pretrained').hidden = true;
      map.update(places, content());
      await ask(true);
      await keep();
    })
    .catch(say);
});

async function trainAnew(): Promise<void> {
  const value = (id: string): string => part<HTMLSelectElement>(id).value;
  const settings: Settings = {
    loss: value('loss') as Settings['loss'],
    miner: value('miner') as Settings['miner'],
    seed: Math.max(0, Math.round(Number(value('seed'))) || 0),
    steps: Number(value('steps')),
    taught: known.taught.map(({ label, pixels }) => ({ label, pixels })),
  };
  const beside = value('loss-b') as Settings['loss'] | '';
  stop = new AbortController();
  const { signal } = stop;
  setTraining(true);
  curve.start(settings.steps, [losses[settings.loss], ...(beside ? [losses[beside]] : [])]);
  part('second').hidden = !beside;
  part('map-name-a').hidden = !beside;
  text('map-name-a', losses[settings.loss]);
  let other: { connection: TrainingConnection<Settings>; map: MountedMap } | undefined;
  try {
    for (const id of ['loss-value-b', 'precision-b']) text(id, '');
    const runs = [run(connection, settings, 0, map, signal)];
    if (beside) {
      text('map-name-b', losses[beside]);
      part('map-b').replaceChildren();
      other = {
        connection: connect(),
        map: mountEmbeddingMap(part('map-b'), places, {
          ...content(),
          label: 'Map of the run beside',
        }),
      };
      runs.push(run(other.connection, { ...settings, loss: beside }, 1, other.map, signal));
    }
    await Promise.all(runs);
    if (other) await judge(other.connection, 'precision-b');
    known.taught = known.taught.map((one, i) => ({ ...one, id: `taught-${i}` }));
    await calibrate();
    await placeTaught(await untangled());
    map.update(places);
    part('pretrained').hidden = false;
    await keep();
  } finally {
    other?.connection.close();
    stop = undefined;
    setTraining(false);
  }
  await ask(true);
}

/** One run: its loss on the curve, and its map as it moves. */
async function run(
  at: TrainingConnection<Settings>,
  settings: Settings,
  number: number,
  onto: MountedMap,
  signal: AbortSignal,
): Promise<void> {
  let looks = 0;
  let total = 0;
  for await (const event of at.train(settings, { signal })) {
    if (paused) await paused;
    if (event.kind === 'step') {
      curve.add(number, event.loss);
      numbers[number === 0 ? 'loss-value' : 'loss-value-b'] = event.meanLoss.toFixed(3);
      total++;
      if (number === 0) {
        numbers['step'] = `${total}`;
        numbers['speed'] = event.stepsPerSecond.toFixed(0);
      }
      showNumbers();
    } else if (event.kind === 'watch') {
      const projection = await at.call<Pca>('project');
      onto.update(projection.points);
      if (number > 0) {
        if (looks++ % 4 === 0) await judge(at, 'precision-b');
        continue;
      }
      if (looks === 0) known.taught = known.taught.map((one, i) => ({ ...one, id: `taught-${i}` }));
      axes = projection;
      places = projection.points as Float32Array<ArrayBuffer>;
      if (looks++ % 4 === 0) await calibrate();
      if (last) ask(true).catch(say);
    }
  }
  showNumbers.now();
}

const numbers: Record<string, string> = {};
/** The numbers of the training, some times a second: each change lays out the page anew. */
const showNumbers = seldom(() => {
  for (const [id, words] of Object.entries(numbers)) text(id, words);
});

async function calibrate(): Promise<void> {
  setThreshold(await judge(connection, 'precision'));
}

/** Shows for how many of the map the nearest other one is of their class; returns the threshold that fits. */
async function judge(at: TrainingConnection<Settings>, id: string): Promise<number> {
  const found = await at.call<{ threshold: number; precisionAt1: number }>('calibrate');
  text(id, `${(100 * found.precisionAt1).toFixed(1)} %`);
  return found.threshold;
}

function setTraining(training: boolean): void {
  for (const id of ['pause', 'stop']) part(id).hidden = !training;
  part('start').hidden = training;
  if (training) part('pretrained').hidden = true;
  for (const id of ['teach-button', 'open', 'save', 'undo'])
    part<HTMLButtonElement>(id).disabled = training;
  document.body.classList.toggle('training', training);
}

// ---- the rest

part('clear').addEventListener('click', () => {
  drawing.clear();
  ask(true).catch(say);
});
part('some-digit').addEventListener('click', () => {
  drawing.show(pixelsOf(known, Math.floor(Math.random() * known.digits.count)));
  ask(true).catch(say);
});
part('some-star').addEventListener('click', () => {
  drawing.draw(star(Math.random));
  ask(true).catch(say);
});
part('find').addEventListener('submit', (event) => {
  event.preventDefault();
  const field = part<HTMLInputElement>('find-text');
  field.setAttribute('aria-invalid', String(!map.find(field.value)));
});
part('isolate').addEventListener('click', () => {
  navigator.serviceWorker
    .register(new URL('./isolate.js', import.meta.url), { type: 'module' })
    .then(() => navigator.serviceWorker.ready)
    .then(() => location.reload())
    .catch(say);
});

function say(error: unknown): void {
  text('backend', error instanceof Error ? error.message : String(error));
}

async function fetchBytes(address: string): Promise<Uint8Array> {
  const response = await fetch(new URL(address, import.meta.url));
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

async function start(): Promise<void> {
  const [digits, fresh, kept] = await Promise.all([
    fetchDigits('map'),
    fetchBytes('./digits.bundle'),
    store.read('drawings').catch(() => undefined),
  ]);
  const made: Known = { digits, taught: [] };
  known = made;
  // What was kept by another version of the page may not open any more: then it begins anew.
  await open(kept ?? fresh).catch(() => open(fresh));
  map = mountEmbeddingMap(part('map'), places, {
    ...content(),
    label: 'Map of all known drawings',
  });
  map.onSelect(([i]) => {
    if (i === undefined) return;
    drawing.show(pixelsOf(known, i));
    ask(true).catch(say);
  });
  showLegend();
  showTaught();
  const setup = await connection.call<Setup>('setup');
  text('backend', `All of it happens in this browser. It runs on ${setup.reason}`);
  part('isolate').hidden = setup.isolated || !('serviceWorker' in navigator) || !isSecureContext;
  if (drawing.image()) await ask(true);
  document.body.dataset['ready'] = 'true';
  performance.mark('ready');
  await startPictures(connection, store);
}

start().catch(say);
