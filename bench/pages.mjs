/**
 * Measures the interactive map in Chromium without a graphics card: how long the page works and how far frames are apart
 * while the pointer moves over 10,000 points, and while the wheel turns. `npm run bench -- pages`.
 */
import { chromium } from 'playwright-core';
import { embeddingMapHtml } from 'tfjs-metric-learning';
import { median, table } from './tables.mjs';

const count = 10_000;

export async function measurePages() {
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] || '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
  });
  try {
    const rows = [];
    for (const painter of ['webgl', 'canvas']) {
      for (const gesture of ['hover', 'zoom']) {
        rows.push([painter, gesture, ...(await measure(browser, painter, gesture))]);
      }
    }
    console.log(
      `The interactive map, ${count.toLocaleString('en-US')} points, without a graphics card\n`,
    );
    console.log(
      `${table(['painter', 'gesture', 'work a frame, ms', 'between frames, ms', 'longest, ms'], rows)}\n`,
    );
  } finally {
    await browser.close();
  }
}

/** Medians over 60 frames, and the longest time between two. */
async function measure(browser, painter, gesture) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 760 } });
  if (painter === 'canvas') await page.addInitScript(withoutWebgl);
  await page.goto('about:blank'); // scripts added before run in documents opened from now on
  await page.setContent(html());
  await page.waitForTimeout(1000);
  const { work, between } = await page.evaluate(frames, gesture);
  await page.close();
  return [median(work).toFixed(1), median(between).toFixed(1), Math.max(...between).toFixed(1)];
}

/** Runs in the page: a gesture a frame. */
async function frames(gesture) {
  const stage = document.querySelector('.stage');
  const { left, top } = stage.getBoundingClientRect();
  const ask = requestAnimationFrame;
  const [work, between] = [[], []];
  let spent = 0;
  const timed = (run) => {
    const start = performance.now();
    run();
    spent += performance.now() - start;
  };
  window.requestAnimationFrame = (draw) => ask((now) => timed(() => draw(now)));
  let last = await new Promise(ask);
  for (let i = 0; i < 60; i++) {
    const at = { clientX: left + 240 + 3 * i, clientY: top + 300 };
    timed(() =>
      stage.dispatchEvent(
        gesture === 'hover'
          ? new PointerEvent('pointermove', at)
          : new WheelEvent('wheel', { ...at, deltaY: i < 30 ? -80 : 80, cancelable: true }),
      ),
    );
    const now = await new Promise(ask);
    between.push(now - last);
    work.push(spent);
    [last, spent] = [now, 0];
  }
  return { work, between };
}

const withoutWebgl = `{
  const own = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
    return kind === 'webgl' ? null : own.call(this, kind, ...rest);
  };
}`;

/** Ten round clusters, the same each time. */
function html() {
  const labels = Int32Array.from({ length: count }, (_, i) => i % 10);
  const points = Float32Array.from({ length: 2 * count }, (_, at) => {
    const i = at >> 1;
    const angle = (i % 10) * 0.63 + 0.3 * Math.sin(i);
    return (4 + Math.sin(i * 1.7)) * (at % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
  });
  const maps = [
    { name: 'before', points: points.map((value, at) => value * Math.cos(at)) },
    { name: 'after', points },
  ];
  return embeddingMapHtml({ maps, labels });
}
