import { confusionMatrixSvg } from './confusionMatrixSvg.ts';
import { distanceHistogramSvg } from './distanceHistogramSvg.ts';
import { lineChartSvg } from './lineChartSvg.ts';
import { lossCurveSvg } from './lossCurveSvg.ts';
import { type MapContent, mapFragment, mapMarkup } from './mapFragment.ts';
import { modelDiagramSvg } from './modelDiagramSvg.ts';
import type { ReportParts } from './reportHtml.ts';
import { inPage, needLabels, reportSection } from './reportSection.ts';
import { rocCurveSvg } from './rocCurveSvg.ts';

const whole = { width: 1160, height: 380 };
const half = { width: 580, height: 420 };

/** The sections with curves, map, distances, confusion and network, of those parts that there are. */
export function reportCharts(parts: ReportParts): string[] {
  return [
    ...curveSections(parts),
    ...(parts.maps ? [mapSection(parts)] : []),
    ...pairSections(parts),
    ...classSections(parts),
  ];
}

function curveSections({ history, curves = [] }: ReportParts): string[] {
  const both = history !== undefined && curves.length > 0;
  const style = { ...inPage, ...(both ? half : whole) };
  const sections: string[] = [];
  if (history) {
    const text = 'How far the training examples and those held out are from the goal.';
    const chart = lossCurveSvg(history, style);
    sections.push(reportSection('Loss', text, chart, both ? 'half' : ''));
  }
  if (curves.length > 0) {
    const options = { ...style, xLabel: 'epoch', wholeX: true, yReach: [] };
    const chart = lineChartSvg(curves, options);
    const text = 'What was measured after each epoch.';
    sections.push(reportSection('Curves', text, chart, both ? 'half' : ''));
  }
  return sections;
}

function mapSection(parts: ReportParts): string {
  const content: MapContent = {
    ...parts,
    maps: parts.maps ?? [],
    labels: needLabels('maps', parts.labels),
  };
  const heading =
    '<div><h2>Map</h2><p>Each dot is an example; near ones look alike to the model.</p></div>';
  return mapMarkup(content, heading, mapFragment('reportHtml', content), 'section');
}

function pairSections({ distances, distanceName, threshold, roc }: ReportParts): string[] {
  const both = distances !== undefined && roc !== undefined;
  const sections: string[] = [];
  if (distances) {
    const chart = distanceHistogramSvg(distances, {
      ...inPage,
      ...(both ? half : whole),
      ...(threshold !== undefined && { threshold }),
      ...(distanceName !== undefined && { xLabel: distanceName }),
    });
    const text = 'Pairs of one class should be near, of different classes far; overlap is error.';
    sections.push(reportSection('Distances', text, chart, both ? 'half' : ''));
  }
  if (roc) {
    const text = 'Every threshold: same pairs accepted over different pairs accepted.';
    const chart = rocCurveSvg(roc, { ...inPage, ...half });
    sections.push(reportSection('ROC', text, chart, both ? 'half' : ''));
  }
  return sections;
}

function classSections({ confusion, layers }: ReportParts): string[] {
  const both = confusion !== undefined && layers !== undefined;
  const sections: string[] = [];
  if (confusion) {
    const { counts, names } = confusion;
    const chart = confusionMatrixSvg(counts, { ...inPage, ...(names && { names }) });
    const text = 'Which classes are taken for which.';
    sections.push(reportSection('Confusion', text, chart, both ? 'half' : ''));
  }
  if (layers) {
    const text = 'Layers with output shapes and parameters.';
    const chart = modelDiagramSvg(layers, inPage);
    sections.push(reportSection('Network', text, chart, both ? 'half' : 'natural'));
  }
  return sections;
}
