import { numberText } from '../charts/internal/scale.ts';
import { element, escapeXml } from '../charts/internal/svg.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import { mapStyle } from './client/mapStyle.ts';
import { htmlPage } from './internal/htmlPage.ts';
import { reportCharts } from './internal/reportCharts.ts';
import { reportGalleries } from './internal/reportGalleries.ts';
import { reportStyle } from './internal/reportStyle.ts';
import { pageScript } from './pageScript.ts';
import type { ReportParts, ReportScore } from './reportParts.ts';

/**
 * Makes one self-contained HTML page from the parts of a report: scores, loss curves, the interactive map, distances of
 * pairs, ROC, confusion, the network, neighbors, worst triplets. `report` computes the parts from a model.
 *
 * The page is light or dark as the reader's system is, for screen and paper, and loads nothing from anywhere.
 *
 * @throws MetricLearningError if there is nothing to show, maps, galleries or triplets come without `labels`, or a part is
 * not what its own picture accepts.
 * @example
 * const html = await reportHtml({ title: 'Run 7', scores: { 'precision at 1': 0.97 }, history });
 */
export async function reportHtml(parts: ReportParts): Promise<string> {
  if (typeof parts !== 'object' || parts === null) {
    throw new MetricLearningError({
      where: 'reportHtml',
      expected: 'the parts of a report, a record such as { scores, history }',
      got: show(parts),
      fix: 'To compute the parts from a model, call report(model, data).',
    });
  }
  const { title = 'Embedding report', subtitle = '', scores = {}, notes = [] } = parts;
  const tiles = Object.entries(scores).map(([name, score]) => scoreTile(name, score));
  const figures = [...reportCharts(parts), ...(await reportGalleries(parts))];
  if (figures.length === 0 && tiles.length === 0) {
    throw new MetricLearningError({
      where: 'reportHtml',
      expected: 'at least one part to show, such as scores, history or maps',
      got: `a record with the names [${Object.keys(parts).join(', ')}]`,
    });
  }
  const heading = element(
    'header',
    {},
    element('h1', {}, escapeXml(title)),
    subtitle === '' ? '' : element('p', {}, escapeXml(subtitle)),
  );
  const body = element(
    'main',
    { class: 'report' },
    heading,
    tiles.length === 0 ? '' : element('dl', { class: 'scores' }, ...tiles),
    element('div', { class: 'figures' }, ...figures),
    notes.length === 0 ? '' : noteList(notes),
  );
  const script = parts.maps
    ? `${pageScript}for(const map of document.querySelectorAll('.map'))page.startMap(map);`
    : '';
  return htmlPage({ title, style: mapStyle + reportStyle, body, script });
}

function scoreTile(name: string, score: ReportScore): string {
  const { value, note } = typeof score === 'object' ? score : { value: score, note: '' };
  const text = typeof value === 'number' ? numberText(value) : value;
  return element(
    'div',
    {},
    element('dt', {}, escapeXml(name)),
    element('dd', {}, escapeXml(text)),
    note === '' ? '' : element('dd', { class: 'note' }, escapeXml(note)),
  );
}

function noteList(notes: readonly string[]): string {
  const items = notes.map((note) => element('li', {}, escapeXml(note)));
  return element(
    'section',
    { class: 'notes' },
    element('h2', {}, 'How these numbers were made'),
    element('ul', {}, ...items),
  );
}
