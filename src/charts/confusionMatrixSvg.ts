import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import { type OptionTable, optional, readOptions } from '../internal/readOptions.ts';
import type { ChartOptions } from './chartOptions.ts';
import { chartSvg, headingHeight, padding } from './internal/chart.ts';
import { chartRules, nameList } from './internal/chartRules.ts';
import { element, rounded, textAt } from './internal/svg.ts';
import { fitText, textWidth } from './internal/textWidth.ts';

export interface ConfusionMatrixOptions extends ChartOptions {
  /** Names of the classes, in the order of rows and columns. Default: 0, 1, 2 and so on. */
  names?: readonly string[];
}

const confusionMatrixRules: OptionTable<
  ConfusionMatrixOptions,
  'title' | 'width' | 'height' | 'names'
> = { ...chartRules, names: optional(nameList) };

const where = 'confusionMatrixSvg';
const mostWithZeros = 12; // classes: in larger matrices zeros are left blank

/**
 * Draws a confusion matrix, as the text of one SVG: a row for each true class, a column for each predicted class. A cell
 * is darker the larger its share of the row. The last column shows which share of the row is right.
 *
 * `counts` is [classes, classes], an array of rows. Numbers are left out where cells are too small for them. The default
 * size depends on the number of classes: 560 to 1100 pixels.
 *
 * @throws MetricLearningError if the matrix is not square, or a count is not a whole number >= 0.
 * @example
 * const { counts } = confusionMatrix(labels, predicted);
 * const svg = confusionMatrixSvg(counts, { names: ['cat', 'dog'] });
 */
export function confusionMatrixSvg(
  counts: readonly ArrayLike<number>[],
  options: ConfusionMatrixOptions = {},
): string {
  const chosen = readOptions(where, confusionMatrixRules, options);
  const { title = 'Confusion', subtitle, theme } = chosen;
  const names = checkCounts(counts, chosen.names);
  const size = names.length;
  const fontSize = size <= 12 ? 13 : size <= 24 ? 11 : 9;
  const shown = names.map((name) => fitText(name, fontSize, 110));
  const nameWidth = Math.max(...shown.map((name) => textWidth(name, fontSize)));
  const turned = nameWidth > 44; // long names of columns are written upwards
  const above = turned ? nameWidth * 0.72 + 12 : 18; // height of the columns' names
  const top = headingHeight(title, subtitle) + 26 + above;
  const left = padding + 24 + nameWidth + 8;
  const room = Math.min(900, Math.max(440, size * 46));
  const { width = Math.round(left + room + rateWidth + padding) } = chosen;
  const cellWidth = (width - left - rateWidth - padding) / size;
  const { height = Math.round(top + cellWidth * size + padding) } = chosen;
  const cellHeight = Math.min(cellWidth, (height - top - padding) / size);
  const grid: Grid = { left, top, cellWidth, cellHeight, size, fontSize };

  const sum = counts.reduce((total, row) => total + sumOf(row), 0);
  const right = counts.reduce((total, row, r) => total + row[r]!, 0);
  const description =
    `${title || 'Confusion'}: ${right} of ${sum} examples of ${size} classes are right, ` +
    `${((100 * right) / Math.max(1, sum)).toFixed(2)} %.`;
  return chartSvg({ title, subtitle, theme }, width, height, description, [
    axisNames(grid, above),
    ...shown.map((name, c) => columnName(grid, name, c, turned)),
    ...counts.map((row, r) => drawRow(grid, row, r, shown[r]!)),
  ]);
}

const rateWidth = 64; // of the last column

interface Grid {
  readonly left: number;
  readonly top: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  /** Number of classes. */
  readonly size: number;
  readonly fontSize: number;
}

function sumOf(row: ArrayLike<number>): number {
  return Array.from(row).reduce((sum, value) => sum + value, 0);
}

function columnName(
  { left, top, cellWidth, fontSize }: Grid,
  name: string,
  c: number,
  turned: boolean,
): string {
  const [x, y] = [left + (c + 0.5) * cellWidth, top - 8];
  const style = { class: 'ink', 'font-size': fontSize };
  return turned
    ? textAt(x, y, name, { ...style, transform: `rotate(-45 ${rounded(x)} ${rounded(y)})` })
    : textAt(x, y, name, { ...style, 'text-anchor': 'middle' });
}

