import {
  cosineSimilarity,
  type EmbeddingRows,
  type LazyDataset,
  nearestNeighbors,
  spriteSheet,
} from 'tfjs-metric-learning';

const shown = 12;

/**
 * A page on which a click on a picture, or a part of a name, shows the pictures that are nearest to it. All of it is in
 * one file.
 */
export async function searchPage(
  pictures: LazyDataset,
  embeddings: EmbeddingRows,
): Promise<string> {
  const { count, shape, labels, names = [] } = pictures;
  const all = Int32Array.from({ length: count }, (_, i) => i);
  const pixels = (await pictures.pick(all)) as Uint8Array;
  const sheet = await spriteSheet(pixels, { shape });
  const png = Buffer.from(sheet.png).toString('base64');
  const { indices } = await nearestNeighbors(embeddings, embeddings, Math.min(shown, count - 1), {
    distance: cosineSimilarity(),
    excludeSelf: true,
  });
  const data = {
    names,
    labels: Array.from(labels as ArrayLike<number>),
    neighbors: Array.from(indices),
    k: Math.min(shown, count - 1),
    columns: sheet.columns,
    tile: [sheet.tileHeight, sheet.tileWidth],
  };
  const json = JSON.stringify(data).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Search by picture</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
  input { font: inherit; padding: .3rem .5rem; width: 20rem; }
  .row { display: flex; flex-wrap: wrap; gap: .3rem; margin: 1rem 0; }
  button { background: none; border: 2px solid transparent; cursor: pointer; padding: 2px; }
  button.right { border-color: #2a7; }
  i { background: url(data:image/png;base64,${png}); display: block; }
</style>
<h1>Search by picture</h1>
<p>Pictures of classes that training never showed. Choose one to see the pictures nearest to it; those of its class have a green
frame.</p>
<label>Name <input id="name" placeholder="a part of a name"></label>
<h2 id="title"></h2>
<div class="row" id="found"></div>
<h2>Pictures</h2>
<div class="row" id="all"></div>
<script>
const { names, labels, neighbors, k, columns, tile } = ${json};
const nameOf = (i) => names[labels[i]] ?? String(labels[i]);
function show(i, query) {
  const button = document.createElement('button');
  const image = document.createElement('i');
  image.style.cssText = 'height:' + tile[0] + 'px;width:' + tile[1] + 'px;background-position:' +
    -(i % columns) * tile[1] + 'px ' + -Math.floor(i / columns) * tile[0] + 'px';
  button.append(image);
  button.title = nameOf(i);
  if (query !== undefined && labels[i] === labels[query]) button.className = 'right';
  button.onclick = () => search(i);
  return button;
}
function search(i) {
  document.getElementById('title').textContent = 'Nearest to ' + nameOf(i);
  const found = neighbors.slice(i * k, (i + 1) * k);
  document.getElementById('found').replaceChildren(show(i), ...found.map((j) => show(j, i)));
}
function list() {
  const part = document.getElementById('name').value.trim().toLowerCase();
  const some = labels.map((_, i) => i).filter((i) => nameOf(i).toLowerCase().includes(part));
  document.getElementById('all').replaceChildren(...some.slice(0, 600).map((i) => show(i)));
}
document.getElementById('name').oninput = list;
list();
search(0);
</script>
</html>
`;
}
