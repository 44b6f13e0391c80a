import { element, textAt } from './svg.ts';
import { fitText, textWidth } from './textWidth.ts';

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

const mostRows = 4;
const moreWidth = 120; // room kept in the last row for "and 88 more"

/**
 * What each colour means, from left to right, in as many rows as `room` makes necessary, but no more than four: what
 * does not fit is counted.
 */
export function legendRow(
  entries: readonly LegendEntry[],
  left: number,
  top: number,
  room: number,
): { readonly markup: string; readonly height: number } {
  const fitted = entries.map((entry) => shortened(entry, room));
  const total = fitted.reduce((sum, entry) => sum + widthOf(entry), 0);
  const gap = gaps.find((g) => total + g * (entries.length - 1) <= room) ?? gaps[0]!;
  let [x, row] = [left, 0];
  const parts: string[] = [];
  for (const [i, entry] of fitted.entries()) {
    const isLast = row === mostRows - 1 && i < fitted.length - 1;
    if (x > left && x + widthOf(entry) > left + room - (isLast ? moreWidth : 0)) {
      if (row === mostRows - 1) {
        const more = `and ${(fitted.length - i).toLocaleString('en-US')} more`;
        parts.push(textAt(x, middleOf(top, row) + 4.5, more, quiet));
        break;
      }
      x = left;
      row++;
    }
    parts.push(drawEntry(entry, x, middleOf(top, row)));
    x += widthOf(entry) + gap;
  }
  return { markup: parts.join(''), height: entries.length === 0 ? 0 : (row + 1) * rowHeight };
}

const plain = { class: 'ink', 'font-size': fontSize };
const quiet = { class: 'muted', 'font-size': fontSize - 1 };

function middleOf(top: number, row: number): number {
  return top + (row + 0.5) * rowHeight;
}

function drawEntry(entry: LegendEntry, x: number, y: number): string {
  const { text, note = '', color, mark } = entry;
  return (
    drawMark(mark, color, x, y) +
    textAt(x + swatchWidth(mark) + 7, y + 4.5, text, plain) +
    (note === '' ? '' : textAt(x + noteLeft(entry), y + 4.5, note, quiet))
  );
}

function shortened(entry: LegendEntry, room: number): LegendEntry {
  const spare = Math.max(40, room - widthOf({ ...entry, text: '' }));
  return { ...entry, text: fitText(entry.text, fontSize, spare) };
}

function widthOf(entry: LegendEntry): number {
  return noteLeft(entry) + noteWidth(entry);
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
