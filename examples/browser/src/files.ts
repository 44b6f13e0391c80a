import { downloadBytes, openFile } from 'tfjs-metric-learning/browser';
import { ask } from './answer.ts';
import { part, say, text } from './dom.ts';
import { bundle, open } from './keeping.ts';
import { showAll } from './teaching.ts';

part('save').addEventListener('click', () => {
  bundle()
    .then((bytes) => downloadBytes(bytes, 'drawings.bundle'))
    .catch(say);
});
part('open').addEventListener('click', () => {
  openFile({ accept: '.bundle' })
    .then(async (file) => {
      if (!file) return;
      await open(file.bytes);
      showAll();
      text('keep-note', `${file.name} is open.`);
      await ask();
    })
    .catch(say);
});
const shared = (bytes: Uint8Array): ShareData => ({
  files: [new File([bytes.slice()], 'drawings.bundle', { type: 'application/octet-stream' })],
});
part('share').hidden = !navigator.canShare?.(shared(new Uint8Array(1)));
part('share').addEventListener('click', () => {
  bundle()
    .then((bytes) => navigator.share(shared(bytes)))
    .catch(say);
});
