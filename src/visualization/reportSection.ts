import { MetricLearningError } from '../base/errors.ts';
import type { Labels } from '../base/labels.ts';
import { element, escapeXml } from './svg.ts';

/** In a page the heading is the page's, and the colours follow the reader's scheme. */
export const inPage = { title: '', theme: 'auto' } as const;

/** One picture of a report with its heading and a line about it; `half` ones stand side by side. */
export function reportSection(
  title: string,
  text: string,
  figure: string,
  className: 'half' | 'natural' | 'half natural' | '' = '',
): string {
  return element(
    'section',
    { class: className === '' ? undefined : className },
    element('h2', {}, title),
    element('p', {}, escapeXml(text)),
    element('div', { class: 'figure' }, figure),
  );
}

/** Labels of the examples; @throws MetricLearningError that names the part without them. */
export function needLabels(part: string, labels: Labels | undefined): Labels {
  if (labels) return labels;
  throw new MetricLearningError({
    where: 'reportHtml',
    expected: `labels for the ${part}`,
    got: 'none',
  });
}
