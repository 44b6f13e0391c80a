// Measures the characters that pictures are laid out with, in the fonts people have, and writes the widest of each into
// src/charts/internal/characterWidths.ts: a picture is drawn without a browser, and its text must fit in every font.
//
//   apt-get install fonts-dejavu-core fonts-liberation fonts-roboto-unhinted fonts-noto-core
//   npm run text-widths
//
// Liberation Sans has the widths of Arial and Helvetica; DejaVu Sans is the font of most Linux desktops, Roboto of
// Android, Noto Sans of Chromebooks.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = '/usr/share/fonts/truetype';
const fonts = {
  regular: [
    'dejavu/DejaVuSans.ttf',
    'liberation/LiberationSans-Regular.ttf',
    'roboto/unhinted/RobotoTTF/Roboto-Regular.ttf',
    'noto/NotoSans-Regular.ttf',
  ],
  bold: [
    'dejavu/DejaVuSans-Bold.ttf',
    'liberation/LiberationSans-Bold.ttf',
    'roboto/unhinted/RobotoTTF/Roboto-Bold.ttf',
    'noto/NotoSans-Bold.ttf',
  ],
};
const [first, last] = [0x20, 0x52f]; // Latin, Greek, Cyrillic
const [steps, zero] = [60, 35]; // a width is a character: its code less `zero`, in sixtieths of the font size

const lines = Object.entries(fonts).map(([weight, files]) => {
  const measured = files.map((file) => measure(`${folder}/${file}`));
  let text = '';
  for (let code = first; code <= last; code++) {
    const widest = Math.max(...measured.map((widthOf) => widthOf(code) ?? 0));
    text += String.fromCharCode(zero + Math.ceil(widest * steps - 1e-9));
  }
  return `  ${weight}: ${JSON.stringify(text)},`;
});
const source = `// Made by scripts/buildTextWidths.mjs: edit that.

/** The widths of characters ${first} to ${last}: each the code of a character less ${zero}, in sixtieths of the font size. */
export const characterWidths: { readonly regular: string; readonly bold: string } = {
${lines.join('\n')}
};
`;
writeFileSync(
  fileURLToPath(new URL('../src/charts/internal/characterWidths.ts', import.meta.url)),
  source,
);

/** A TrueType font's advance widths by code point, as shares of the font size; undefined where it has no glyph. */
function measure(path) {
  const bytes = readFileSync(path);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tables = new Map();
  for (let i = 0; i < view.getUint16(4); i++) {
    const at = 12 + 16 * i;
    tables.set(bytes.toString('latin1', at, at + 4), view.getUint32(at + 8));
  }
  const unitsPerEm = view.getUint16(tables.get('head') + 18);
  const metrics = view.getUint16(tables.get('hhea') + 34);
  const glyphOf = characterMap(view, tables.get('cmap'));
  return (code) => {
    const glyph = glyphOf(code);
    if (glyph === 0) return undefined;
    return view.getUint16(tables.get('hmtx') + 4 * Math.min(glyph, metrics - 1)) / unitsPerEm;
  };
}

/** The glyph of a code point by a font's table of format 4; 0 where there is none. */
function characterMap(view, cmap) {
  let start;
  for (let i = 0; i < view.getUint16(cmap + 2); i++) {
    const offset = cmap + view.getUint32(cmap + 8 + 8 * i);
    if (view.getUint16(offset) === 4) start = offset;
  }
  const segments = view.getUint16(start + 6) / 2;
  const ends = start + 14;
  const starts = ends + 2 * segments + 2;
  const deltas = starts + 2 * segments;
  const ranges = deltas + 2 * segments;
  return (code) => {
    for (let i = 0; i < segments; i++) {
      if (view.getUint16(ends + 2 * i) < code) continue;
      const from = view.getUint16(starts + 2 * i);
      if (from > code) return 0;
      const delta = view.getUint16(deltas + 2 * i);
      const range = view.getUint16(ranges + 2 * i);
      if (range === 0) return (code + delta) & 0xffff;
      const glyph = view.getUint16(ranges + 2 * i + range + 2 * (code - from));
      return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
    }
    return 0;
  };
}
