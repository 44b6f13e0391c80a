// Advance widths of Helvetica and Arial in thousandths of the font size, from the space to the tilde.
const widths: readonly number[] = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
  556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
  611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
  667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
  222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/** How wide a text is in pixels, in the pictures' font; a little more when it is `bold`. */
export function textWidth(text: string, fontSize: number, bold = false): number {
  let sum = 0;
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    // Wide scripts and emoji take the full square; other letters are about as wide as an n.
    sum += widths[code - 32] ?? (code >= 0x1100 ? 1000 : 600);
  }
  return ((sum * fontSize) / 1000) * (bold ? 1.07 : 1);
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
