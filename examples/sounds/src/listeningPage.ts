import { pathToFileURL } from 'node:url';
import { cosineSimilarity, nearestNeighbors } from 'tfjs-metric-learning';
import { nameOf, type RecordingFile } from './recordingFiles.ts';
import type { EmbeddedSounds } from './scoreSounds.ts';

/** Sounds that are embedded, with the file of each. */
export interface SoundsWithFiles extends EmbeddedSounds {
  readonly files: readonly RecordingFile[];
}

const shown = 8;

/**
 * A page on which a click on a sound plays it and lists the known sounds that are nearest to it. It plays the files from
 * where they are.
 */
export async function listeningPage(
  asked: SoundsWithFiles,
  known: SoundsWithFiles,
): Promise<string> {
  const k = Math.min(shown, known.files.length);
  const { indices } = await nearestNeighbors(asked.embeddings, known.embeddings, k, {
    distance: cosineSimilarity(),
  });
  const told = (files: readonly RecordingFile[]) =>
    files.map((file) => ({
      label: file.label,
      name: nameOf(file),
      url: pathToFileURL(file.path).href,
    }));
  const data = {
    asked: told(asked.files),
    known: told(known.files),
    neighbors: Array.from(indices),
    k,
  };
  const json = JSON.stringify(data).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Search by sound</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
  input { font: inherit; padding: .3rem .5rem; width: 14rem; }
  ol, ul { list-style: none; padding: 0; }
  button { background: none; border: 1px solid #888; border-radius: .3rem; cursor: pointer; font: inherit; margin: .15rem 0; padding: .2rem .6rem; text-align: left; }
  button.right { border: 2px solid #185; }
  main { display: grid; gap: 0 2rem; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); }
  #nearest { align-self: start; background: #fff; position: sticky; top: 0; }
</style>
<h1>Search by sound</h1>
<p>Sounds that training never played. Choose one to hear it and to see the known sounds nearest to it; those of its class have a
thick green frame. A browser plays WAV and FLAC files, most do not play AIFF.</p>
<main>
<section>
<h2>Sounds</h2>
<label>Name <input id="name" placeholder="a part of a name"></label>
<ul id="all"></ul>
</section>
<section id="nearest">
<h2 id="title"></h2>
<ol id="found"></ol>
<p id="said" role="status"></p>
</section>
</main>
<script>
const { asked, known, neighbors, k } = ${json};
const said = document.getElementById('said');
let player;
function play(sound) {
  player?.pause();
  player = new Audio(sound.url);
  said.textContent = '';
  player.play().catch(() => { said.textContent = 'This browser cannot play ' + sound.name; });
}
function item(sound, wanted, choose) {
  const button = document.createElement('button');
  button.textContent = '\\u25b6 ' + sound.label + ': ' + sound.name;
  if (sound.label === wanted) button.className = 'right';
  button.onclick = () => { play(sound); choose?.(); };
  const entry = document.createElement('li');
  entry.append(button);
  return entry;
}
function search(i) {
  document.getElementById('title').textContent = 'Nearest to ' + asked[i].label + ': ' + asked[i].name;
  const found = neighbors.slice(i * k, (i + 1) * k);
  document.getElementById('found').replaceChildren(...found.map((j) => item(known[j], asked[i].label)));
}
function list() {
  const part = document.getElementById('name').value.trim().toLowerCase();
  const entries = asked.flatMap((sound, i) => (sound.label + ': ' + sound.name).toLowerCase().includes(part)
    ? [item(sound, undefined, () => search(i))] : []);
  document.getElementById('all').replaceChildren(...entries);
}
document.getElementById('name').oninput = list;
list();
search(0);
</script>
</html>
`;
}
