import type { Pca } from 'tfjs-metric-learning';
import {
  type MountedMap,
  mountEmbeddingMap,
  type TrainingConnection,
} from 'tfjs-metric-learning/browser';
import { ask, isDrawn } from './answer.ts';
import { createCurve } from './curve.ts';
import { part, say, text } from './dom.ts';
import { fetchPretrained, keep, open, setThreshold, untangled } from './keeping.ts';
import { content, placeTaught } from './mapContent.ts';
import { seldom } from './seldom.ts';
import { losses, miners, type Settings } from './settings.ts';
import { connect, connection, state } from './state.ts';
import { showAll } from './teaching.ts';

const curve = createCurve(part<HTMLCanvasElement>('curve'));

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
  fetchPretrained()
    .then(async (bytes) => {
      await open(bytes, state.known.taught);
      part('pretrained').hidden = true;
      showAll();
      await ask();
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
    taught: state.known.taught.map(({ label, pixels }) => ({ label, pixels })),
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
    const runs = [run(connection, settings, 0, state.map, signal)];
    if (beside) {
      text('map-name-b', losses[beside]);
      part('map-b').replaceChildren();
      other = {
        connection: connect(),
        map: mountEmbeddingMap(part('map-b'), state.places, {
          ...content(),
          label: 'Map of the run beside',
        }),
      };
      runs.push(run(other.connection, { ...settings, loss: beside }, 1, other.map, signal));
    }
    await Promise.all(runs);
    if (other) await judge(other.connection, 'precision-b');
    state.known.taught = state.known.taught.map((one, i) => ({ ...one, id: `taught-${i}` }));
    await calibrate();
    placeTaught(await untangled());
    state.map.update(state.places);
    part('pretrained').hidden = false;
    await keep();
  } finally {
    other?.connection.close();
    stop = undefined;
    setTraining(false);
  }
  await ask();
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
      if (looks === 0)
        state.known.taught = state.known.taught.map((one, i) => ({ ...one, id: `taught-${i}` }));
      state.axes = projection;
      state.places = projection.points as Float32Array<ArrayBuffer>;
      if (looks++ % 4 === 0) await calibrate();
      if (isDrawn()) ask().catch(say);
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
