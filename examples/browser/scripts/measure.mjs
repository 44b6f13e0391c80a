// Measures the page in Chromium: what the first load takes, how soon a drawing is answered, and how long the page is ever held
// while a network trains. `npm run measure -w examples/browser`, after a build; `--cpu 4` slows the processor four times.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { servePage } from './serve.mjs';

const at = process.argv.indexOf('--cpu');
const slower = at < 0 ? 1 : Number(process.argv[at + 1]);
const site = await servePage();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH || '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox'],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
if (slower > 1) {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: slower });
}
const loaded = new Set();
page.on('response', (response) => loaded.add(new URL(response.url()).pathname));
const started = Date.now();
await page.goto(site.url);
await page.waitForSelector('body[data-ready]');
const ready = Date.now() - started;
const folder = fileURLToPath(new URL('../dist/', import.meta.url));
const bytes = readdirSync(folder)
  .filter((file) => loaded.has(`/${file}`) || file === 'index.html')
  .reduce((sum, file) => sum + gzipSync(readFileSync(`${folder}${file}`)).length, 0);

await page.click('#some-star');
await page.waitForFunction(() => performance.getEntriesByName('answer').length > 0);
for (let i = 0; i < 10; i++) {
  await page.click('#some-digit');
  await page.waitForFunction((n) => performance.getEntriesByName('answer').length > n, i + 1);
}
const answers = await page.evaluate(() =>
  performance.getEntriesByName('answer').map(({ duration }) => duration),
);

await page.evaluate(() => {
  const times = [];
  let last = performance.now();
  const next = (now) => {
    times.push(now - last);
    last = now;
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
  globalThis.frames = times;
});
await page.selectOption('#steps', '300');
await page.click('#start');
await page.waitForFunction(
  () => Number(document.querySelector('#step').textContent) >= 200,
  undefined,
  { timeout: 300_000 },
);
const [frames, speed] = await page.evaluate(() => [
  globalThis.frames.slice(2),
  document.querySelector('#speed').textContent,
]);
const sorted = [...frames].sort((a, b) => a - b);
await browser.close();
site.close();

const round = (value) => Math.round(10 * value) / 10;
console.table({
  'first load, gzip': `${Math.round(bytes / 1000)} kB`,
  'ready after': `${ready} ms`,
  'first drawing answered after': `${round(answers[0])} ms`,
  'a drawing answered after (median)': `${round([...answers].sort((a, b) => a - b)[answers.length >> 1])} ms`,
  'steps a second': speed,
  'longest frame while training': `${round(sorted.at(-1))} ms`,
  'frames of at most 20 ms': `${round((100 * sorted.filter((ms) => ms <= 20).length) / sorted.length)} %`,
});
