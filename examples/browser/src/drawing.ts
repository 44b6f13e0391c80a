import { inkToImage } from 'tfjs-metric-learning/browser';

/** The area that is drawn on. */
export interface Drawing {
  /** The drawing as MNIST has its digits, 0 to 255; undefined where there is none. */
  image(): Uint8Array | undefined;
  clear(): void;
  /** Draws strokes of a square of 1 x 1. */
  draw(strokes: readonly (readonly (readonly [number, number])[])[]): void;
  /** Shows an image of 28 x 28. */
  show(pixels: Uint8Array): void;
}

const width = 17; // of the pen, of 280

/** A pen for mouse, fingers and keys; `onInk` is called when a stroke goes on or ends. */
export function createDrawing(canvas: HTMLCanvasElement, onInk: () => void): Drawing {
  const context = canvas.getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D;
  Object.assign(context, {
    lineWidth: width,
    lineCap: 'round',
    lineJoin: 'round',
    strokeStyle: '#161b28',
  });
  let last: readonly [number, number] | undefined;
  let pen: [number, number] = [canvas.width / 2, canvas.height / 2];
  let down = false;

  const place = ({ clientX, clientY }: PointerEvent): [number, number] => {
    const { left, top, width: w, height: h } = canvas.getBoundingClientRect();
    return [((clientX - left) * canvas.width) / w, ((clientY - top) * canvas.height) / h];
  };
  const line = (from: readonly [number, number], to: readonly [number, number]): void => {
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(...to);
    context.stroke();
  };
  canvas.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    last = place(event);
    line(last, last);
    onInk();
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!last) return;
    for (const part of event.getCoalescedEvents?.() ?? [event]) {
      const next = place(part);
      line(last, next);
      last = next;
    }
    onInk();
  });
  const end = (): void => {
    if (!last) return;
    last = undefined;
    onInk();
  };
  canvas.addEventListener('pointerup', end);
  canvas.addEventListener('pointercancel', end);

  const steps: Record<string, readonly [number, number]> = {
    ArrowLeft: [-12, 0],
    ArrowRight: [12, 0],
    ArrowUp: [0, -12],
    ArrowDown: [0, 12],
  };
  canvas.addEventListener('keydown', (event) => {
    const step = steps[event.key];
    if (step) {
      const inside = (value: number): number =>
        Math.min(canvas.width - width, Math.max(width, value));
      const next: [number, number] = [inside(pen[0] + step[0]), inside(pen[1] + step[1])];
      if (down) line(pen, next);
      pen = next;
      if (down) onInk();
    } else if (event.key === ' ') {
      down = !down;
      if (down) {
        line(pen, pen);
        onInk();
      }
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      drawing.clear();
      onInk();
    } else return;
    event.preventDefault();
  });

  const drawing: Drawing = {
    image() {
      const image = inkToImage(context.getImageData(0, 0, canvas.width, canvas.height));
      return image && Uint8Array.from(image, Math.round);
    },
    clear() {
      context.clearRect(0, 0, canvas.width, canvas.height);
    },
    draw(strokes) {
      drawing.clear();
      for (const stroke of strokes) {
        context.beginPath();
        for (const [x, y] of stroke) context.lineTo(40 + 200 * x, 40 + 200 * y);
        context.stroke();
      }
    },
    show(pixels) {
      drawing.clear();
      const small = inkCanvas(pixels, '#161b28');
      context.imageSmoothingEnabled = true;
      context.drawImage(small, 0, 0, canvas.width, canvas.height);
    },
  };
  return drawing;
}

/** An image of 28 x 28 in ink of a color, without ground. */
export function inkCanvas(
  pixels: Uint8Array,
  color: string,
  onto = document.createElement('canvas'),
): HTMLCanvasElement {
  onto.width = onto.height = 28;
  const context = onto.getContext('2d') as CanvasRenderingContext2D;
  const image = context.createImageData(28, 28);
  const rgb = Number.parseInt(color.slice(1), 16);
  pixels.forEach((value, i) => {
    image.data.set([rgb >> 16, (rgb >> 8) & 255, rgb & 255, value], 4 * i);
  });
  context.putImageData(image, 0, 0);
  return onto;
}

/** A star that is never the same. */
export function star(random: () => number): [number, number][][] {
  const turn = 0.5 * (random() - 0.5);
  const points = Array.from({ length: 6 }, (_, i): [number, number] => {
    const angle = turn - Math.PI / 2 + (i * 4 * Math.PI) / 5;
    const reach = 0.5 + 0.06 * (random() - 0.5);
    return [0.5 + reach * Math.cos(angle), 0.5 + reach * Math.sin(angle)];
  });
  return [points];
}
