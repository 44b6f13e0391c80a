import { confusionMatrixSvg } from '../../charts/confusionMatrixSvg.ts';
import { distanceHistogramSvg } from '../../charts/distanceHistogramSvg.ts';
import { lineChartSvg } from '../../charts/lineChartSvg.ts';
import { lossCurveSvg } from '../../charts/lossCurveSvg.ts';
import { modelDiagramSvg } from '../../charts/modelDiagramSvg.ts';
import { rocCurveSvg } from '../../charts/rocCurveSvg.ts';
import { classTable } from '../classTable.ts';
import type { MapContent } from '../mapContent.ts';
import type { ReportParts } from '../reportParts.ts';
import { mapFragment } from './mapFragment.ts';
import { mapMarkup } from './mapMarkup.ts';
import { inPage, narrowWidth, needLabels, reportSection } from './reportSection.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

const whole: Size = { width: 1160, height: 380 };
const half: Size = { width: 580, height: 420 };
const narrow: Size = { width: narrowWidth, height: 320 };

/** The sections with curves, map, distances, confusion and network, of those parts that there are. */
export function reportCharts(parts: ReportParts): string[] {
  return [
    ...curveSections(parts),
    ...(parts.maps ? [mapSection(parts)] : []),
    ...pairSections(parts),
    ...classSections(parts),
  ];
}

/** A chart for wide and for narrow pages. */
function drawn(size: Size, draw: (size: Size) => string): { wide: string; narrow: string } {
  return { wide: draw(size), narrow: draw(narrow) };
}

function curveSections({ history, curves = [] }: ReportParts): string[] {
  const both = history !== undefined && curves.length > 0;
  const [place, className] = both ? [half, 'half' as const] : [whole, '' as const];
  const sections: string[] = [];
  if (history) {
    const text = 'How far the training examples and those held out are from the goal.';
    const chart = drawn(place, (size) => lossCurveSvg(history, { ...inPage, ...size }));
    sections.push(reportSection('Loss', text, chart, className));
  }
  if (curves.length > 0) {
    const style = { ...inPage, xLabel: 'epoch', wholeX: true, yReach: [] };
    const chart = drawn(place, (size) => lineChartSvg(curves, { ...style, ...size }));
    sections.push(reportSection('Curves', 'What was measured after each epoch.', chart, className));
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
  const [place, className] = both ? [half, 'half' as const] : [whole, '' as const];
  const sections: string[] = [];
  if (distances) {
    const style = {
      ...inPage,
      ...(threshold !== undefined && { threshold }),
      ...(distanceName !== undefined && { xLabel: distanceName }),
    };
    const chart = drawn(place, (size) => distanceHistogramSvg(distances, { ...style, ...size }));
    const text = 'Pairs of one class should be near, of different classes far; overlap is error.';
    sections.push(reportSection('Distances', text, chart, className));
  }
  if (roc) {
    const text = 'Every threshold: same pairs accepted over different pairs accepted.';
    const chart = drawn(half, (size) => rocCurveSvg(roc, { ...inPage, ...size }));
    sections.push(reportSection('ROC', text, chart, className));
  }
  return sections;
}

function classSections({ confusion, classScores, layers }: ReportParts): string[] {
  const beside = confusion && (classScores ?? layers) ? 'half' : '';
  const sections: string[] = [];
  if (confusion) {
    const { counts, names } = confusion;
    const style = { ...inPage, ...(names && { names }) };
    const chart = {
      wide: confusionMatrixSvg(counts, style),
      narrow: confusionMatrixSvg(counts, { ...style, width: narrowWidth }),
    };
    sections.push(reportSection('Confusion', 'Which classes are taken for which.', chart, beside));
  }
  if (classScores) {
    const text = 'The means over the queries of each class.';
    sections.push(reportSection('Classes', text, classTable(classScores), beside));
  }
  if (layers) {
    const text = 'Layers with output shapes and parameters.';
    const chart = modelDiagramSvg(layers, inPage);
    const className = beside && !classScores ? 'half' : 'natural';
    sections.push(reportSection('Network', text, chart, className));
  }
  return sections;
}
