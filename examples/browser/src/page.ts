import { mountEmbeddingMap, type Setup } from 'tfjs-metric-learning/browser';
import { ask, drawing } from './answer.ts';
import { fetchDigits } from './digits.ts';
import { part, say, text } from './dom.ts';
import { star } from './drawing.ts';
import './files.ts';
import { fetchPretrained, open } from './keeping.ts';
import { pixelsOf } from './known.ts';
import './learning.ts';
import { content, showLegend } from './mapContent.ts';
import { startPictures } from './pictures.ts';
import { connection, state, store } from './state.ts';
import { showTaught } from './teaching.ts';

part('clear').addEventListener('click', () => {
  drawing.clear();
  ask().catch(say);
});
part('some-digit').addEventListener('click', () => {
  drawing.show(pixelsOf(state.known, Math.floor(Math.random() * state.known.digits.count)));
  ask().catch(say);
});
part('some-star').addEventListener('click', () => {
  drawing.draw(star(Math.random));
  ask().catch(say);
});
part('find').addEventListener('submit', (event) => {
  event.preventDefault();
  const field = part<HTMLInputElement>('find-text');
  field.setAttribute('aria-invalid', String(!state.map.find(field.value)));
});
part('isolate').addEventListener('click', () => {
  navigator.serviceWorker
    .register(new URL('./isolate.js', import.meta.url), { type: 'module' })
    .then(() => navigator.serviceWorker.ready)
    .then(() => location.reload())
    .catch(say);
});

async function start(): Promise<void> {
  const [digits, fresh, kept] = await Promise.all([
    fetchDigits('map'),
    fetchPretrained(),
    store.read('drawings').catch(() => undefined),
  ]);
  state.known = { digits, taught: [] };
  // What was kept by another version of the page may not open any more: then it begins anew.
  await open(kept ?? fresh).catch(() => open(fresh));
  state.map = mountEmbeddingMap(part('map'), state.places, {
    ...content(),
    label: 'Map of all known drawings',
  });
  state.map.onSelect(([i]) => {
    if (i === undefined) return;
    drawing.show(pixelsOf(state.known, i));
    ask().catch(say);
  });
  showLegend();
  showTaught();
  const setup = await connection.call<Setup>('setup');
  text('backend', `All of it happens in this browser. It runs on ${setup.reason}`);
  part('isolate').hidden = setup.isolated || !('serviceWorker' in navigator) || !isSecureContext;
  if (drawing.image()) await ask();
  document.body.dataset['ready'] = 'true';
  performance.mark('ready');
  await startPictures(connection, store);
}

start().catch(say);
