// Measures the map in Chromium: how long a frame takes while the map is dragged and zoomed, and how long the pointer's frames
// take. `npm run measure:map -w examples/browser`, after `npm run -s build`. On a plain canvas, as for a reader without a graphics
// card; `--webgl` measures WebGL, which this Chromium plays on the processor: a graphics card is much faster.
import { createServer } from 'node:http';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';

const webgl = process.argv.includes('--webgl');
const counts = [10_000, 100_000, 1_000_000];
const page = `
import { mountEmbeddingMap } from 'tfjs-metric-learning/browser';
globalThis.show = (count) => {
  let seed = 1;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const labels = Int32Array.from({ length: count }, (_, i) => i % 12);
  const data = new Float32Array(2 * count);
  for (let i = 0; i < count; i++) {
    const [angle, far] = [2.4 * labels[i], 3 + (labels[i] % 3)];
    const radius = Math.sqrt(-2 * Math.log(random() + 1e-9)) * 0.7, turn = 6.283 * random();
    data[2 * i] = far * Math.cos(angle) + radius * Math.cos(turn);
    data[2 * i + 1] = far * Math.sin(angle) + radius * Math.sin(turn);
  }
  const started = performance.now();
  globalThis.mounted?.destroy();
  globalThis.mounted = mountEmbeddingMap(document.querySelector('#map'), data, { labels });
  return performance.now() - started;
};
globalThis.record = () => {
  const times = [];
  let [last, on] = [performance.now(), true];
  const next = (now) => { times.push(now - last); last = now; if (on) requestAnimationFrame(next); };
  requestAnimationFrame(next);
  globalThis.stop = () => { on = false; return times.slice(2); };
};`;
const { outputFiles } = await build({
  stdin: { contents: page, resolveDir: new URL('.', import.meta.url).pathname },
  bundle: true,
  write: false,
  format: 'esm',
  target: 'es2022',
});
const html =
  '<!doctype html><title>Map</title><div id="map" style="width:1000px;height:700px"></div>';
const server = createServer(({ url }, response) => {
  const script = url === '/map.js';
  response.writeHead(200, { 'Content-Type': script ? 'text/javascript' : 'text/html' });
  response.end(
    script ? outputFiles[0].text : `${html}<script type="module" src="/map.js"></script>`,
  );
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH || '/usr/bin/chromium',
  args: [
    '--headless',
    '--no-sandbox',
    ...(webgl
      ? ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader']
      : ['--disable-gpu']),
  ],
});
const tab = await browser.newPage({ viewport: { width: 1040, height: 740 } });
if (webgl) {
  await tab.addInitScript(() => {
    const own = WebGLRenderingContext.prototype.getParameter;
    WebGLRenderingContext.prototype.getParameter = function (name) {
      return name === 0x9246 ? 'taken for a graphics card' : own.call(this, name);
    };
  });
}
await tab.goto(`http://127.0.0.1:${server.address().port}/`);
await tab.waitForFunction(() => globalThis.show);

const rows = {};
for (const count of counts) {
  const mounted = await tab.evaluate((n) => globalThis.show(n), count);
  await tab.waitForTimeout(1500);
  const during = async (work) => {
    await tab.evaluate(() => globalThis.record());
    await work();
    const times = (await tab.evaluate(() => globalThis.stop())).sort((a, b) => a - b);
    const at = (share) => times[Math.min(times.length - 1, Math.floor(share * times.length))];
    return `${at(0.5).toFixed(1)} / ${at(0.95).toFixed(1)}`;
  };
  const drag = await during(async () => {
    await tab.mouse.move(500, 350);
    await tab.mouse.down();
    await tab.mouse.move(700, 450, { steps: 60 });
    await tab.mouse.move(450, 300, { steps: 60 });
    await tab.mouse.up();
  });
  const zoom = await during(async () => {
    for (let i = 0; i < 12; i++) {
      await tab.keyboard.press(i < 6 ? '+' : '-');
      await tab.waitForTimeout(150);
    }
  });
  const hover = await during(async () => {
    await tab.mouse.move(200, 200);
    await tab.mouse.move(800, 500, { steps: 120 });
  });
  rows[count.toLocaleString('en-US')] = {
    'shown after, ms': Math.round(mounted),
    drag,
    zoom,
    hover,
  };
}
console.log('milliseconds a frame, median / 95th percentile');
console.table(rows);
await browser.close();
server.close();
