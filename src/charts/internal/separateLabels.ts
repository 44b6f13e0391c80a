import type { Box } from './chart.ts';

/** A label's middle and size, in pixels. */
export interface LabelBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const rounds = 200;

/** Moves labels that overlap apart, each as little as it takes, and keeps them inside the box. */
export function separateLabels(labels: readonly LabelBox[], box: Box): LabelBox[] {
  const moved = labels.map((label) => ({ ...label }));
  for (let round = 0; round < rounds; round++) {
    let touching = false;
    for (let i = 0; i < moved.length; i++) {
      for (let j = 0; j < i; j++) {
        const [a, b] = [moved[i]!, moved[j]!];
        const overlapX = (a.width + b.width) / 2 - Math.abs(a.x - b.x);
        const overlapY = (a.height + b.height) / 2 - Math.abs(a.y - b.y);
        if (overlapX <= 0 || overlapY <= 0) continue;
        touching = true;
        const alongX = overlapX < overlapY;
        // Half a pixel more than needed, so that a cluster of labels comes to rest.
        const step = (Math.min(overlapX, overlapY) + 0.5) / 2;
        const sign = (alongX ? a.x >= b.x : a.y >= b.y) ? step : -step;
        moved[i] = alongX ? { ...a, x: a.x + sign } : { ...a, y: a.y + sign };
        moved[j] = alongX ? { ...b, x: b.x - sign } : { ...b, y: b.y - sign };
      }
    }
    for (const [i, label] of moved.entries()) moved[i] = inside(label, box);
    if (!touching) break;
  }
  return moved;
}

function inside(label: LabelBox, { left, top, width, height }: Box): LabelBox {
  const clamp = (value: number, low: number, high: number): number =>
    Math.max(low, Math.min(high, value));
  return {
    ...label,
    x: clamp(label.x, left + label.width / 2, left + width - label.width / 2),
    y: clamp(label.y, top + label.height / 2, top + height - label.height / 2),
  };
}
