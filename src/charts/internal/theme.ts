import type { Theme } from '../chartOptions.ts';

/** Texts are laid out for the widest font that any of these names may stand for: see textWidth. */
const fontFamily = "'Helvetica Neue',Helvetica,Arial,'Liberation Sans',sans-serif";

interface Inks {
  readonly paper: string;
  readonly panel: string;
  readonly ink: string;
  readonly muted: string;
  readonly axis: string;
  readonly grid: string;
}

const light: Inks = {
  paper: '#ffffff',
  panel: '#f6f7fa',
  ink: '#1b1f2a',
  muted: '#667085',
  axis: '#98a2b3',
  grid: '#e7eaf0',
};

const dark: Inks = {
  paper: '#12151c',
  panel: '#1a1e28',
  ink: '#eceff5',
  muted: '#98a1b3',
  axis: '#5d6678',
  grid: '#262c39',
};

/** The style sheet of one picture; its rules reach no further than pictures of the same theme. */
export function themeStyle(theme: Theme): string {
  const scope = `.chart-${theme}`;
  const base = `${scope}{font-family:${fontFamily};font-variant-numeric:tabular-nums}`;
  if (theme !== 'auto') return base + rules(scope, theme === 'light' ? light : dark);
  return `${base}${rules(scope, light)}@media(prefers-color-scheme:dark){${rules(scope, dark)}${scope} .data{filter:brightness(1.35)}}`;
}

function rules(scope: string, { paper, panel, ink, muted, axis, grid }: Inks): string {
  return [
    `.paper{fill:${paper}}`,
    `.panel{fill:${panel}}`,
    `.ink{fill:${ink}}`,
    `.muted{fill:${muted}}`,
    `.axis{stroke:${axis}}`,
    `.grid{stroke:${grid}}`,
    `.mark{stroke:${ink}}`,
    `.faded{fill:${axis}}`,
    `.halo{stroke:${paper};stroke-linejoin:round;paint-order:stroke}`,
    `.ring{fill:${paper}}`,
  ]
    .map((rule) => `${scope} ${rule}`)
    .join('');
}
