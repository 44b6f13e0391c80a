import { MetricLearningError } from '../../errors/metricLearningError.ts';
import type { Theme } from '../chartOptions.ts';

/**
 * Twelve colours that stay apart. The closest two differ by 0.146 in OKLab, and by 0.085 as someone without red or
 * green cones sees them (Machado 2009); ten of the usual palettes differ by 0.11, and by 0.02.
 */
export const classColors: readonly string[] = [
  '#1061d1', // blue
  '#e0a000', // amber
  '#3a941f', // green
  '#f5616b', // coral
  '#986dfb', // violet
  '#00b2ae', // teal
  '#825100', // brown
  '#960480', // plum
  '#b8dc2a', // lime
  '#8dc8ff', // sky
  '#6e6f8f', // slate
  '#fcb7a6', // peach
];

/**
 * A colour for each of `count` classes: the twelve of `classColors`, then hues a golden angle apart in three
 * lightnesses, as many as wanted. Own `colors` come first.
 *
 * @throws MetricLearningError if one of `colors` is not of the form `#rrggbb`.
 */
export function colorsFor(where: string, count: number, colors: readonly string[] = []): string[] {
  colors.forEach((color, i) => {
    if (/^#[0-9a-f]{6}$/i.test(color)) return;
    throw new MetricLearningError({
      where,
      expected: 'colors to be of the form #rrggbb',
      got: `${JSON.stringify(color)} at index ${i}`,
    });
  });
  const own = colors.length > 0 ? colors : classColors;
  return Array.from({ length: count }, (_, i) => own[i] ?? spreadColor(i - own.length));
}

function spreadColor(i: number): string {
  const lightness = [0.62, 0.74, 0.5][i % 3]!;
  const hue = ((20 + 137.508 * i) * Math.PI) / 180;
  return oklchToHex(lightness, 0.13, hue);
}

/** Björn Ottosson's OKLab, polar form, to sRGB; what the screen cannot show is clipped. */
function oklchToHex(lightness: number, chroma: number, hue: number): string {
  const a = chroma * Math.cos(hue);
  const b = chroma * Math.sin(hue);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return `#${[
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ]
    .map(toByte)
    .join('')}`;
}

function toByte(linear: number): string {
  const clipped = Math.min(1, Math.max(0, linear));
  const value = clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * clipped ** (1 / 2.4) - 0.055;
  return Math.round(255 * value)
    .toString(16)
    .padStart(2, '0');
}

/** The colour as a picture of that theme shows it; `auto` has to do for both grounds and leaves it. */
export function onGround(theme: Theme, color: string): string {
  return theme === 'dark' ? lightened(color) : color;
}

/** The colour as it stands out from a dark ground: dark ones are mixed with white until they are light enough. */
export function lightened(color: string): string {
  const bytes = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  const brightness = (0.299 * bytes[0]! + 0.587 * bytes[1]! + 0.114 * bytes[2]!) / 255;
  const share = Math.max(0, (0.48 - brightness) / (1 - brightness));
  return `#${bytes
    .map((byte) =>
      Math.round(byte + share * (255 - byte))
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}
