import { seldom } from './seldom.ts';

/** The losses of one or two runs, drawn as they come: a faint line of each step, and a mean that says where it goes. */
export interface Curve {
  start(steps: number, names: readonly string[]): void;
  add(run: number, loss: number): void;
}

export function createCurve(canvas: HTMLCanvasElement): Curve {
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  let runs: number[][] = [];
  let names: readonly string[] = [];
  let most = 0;
  let [width, height] = [0, 0];
  let font = '';
  let color: (name: string) => string = () => '';

  /** Asks the page for sizes and colors, which it answers slowly: not at every step. */
  const measure = (): void => {
    const ratio = Math.min(2, devicePixelRatio);
    [width, height] = [canvas.clientWidth, canvas.clientHeight];
    canvas.width = Math.max(1, width * ratio);
    canvas.height = Math.max(1, height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const style = getComputedStyle(canvas);
    font = `12px ${style.fontFamily}`;
    const used = ['--line', '--muted', '--blue', '--unknown'];
    const values = new Map(used.map((name) => [name, style.getPropertyValue(name).trim()]));
    color = (name) => values.get(name) ?? '';
    draw();
  };
  const draw = (): void => {
    context.clearRect(0, 0, width, height);
    const [left, right, top, bottom] = [44, width - 10, 10, height - 24];
    const all = runs.flat();
    // Values of two losses cannot be compared: each is drawn as a share of its own largest one.
    const shares = runs.length > 1;
    const highOf = (losses: readonly number[]): number =>
      losses.reduce((most, loss) => Math.max(most, loss), 1e-6) * 1.05;
    const high = shares ? 105 : highOf(all);
    const x = (step: number): number => left + ((right - left) * step) / Math.max(1, most);
    const y = (loss: number, most = high): number => bottom - ((bottom - top) * loss) / most;
    context.font = font;
    context.strokeStyle = color('--line');
    context.fillStyle = color('--muted');
    context.lineWidth = 1;
    context.textBaseline = 'middle';
    for (const part of [0, 0.5, 1]) {
      const loss = (part * high) / 1.05;
      context.beginPath();
      context.moveTo(left, y(loss));
      context.lineTo(right, y(loss));
      context.stroke();
      context.textAlign = 'right';
      const label = shares ? `${Math.round(loss)} %` : loss.toPrecision(2);
      if (all.length > 0) context.fillText(label, left - 8, y(loss));
    }
    context.textBaseline = 'alphabetic';
    for (const part of [0, 0.5, 1]) {
      context.textAlign = part === 0 ? 'left' : part === 1 ? 'right' : 'center';
      const step = Math.round(part * most);
      if (most > 0) context.fillText(part === 1 ? `step ${step}` : `${step}`, x(step), height - 6);
    }
    if (all.length === 0) {
      context.textAlign = 'center';
      context.fillText('The loss will be drawn here.', (left + right) / 2, (top + bottom) / 2 + 4);
    }
    runs.forEach((losses, run) => {
      const own = highOf(losses);
      context.strokeStyle = color(run === 0 ? '--blue' : '--unknown');
      const path = (values: readonly number[]): void => {
        context.beginPath();
        values.forEach((loss, i) => {
          context.lineTo(x(i + 1), y(loss, own));
        });
        context.stroke();
      };
      context.globalAlpha = 0.28;
      context.lineWidth = 1;
      path(losses);
      context.globalAlpha = 1;
      context.lineWidth = 2.5;
      path(smoothed(losses));
      if (runs.length > 1 && losses.length > 0) {
        context.fillStyle = context.strokeStyle;
        context.textAlign = 'right';
        context.fillText(names[run] ?? '', right, top + 12 + 16 * run);
      }
    });
  };
  const plan = seldom(draw);
  new ResizeObserver(measure).observe(canvas);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', measure);
  return {
    start(steps, called) {
      most = steps;
      names = called;
      runs = called.map(() => []);
      draw();
    },
    add(run, loss) {
      runs[run]?.push(loss);
      plan();
    },
  };
}

function smoothed(losses: readonly number[]): number[] {
  let mean = losses[0] ?? 0;
  return losses.map((loss, i) => {
    mean += (loss - mean) / Math.min(i + 1, 20);
    return mean;
  });
}
