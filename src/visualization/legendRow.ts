import { element, textAt } from './svg.ts';
import { textWidth } from './textWidth.ts';

export interface LegendEntry {
  readonly text: string;
  readonly color: string;
  readonly mark: 'solid' | 'dashed' | 'faint' | 'square' | 'dot';
}

const fontSize = 13;
const rowHeight = 20;

/** What each colour means, from left to right, in as many rows as `room` makes necessary. */
export function legendRow(
  entries: readonly LegendEntry[],
  left: number,
  top: number,
  room: number,
): { readonly markup: string; readonly height: number } {
  let x = left;
  let y = top + rowHeight / 2;
  const parts: string[] = [];
  for (const { text, color, mark } of entries) {
    const swatch = mark === 'square' || mark === 'dot' ? 12 : 22;
    const width = swatch + 7 + textWidth(text, fontSize);
    if (x > left && x + width > left + room) {
      x = left;
      y += rowHeight;
    }
    parts.push(drawMark(mark, color, x, y));
    parts.push(textAt(x + swatch + 7, y + 4.5, text, { class: 'ink', 'font-size': fontSize }));
    x += width + 22;
  }
  return { markup: parts.join(''), height: entries.length === 0 ? 0 : y + rowHeight / 2 - top };
}

function drawMark(mark: LegendEntry['mark'], color: string, x: number, y: number): string {
  if (mark === 'square') {
    return element('rect', { x, y: y - 6, width: 12, height: 12, rx: 3, fill: color });
  }
  if (mark === 'dot') return element('circle', { cx: x + 6, cy: y, r: 5, fill: color });
  return element('line', {
    x1: x,
    x2: x + 22,
    y1: y,
    y2: y,
    stroke: color,
    'stroke-width': mark === 'solid' ? 2.5 : 1.5,
    'stroke-dasharray': mark === 'dashed' ? '5 4' : undefined,
    opacity: mark === 'faint' ? 0.4 : undefined,
  });
}
