import { element, textAt } from './svg.ts';
import { textWidth } from './textWidth.ts';

export interface LegendEntry {
  readonly text: string;
  /** Said more quietly after the text, e.g. a count. */
  readonly note?: string;
  readonly color: string;
  readonly mark: 'solid' | 'dashed' | 'faint' | 'square' | 'dot';
}

const fontSize = 13;
const rowHeight = 20;
const gaps = [22, 16, 11]; // between entries: the widest with which they fit in one row

/** What each colour means, from left to right, in as many rows as `room` makes necessary. */
export function legendRow(
  entries: readonly LegendEntry[],
  left: number,
  top: number,
  room: number,
): { readonly markup: string; readonly height: number } {
  const width = (entry: LegendEntry): number => noteLeft(entry) + noteWidth(entry);
  const total = entries.reduce((sum, entry) => sum + width(entry), 0);
  const gap = gaps.find((g) => total + g * (entries.length - 1) <= room) ?? (gaps[0] as number);
  let x = left;
  let y = top + rowHeight / 2;
  const parts: string[] = [];
  for (const entry of entries) {
    if (x > left && x + width(entry) > left + room) {
      x = left;
      y += rowHeight;
    }
    const { text, note = '', color, mark } = entry;
    const plain = { class: 'ink', 'font-size': fontSize };
    const quiet = { class: 'muted', 'font-size': fontSize - 1 };
    parts.push(drawMark(mark, color, x, y));
    parts.push(textAt(x + swatchWidth(mark) + 7, y + 4.5, text, plain));
    if (note !== '') parts.push(textAt(x + noteLeft(entry), y + 4.5, note, quiet));
    x += width(entry) + gap;
  }
  return { markup: parts.join(''), height: entries.length === 0 ? 0 : y + rowHeight / 2 - top };
}

function swatchWidth(mark: LegendEntry['mark']): number {
  return mark === 'square' || mark === 'dot' ? 12 : 22;
}

/** Where the note begins, or the entry ends that has none. */
function noteLeft({ text, note = '', mark }: LegendEntry): number {
  return swatchWidth(mark) + 7 + textWidth(text, fontSize) + (note === '' ? 0 : 6);
}

function noteWidth({ note = '' }: LegendEntry): number {
  return textWidth(note, fontSize - 1);
}

function drawMark(mark: LegendEntry['mark'], color: string, x: number, y: number): string {
  if (mark === 'square') {
    return element('rect', {
      class: 'data',
      x,
      y: y - 6,
      width: 12,
      height: 12,
      rx: 3,
      fill: color,
    });
  }
  if (mark === 'dot')
    return element('circle', { class: 'data', cx: x + 6, cy: y, r: 5, fill: color });
  return element('line', {
    class: 'data',
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
