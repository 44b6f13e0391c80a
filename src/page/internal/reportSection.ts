import { element, escapeXml } from '../../charts/internal/svg.ts';
import type { Labels } from '../../data/labels.ts';
import { MetricLearningError } from '../../errors/metricLearningError.ts';

/** In a page the heading is the page's, and the colours follow the reader's scheme. */
export const inPage = { title: '', theme: 'auto' } as const;

/** Pixels of what is drawn for a phone. */
export const narrowWidth = 362;

/**
 * One picture of a report with its heading and a line about it; `half` ones stand side by side. A picture is drawn twice
 * where it would not fit a phone: text that shrinks with its picture cannot be read.
 */
export function reportSection(
  title: string,
  text: string,
  figure: string | { readonly wide: string; readonly narrow: string },
  className: 'half' | 'natural' | 'half natural' | '' = '',
): string {
  return element(
    'section',
    { class: className === '' ? undefined : className },
    element('h2', {}, title),
    element('p', {}, escapeXml(text)),
    typeof figure === 'string'
      ? element('div', { class: 'figure' }, figure)
      : element('div', { class: 'figure wide' }, figure.wide) +
          element('div', { class: 'figure narrow' }, figure.narrow),
  );
}

/** Labels of the examples; @throws MetricLearningError that names the part without them. */
export function needLabels(part: string, labels: Labels | undefined): Labels {
  if (labels) return labels;
  throw new MetricLearningError({
    where: 'reportHtml',
    expected: `labels, the class id of each example, for the part ${part}`,
    got: 'no labels',
  });
}
