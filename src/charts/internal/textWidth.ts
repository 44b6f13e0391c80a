import { characterWidths } from './characterWidths.ts';

const first = 0x20; // the character that the table begins with
const [zero, steps] = [35, 60]; // of its code

/**
 * How wide a text is in pixels in the widest of the fonts that people have: Arial, Helvetica, DejaVu Sans, Roboto and
 * Noto Sans. In the others it is up to a fifth narrower.
 */
export function textWidth(text: string, fontSize: number, bold = false): number {
  const widths = bold ? characterWidths.bold : characterWidths.regular;
  let sum = 0;
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    const measured = widths.charCodeAt(code - first); // NaN where the table has no such character
    sum += measured > zero ? (measured - zero) / steps : widthOfOther(code);
  }
  return sum * fontSize;
}

/** Of characters that are not in the table, as a share of the font size: wide enough for all. */
function widthOfOther(code: number): number {
  if ((code >= 0x300 && code < 0x370) || code === 0x200d || (code >= 0xfe00 && code < 0xfe10)) {
    return 0; // marks on the letter before, and what joins emoji
  }
  return code >= 0x1f000 ? 1.4 : 1.05;
}

/** The text, shortened with an ellipsis until it is at most `width` pixels wide. */
export function fitText(text: string, fontSize: number, width: number, bold = false): string {
  if (textWidth(text, fontSize, bold) <= width) return text;
  const characters = [...text];
  while (characters.length > 1 && textWidth(`${characters.join('')}…`, fontSize, bold) > width) {
    characters.pop();
  }
  return `${characters.join('').trimEnd()}…`;
}
