/** Value of an attribute: numbers are rounded to two decimals, undefined leaves the attribute out. */
export type AttributeValue = string | number | undefined;

/**
 * One XML element as text. Children are markup already; text goes through `escapeXml` first.
 */
export function element(
  name: string,
  attributes: Readonly<Record<string, AttributeValue>> = {},
  ...children: readonly string[]
): string {
  let tag = `<${name}`;
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    tag += ` ${key}="${typeof value === 'number' ? rounded(value) : escapeXml(value)}"`;
  }
  return children.length === 0 ? `${tag}/>` : `${tag}>${children.join('')}</${name}>`;
}

/** An SVG text element at a place. */
export function textAt(
  x: number,
  y: number,
  text: string,
  attributes: Readonly<Record<string, AttributeValue>> = {},
): string {
  return element('text', { x, y, ...attributes }, escapeXml(text));
}

/** A number with at most `decimals` decimals, without trailing zeros, and never `-0`. */
export function rounded(value: number, decimals = 2): string {
  return String(Number(value.toFixed(decimals)) + 0);
}

// The characters XML 1.0 forbids even when escaped, and halves of surrogate pairs.
const forbidden =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: naming them is the point
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text made safe for XML and HTML, in content and in quoted attributes; what XML cannot hold becomes U+FFFD. */
export function escapeXml(text: string): string {
  return text.replace(forbidden, '\ufffd').replace(/[&<>"']/g, (character) => entities[character]!);
}