/** A true class: its name, its counts, and the share of them that is right. */
function drawRow(grid: Grid, row: ArrayLike<number>, r: number, name: string): string {
  const { left, top, cellWidth, cellHeight, size, fontSize } = grid;
  const total = sumOf(row);
  const y = top + (r + 0.5) * cellHeight + fontSize * 0.35;
  const label = { class: 'ink', 'font-size': fontSize };
  const rate = total === 0 ? '\u2013' : `${((100 * row[r]!) / total).toFixed(1)} %`;
  return [
    textAt(left - 8, y, name, { ...label, 'text-anchor': 'end' }),
    ...Array.from(row, (count, c) => drawCell(grid, r, c, count, total === 0 ? 0 : count / total)),
    textAt(left + size * cellWidth + 10, y, rate, { ...label, class: 'muted' }),
  ].join('');
}

function axisNames({ left, top, cellWidth, cellHeight, size }: Grid, above: number): string {
  const style = { class: 'muted', 'font-size': 12, 'text-anchor': 'middle' };
  const [width, height] = [cellWidth * size, cellHeight * size];
  const [x, y] = [padding + 8, top + height / 2];
  return (
    textAt(left + width / 2, top - above - 12, 'predicted', style) +
    textAt(x, y, 'true', { ...style, transform: `rotate(-90 ${rounded(x)} ${rounded(y)})` }) +
    textAt(left + width + 10, top - 8, 'right', { ...style, 'text-anchor': 'start' })
  );
}

function drawCell(grid: Grid, r: number, c: number, count: number, share: number): string {
  const { cellWidth: width, cellHeight: height, size } = grid;
  const [x, y] = [grid.left + c * width, grid.top + r * height];
  const shape = { x: x + 1, y: y + 1, width: width - 2, height: height - 2, rx: 3 };
  // Errors are few: their scale is stretched, so that one in a hundred is seen.
  const strength = r === c ? share : Math.sqrt(share);
  const fill = r === c ? '#1061d1' : '#d92d20';
  const ground = element('rect', { class: 'panel', ...shape });
  const tint =
    count === 0 ? '' : element('rect', { ...shape, fill, 'fill-opacity': 0.06 + 0.86 * strength });
  const text = count >= 10_000 ? `${Math.round(count / 1000)}k` : String(count);
  const fontSize = Math.min(13, height * 0.5, (width - 4) / textWidth(text, 1));
  if (fontSize < 6 || (count === 0 && size > mostWithZeros)) return ground + tint;
  const style = {
    class: strength > 0.45 ? undefined : count === 0 ? 'faded' : 'ink',
    fill: strength > 0.45 ? '#fff' : undefined,
    'font-size': fontSize,
    'text-anchor': 'middle',
  };
  return ground + tint + textAt(x + width / 2, y + height / 2 + fontSize * 0.35, text, style);
}

function checkCounts(
  counts: readonly ArrayLike<number>[],
  names: readonly string[] | undefined,
): readonly string[] {
  const size = Array.isArray(counts) ? counts.length : 0;
  const odd = Array.isArray(counts) ? counts.findIndex((row) => row?.length !== size) : -1;
  if (size === 0 || odd >= 0) {
    throw new MetricLearningError({
      where,
      expected: 'counts to be a square matrix, an array of rows of shape [classes, classes]',
      got:
        odd >= 0
          ? `${size} rows, of which row ${odd} has the length ${counts[odd]?.length}`
          : show(counts),
      fix: 'Pass counts of what confusionMatrix(labels, predicted) returns.',
    });
  }
  counts.forEach((row, r) => {
    for (let c = 0; c < size; c++) {
      if (Number.isSafeInteger(row[c]) && row[c]! >= 0) continue;
      throw new MetricLearningError({
        where,
        expected: 'counts to be whole numbers >= 0',
        got: `${show(row[c])} in row ${r}, column ${c}`,
      });
    }
  });
  if (names && names.length !== size) {
    throw new MetricLearningError({
      where,
      expected: `names to hold one name for each of the ${size} classes`,
      got: `${names.length} names`,
    });
  }
  return names ?? counts.map((_, i) => String(i));
}
