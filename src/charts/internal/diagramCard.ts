import type { DiagramLayer } from '../diagramLayers.ts';
import { classColors } from './palette.ts';
import { element, textAt } from './svg.ts';
import { fitText, textWidth } from './textWidth.ts';

/** A layer's box: its texts, and how large they make it. */
export interface DiagramCard {
  readonly width: number;
  readonly height: number;
  readonly name: string;
  readonly type: string;
  /** Output shape and parameters. */
  readonly facts: string;
  readonly color: string;
  /** The layers within. */
  readonly rows: readonly DiagramRow[];
  readonly columns: readonly number[];
}

interface DiagramRow {
  readonly color: string;
  readonly cells: readonly string[];
}

const size = 12;
const rowHeight = 21;
const inset = 12;
const apart = 18; // between columns

/** Kinds of layers, told from their type, and the colour of each. */
const kinds: readonly (readonly [RegExp, number])[] = [
  [/input/i, 10],
  [/conv/i, 0],
  [/pool/i, 5],
  [/dense|embedding/i, 4],
  [/lstm|gru|rnn|attention|bidirectional/i, 7],
  [/norm|dropout|activation|relu|softmax/i, 1],
  [/concat|add|multiply|average|merge|lambda/i, 3],
  [/model|sequential|functional/i, 2],
];

export function cardOf(layer: DiagramLayer): DiagramCard {
  const rows = (layer.layers ?? []).map(
    (inner): DiagramRow => ({
      color: colorOf(inner.type),
      cells: [
        fitText(inner.name, size, 200),
        fitText(inner.type, size, 160),
        shapeText(inner.outputShape),
        paramText(inner.params),
      ],
    }),
  );
  const columns = [0, 1, 2, 3].map((c) =>
    Math.max(0, ...rows.map(({ cells }) => textWidth(cells[c]!, size))),
  );
  const params = layer.params > 0 ? ` · ${paramText(layer.params)} parameters` : '';
  const facts = `${shapeText(layer.outputShape)}${params}`;
  const [name, type] = [fitText(layer.name, 13, 240, true), fitText(layer.type, size, 200)];
  const header = Math.max(
    textWidth(name, 13, true) + 16 + apart + textWidth(type, size),
    textWidth(facts, size),
  );
  const table = columns.reduce((sum, column) => sum + column + apart, 16 - apart);
  return {
    name,
    type,
    facts,
    color: colorOf(layer.type),
    rows,
    columns,
    width: Math.max(header, rows.length > 0 ? table : 0) + 2 * inset,
    height: 50 + (rows.length > 0 ? rows.length * rowHeight + 10 : 0),
  };
}

/** Draws the box with its upper left corner at `x, y`. */
export function drawCard(card: DiagramCard, x: number, y: number): string {
  const { width, height, name, type, facts, color, rows } = card;
  const muted = { class: 'muted', 'font-size': size };
  const right = { ...muted, 'text-anchor': 'end' };
  const left = x + inset;
  const parts = [
    element('rect', { class: 'panel', x, y, width, height, rx: 8 }),
    element('rect', { class: 'grid', fill: 'none', x, y, width, height, rx: 8 }),
    element('circle', { cx: left + 4, cy: y + 18, r: 4, fill: color }),
    textAt(left + 16, y + 22, name, { class: 'ink', 'font-size': 13, 'font-weight': 700 }),
    textAt(x + width - inset, y + 22, type, right),
    textAt(left, y + 40, facts, muted),
  ];
  if (rows.length > 0) {
    const at = y + 52;
    parts.push(element('line', { class: 'grid', x1: x, x2: x + width, y1: at, y2: at }));
  }
  rows.forEach((row, r) => {
    const base = y + 52 + (r + 1) * rowHeight - 5;
    parts.push(element('circle', { cx: left + 4, cy: base - 4, r: 3.5, fill: row.color }));
    let column = left + 16;
    row.cells.forEach((cell, c) => {
      const isNumber = c === row.cells.length - 1;
      const style = { class: c === 0 ? 'ink' : 'muted', 'font-size': size };
      const end = { ...style, 'text-anchor': 'end' };
      parts.push(
        isNumber ? textAt(x + width - inset, base, cell, end) : textAt(column, base, cell, style),
      );
      column += card.columns[c]! + apart;
    });
  });
  return element('g', {}, ...parts);
}

function colorOf(type: string): string {
  return classColors[kinds.find(([pattern]) => pattern.test(type))?.[1] ?? 10]!;
}

/** Without the batch: 28 × 28 × 1. */
function shapeText(shape: readonly (number | null)[]): string {
  const sizes = shape.slice(1).map((axis) => (axis === null ? '?' : axis.toLocaleString('en-US')));
  return sizes.length === 0 ? 'scalar' : sizes.join(' × ');
}

function paramText(params: number): string {
  return params.toLocaleString('en-US');
}
